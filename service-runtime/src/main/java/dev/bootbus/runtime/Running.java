package dev.bootbus.runtime;

import dev.bootbus.runtime.management.Management;
import dev.bootbus.runtime.management.Meters;
import dev.bootbus.runtime.management.Readiness;
import dev.bootbus.runtime.tracing.Tracing;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusState;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One service from the moment its flags are read to its end. At the end it is unready first, then
/// its steps are taken one after the other, the last spans are exported, and the management port
/// goes last.
public final class Running implements AutoCloseable {
  /// One step at the end.
  @FunctionalInterface
  public interface Step {
    /// @param left until what is still under way has to be broken off; zero or more
    void stop(Duration left);
  }

  private final Logger log;
  private final ServiceSettings settings;
  private final Meters meters = new Meters();
  private final Readiness readiness = new Readiness();
  private final BusLog busLog;
  private final Tracing tracing;
  private final List<Step> steps = new ArrayList<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Management management;
  private Supplier<String> totals = () -> "";

  private Running(String name, ServiceSettings settings) {
    this.log = LoggerFactory.getLogger(name);
    this.settings = settings;
    this.busLog = new BusLog(log);
    this.tracing = Tracing.of(name, System.getenv());
    readiness.tell("backend", busLog::silence);
  }

  /// From now on lines are written as the settings say, and the management port answers.
  ///
  /// @param name of the service, and of its logger
  /// @throws IllegalArgumentException with one sentence, if the port that was asked for is not to
  ///     be had. Nobody asked for the usual one, so that one is only missed; or if the variables of
  ///     OpenTelemetry make no sense
  public static Running begin(String name, ServiceSettings settings) {
    settings.logFormat().use();
    Running running = new Running(name, settings);
    running.open();
    return running;
  }

  private void open() {
    if (settings.port() == ServiceSettings.OFF) {
      return;
    }
    try {
      InetSocketAddress at = new InetSocketAddress(settings.address(), settings.port());
      management = Management.open(at, readiness, meters);
      log.info(
          "management port={} address={}", management.port(), settings.address().getHostAddress());
    } catch (IOException e) {
      String host = settings.address().getHostAddress();
      String trouble = Refusal.ofPort("TCP", settings.port(), host, e, "--management-port");
      if (settings.insists()) {
        throw new IllegalArgumentException(trouble, e);
      }
      log.warn("{}", trouble);
    }
  }

  public MeterRegistry meters() {
    return meters.registry();
  }

  /// Where spans go.
  public Tracing tracing() {
    return tracing;
  }

  public Readiness readiness() {
    return readiness;
  }

  /// Logs what becomes of the bus.
  public Consumer<BusState> busLog() {
    return busLog;
  }

  /// Not ready without the connection, whose last step is to close.
  public void requires(Bus bus) {
    readiness.require(
        "bus",
        () ->
            bus.isConnected()
                ? Optional.empty()
                : Optional.of("not connected to " + bus.shownServers()));
  }

  /// A further step at the end; steps are taken in the order in which they are named.
  public void atEnd(Step step) {
    steps.add(step);
  }

  /// Everything is put together, and the process may be told to stop.
  ///
  /// @param totals for the last line of the log
  public void begun(Supplier<String> totals) {
    this.totals = totals;
    readiness.begun();
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop"));
    if (management != null) {
      Thread.ofPlatform().daemon().name("meters").start(meters::bindProcess);
    }
  }

  /// The same, and tells it.
  ///
  /// @param figures `key=value`, for the log
  public void ready(String figures, Supplier<String> totals) {
    begun(totals);
    log.info("ready {}", figures);
  }

  /// Waits until everything has been stopped.
  public void await() throws InterruptedException {
    stopped.await();
  }

  /// The port of `/metrics`, if there is one.
  public int managementPort() {
    return management == null ? ServiceSettings.OFF : management.port();
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /// Takes the steps, once.
  @Override
  public void close() {
    if (ended.getAndSet(true)) {
      return;
    }
    readiness.drain();
    long end = System.nanoTime() + settings.drain().toNanos();
    for (Step step : steps) {
      step.stop(left(end));
    }
    tracing.close(left(end));
    log.info("stopped {}", totals.get());
    if (management != null) {
      management.close();
    }
    stopped.countDown();
  }
}
