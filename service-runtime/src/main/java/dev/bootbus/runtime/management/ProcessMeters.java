package dev.bootbus.runtime.management;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/// The meters that every Prometheus client library has, under the same names. What the system does
/// not tell is NaN.
final class ProcessMeters {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final int PAGE = 4096;
  private static final Path MEMORY = Path.of("/proc/self/statm");
  private static final Path FILES = Path.of("/proc/self/fd");
  private static final ProcessHandle.Info PROCESS = ProcessHandle.current().info();

  private ProcessMeters() {}

  static void bind(MeterRegistry registry) {
    FunctionCounter.builder("process.cpu", registry, _ -> cpuSeconds())
        .description("CPU time that was used, by the process and by the system for it")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("process.resident.memory", ProcessMeters::residentBytes)
        .description("memory in RAM, the JVM's own included")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("process.open.fds", ProcessMeters::openFiles)
        .description("files and sockets that are open")
        .register(registry);
    Gauge.builder("process.start.time", ProcessMeters::startSeconds)
        .description("when the process was started, since 1970")
        .baseUnit("seconds")
        .register(registry);
  }

  private static double cpuSeconds() {
    // looked up anew, for the value is of that moment
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(Duration::toNanos)
        .map(nanos -> nanos / NANOS_PER_SECOND)
        .orElse(Double.NaN);
  }

  private static double residentBytes() {
    try {
      return Long.parseLong(Files.readString(MEMORY).split(" ")[1]) * (double) PAGE;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static double openFiles() {
    try (Stream<Path> open = Files.list(FILES)) {
      return open.count() - 1; // the listing's own
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static double startSeconds() {
    return PROCESS
        .startInstant()
        .map(Instant::toEpochMilli)
        .map(millis -> millis / MILLIS_PER_SECOND)
        .orElse(Double.NaN);
  }
}
