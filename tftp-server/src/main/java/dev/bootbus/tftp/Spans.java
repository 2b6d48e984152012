package dev.bootbus.tftp;

import dev.bootbus.content.BootPath;
import dev.bootbus.runtime.tracing.AddressTraces;
import dev.bootbus.runtime.tracing.Span;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.runtime.tracing.Tracing;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Tells of each transfer as a span.
///
/// @param traces of the addresses that something is known of
record Spans(Tracing tracing, AddressTraces traces) {
  private static final String NAME = "TFTP RRQ";

  Spans(Tracing tracing) {
    this(tracing, new AddressTraces());
  }

  /// Which step of which trace a request for this name is.
  Step begin(String filename, InetAddress peer) {
    Optional<Traceparent> named = BootPath.trace(filename);
    return tracing.isOn()
        ? traces.step(peer, named)
        : named.map(Step::after).orElseGet(Step::fresh);
  }

  /// @param begun whether any block was sent
  void ended(Call call, Outcome outcome, boolean begun, Duration time) {
    if (!tracing.isOn()) {
      return;
    }
    Ending ending = outcome.ending();
    Traffic traffic = outcome.traffic();
    Map<String, Object> facts = facts(call, ending.key());
    facts.put("bootbus.tftp.bytes", traffic.bytes());
    facts.put("bootbus.tftp.block_size", (long) traffic.blksize());
    facts.put("bootbus.tftp.window_size", (long) traffic.windowsize());
    facts.put("bootbus.tftp.resent", traffic.resent());
    tell(call, time.toNanos(), facts, isError(ending, begun) ? ending.key() : "");
  }

  /// That a client wants only the size, or tries a name, is no error.
  private static boolean isError(Ending ending, boolean begun) {
    return switch (ending) {
      case SENT, NOT_FOUND, SUPERSEDED, STOPPED -> false;
      case ABORTED_BY_CLIENT -> begun;
      case DENIED, UNAVAILABLE, READ_FAILED, NO_ACK, SOCKET_FAILED, BUG -> true;
    };
  }

  void refused(DropReason reason, Call call) {
    if (tracing.isOn()) {
      tell(call, 0, facts(call, "refused"), reason.key());
    }
  }

  private static Map<String, Object> facts(Call call, String outcome) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("network.protocol.name", "tftp");
    facts.put("client.address", call.peer().getAddress().getHostAddress());
    facts.put("client.port", (long) call.peer().getPort());
    facts.put("file.path", call.filename());
    facts.put("bootbus.outcome", outcome);
    return facts;
  }

  private void tell(Call call, long nanos, Map<String, Object> facts, String error) {
    tracing.ended(Span.endingNow(NAME, Span.Kind.SERVER, call.step(), nanos, facts, error));
  }
}
