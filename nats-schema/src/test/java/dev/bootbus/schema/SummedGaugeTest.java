package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class SummedGaugeTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();

  private double shown() {
    return registry.get("bootbus.bus.in.flight").gauge().value();
  }

  /// A registry takes a gauge of one name once: the second bus would not be seen.
  @Test
  void twoBusesOfOneRegistryAreSummed() {
    BusMeters one = new BusMeters(registry);
    BusMeters other = new BusMeters(registry);
    Runnable end = one.inFlight(() -> 3);
    Runnable end2 = other.inFlight(() -> 4);
    assertThat(shown()).isEqualTo(7);
    end.run();
    assertThat(shown()).isEqualTo(4);
    end2.run();
    assertThat(shown()).isZero();
  }
}
