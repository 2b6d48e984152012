package dev.bootbus.kernel.journal;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/// How often each thing has happened since the start.
public final class Totals {
  enum Outcome {
    /// an address was offered
    OFFERED,
    /// an address was leased, or leased on
    BOUND,
    /// an address was given back
    RELEASED,
    /// an address was found to be in use by another machine
    DECLINED,
    /// a machine asked for another address than its own, and was shown its own
    CORRECTED,
    /// settings were given without an address (DHCPINFORM)
    INFORMED,
    /// boot options were given without an address (ProxyDHCP)
    PROXIED,
    /// a machine got nothing
    REFUSED,
    /// a boot script was written
    SCRIPT,
    /// a machine read what is its own: user-data, ignition
    CONFIG,
    /// a file was asked for that there is not
    NO_FILE,
    /// a machine has fetched the kernel chosen for it
    KERNEL_FETCHED,
    /// a kernel of the catalogue came, changed or went, by API
    KERNEL_CHANGED,
    /// a machine said that its system is up
    ONLINE,
    /// a machine was sent to its disk by a script
    DISK,
    /// a machine said that it could not boot
    BOOT_FAILED,
    /// the stage, the status or the settings of a node changed
    NODE_CHANGED,
    /// a node was removed
    NODE_REMOVED,
    /// a setting was changed
    SETTING_CHANGED,
    /// something was looked at over the API
    API_READ,
    /// something was changed over the API
    API_CHANGED,
    /// a caller of the API got a problem
    API_REFUSED
  }

  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

  Totals() {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  /// Shows the counts.
  public void measure(MeterRegistry registry) {
    counts.forEach(
        (outcome, count) ->
            FunctionCounter.builder("bootbus.kernel.outcomes", count, LongAdder::sum)
                .description("what happened to machines, leases, scripts and over the API")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .register(registry));
  }

  void count(Outcome outcome) {
    counts.get(outcome).increment();
  }

  /// `offered=3 bound=2 …`
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(count -> count.getKey().name().toLowerCase(Locale.ROOT) + "=" + count.getValue())
        .collect(Collectors.joining(" "));
  }
}
