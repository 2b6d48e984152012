package dev.bootbus.schema;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/// A gauge that shows the sum over all buses that count in one registry, which takes each gauge
/// only once.
final class SummedGauge {
  private static final Map<MeterRegistry, Map<String, List<DoubleSupplier>>> PARTS =
      new WeakHashMap<>();

  private SummedGauge() {}

  /// @return takes the part out of the sum again
  static synchronized Runnable add(
      MeterRegistry registry, String name, String description, Tags tags, DoubleSupplier part) {
    List<DoubleSupplier> parts =
        PARTS
            .computeIfAbsent(registry, _ -> new HashMap<>())
            .computeIfAbsent(name + tags, _ -> register(registry, name, description, tags));
    parts.add(part);
    return () -> parts.remove(part);
  }

  private static List<DoubleSupplier> register(
      MeterRegistry registry, String name, String description, Tags tags) {
    List<DoubleSupplier> parts = new CopyOnWriteArrayList<>();
    Gauge.builder(name, parts, SummedGauge::sum)
        .description(description)
        .tags(tags)
        .register(registry);
    return parts;
  }

  private static double sum(List<DoubleSupplier> parts) {
    return parts.stream().mapToDouble(DoubleSupplier::getAsDouble).sum();
  }
}
