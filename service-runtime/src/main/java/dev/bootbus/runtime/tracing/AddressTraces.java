package dev.bootbus.runtime.tracing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.Traceparent;
import io.nats.client.NUID;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Which trace the fetches of a machine belong to, by its address: most loaders say nothing of a
/// trace, whatever they are told. Bounded in number and time; whom it does not know begins a trace
/// of his own.
public final class AddressTraces {
  /// A machine that has had no DHCP answer for so long, and fetched nothing that names its trace,
  /// is most likely done with booting.
  static final Duration MEMORY = Duration.ofMinutes(15);

  private static final int MAX_ADDRESSES = 10_000;

  private final Cache<InetAddress, Traceparent> traces;

  public AddressTraces() {
    this(Ticker.systemTicker());
  }

  AddressTraces(Ticker ticker) {
    traces =
        Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterWrite(MEMORY)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /// Hears from now on what dhcp-server tells of addresses; as every process that serves files
  /// needs to know, in a queue group of its own.
  ///
  /// @param service its name
  public void hear(Bus bus, String service) {
    bus.onEvents(
        service + "-traces-" + NUID.nextGlobal(),
        Set.of(EventKind.DHCP_OFFER, EventKind.DHCP_ACK),
        this::heard);
  }

  private void heard(BootEvent event) {
    InetAddress address = event.address();
    if (address != null) {
      Traceparent.parse(event.traceparent()).ifPresent(trace -> note(address, trace));
    }
  }

  /// The machine with this address is in that trace.
  public void note(InetAddress address, Traceparent trace) {
    traces.put(address, trace);
  }

  public Optional<Traceparent> of(InetAddress address) {
    return Optional.ofNullable(traces.getIfPresent(address));
  }

  /// The step that a request is: the next of the trace that it names itself, else of the one of its
  /// address, else the first of a trace of its own.
  ///
  /// @param named by the request
  public Step step(InetAddress address, Optional<Traceparent> named) {
    named.ifPresent(trace -> note(address, trace));
    return named.or(() -> of(address)).map(Step::after).orElseGet(Step::fresh);
  }
}
