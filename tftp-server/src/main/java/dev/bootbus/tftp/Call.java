package dev.bootbus.tftp;

import dev.bootbus.content.BootPath;
import dev.bootbus.schema.Traceparent;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/// One request for a file, by what its events, its question to a backend and its log line have in
/// common.
///
/// @param filename as it stands in the request
/// @param id of the transfer, unique in this process: the client's port and a number
record Call(String filename, InetSocketAddress peer, String id, Traceparent trace) {
  private static final AtomicLong NUMBER = new AtomicLong();

  static Call of(String filename, InetSocketAddress peer) {
    String id = peer.getPort() + "-" + NUMBER.incrementAndGet();
    Traceparent trace =
        BootPath.trace(filename).map(Traceparent::next).orElseGet(Traceparent::fresh);
    return new Call(filename, peer, id, trace);
  }
}
