package dev.bootbus.tftp;

import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.Traceparent;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/// One request for a file, by what its events, its question to a backend and its log line have in
/// common.
///
/// @param filename as it stands in the request
/// @param id of the transfer, unique in this process: the client's port and a number
record Call(String filename, InetSocketAddress peer, String id, Step step) {
  private static final AtomicLong NUMBER = new AtomicLong();

  /// @param step of its machine's trace, or of its own
  static Call of(String filename, InetSocketAddress peer, Step step) {
    String id = peer.getPort() + "-" + NUMBER.incrementAndGet();
    return new Call(filename, peer, id, step);
  }

  Traceparent trace() {
    return step.own();
  }
}
