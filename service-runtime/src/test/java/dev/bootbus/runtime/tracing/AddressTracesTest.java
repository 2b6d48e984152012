package dev.bootbus.runtime.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.Traceparent;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressTracesTest {
  private static final InetAddress MACHINE = InetAddress.ofLiteral("192.168.77.100");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.168.77.101");

  private final AtomicLong nanos = new AtomicLong();
  private final AddressTraces traces = new AddressTraces(nanos::get);

  @Test
  void aFetchFollowsWhatDhcpToldOfItsAddress() {
    Traceparent ack = Traceparent.fresh();
    traces.note(MACHINE, ack);

    Step fetch = traces.step(MACHINE, Optional.empty());
    assertThat(fetch.parent()).isEqualTo(ack);
    assertThat(fetch.own().traceId()).isEqualTo(ack.traceId());
    assertThat(fetch.own().parentId()).isNotEqualTo(ack.parentId());
    assertThat(traces.step(OTHER, Optional.empty()).parent()).isNull();
  }

  @Test
  void whatTheRequestNamesGoesFirstAndIsRemembered() {
    traces.note(MACHINE, Traceparent.fresh());
    Traceparent named = Traceparent.fresh();

    assertThat(traces.step(MACHINE, Optional.of(named)).parent()).isEqualTo(named);
    assertThat(traces.step(MACHINE, Optional.empty()).parent()).isEqualTo(named);
  }

  @Test
  void anAddressIsForgottenInTime() {
    traces.note(MACHINE, Traceparent.fresh());
    nanos.addAndGet(AddressTraces.MEMORY.toNanos() - 1);
    assertThat(traces.of(MACHINE)).isPresent();
    nanos.addAndGet(1);
    assertThat(traces.of(MACHINE)).isEmpty();
  }
}
