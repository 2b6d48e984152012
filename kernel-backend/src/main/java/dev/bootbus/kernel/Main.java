package dev.bootbus.kernel;

import dev.bootbus.kernel.catalogue.CatalogueException;
import dev.bootbus.kernel.catalogue.CatalogueWatch;
import dev.bootbus.kernel.catalogue.LiveCatalogue;
import dev.bootbus.kernel.catalogue.MirrorCommand;
import dev.bootbus.kernel.settings.Flags;
import dev.bootbus.schema.HangUp;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The kernel-backend as a process: reads its options, and serves until it is told to stop.
@Command(
    name = "kernel-backend",
    mixinStandardHelpOptions = true,
    version = "bootbus " + Main.VERSION,
    showDefaultValues = true,
    sortOptions = false,
    subcommands = MirrorCommand.class,
    description = "Knows the machines, leases them addresses, and writes their boot scripts.")
public final class Main implements Callable<Integer> {
  static final String VERSION = "0.1.0-SNAPSHOT";
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  @Spec private CommandSpec spec;

  @Mixin private Options options = new Options();

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (e, _) -> complain(e.getCommandLine().getErr(), e.getMessage()));
  }

  @Override
  public Integer call() throws InterruptedException {
    Service service;
    try {
      service = start();
    } catch (CatalogueException | IllegalArgumentException e) {
      return complain(spec.commandLine().getErr(), e.getMessage());
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  service.close();
                  LOG.info("stopped {}", service.totals());
                  stopped.countDown();
                }));
    stopped.await();
    return 0;
  }

  private Service start() throws CatalogueException {
    LiveCatalogue catalogue = options.catalogue();
    watch(catalogue);
    Service.Settings settings =
        new Service.Settings(
            options.addressing(catalogue.get()),
            options.leases.memory(),
            catalogue,
            options.bootUrl().orElse(null),
            options.templates.templates(),
            options.unknown(),
            options.bucketPrefix(),
            options.replicas(),
            options.eventLimits(),
            options.life.settings(),
            new Flags<>(Options::new, spec.commandLine().getParseResult().originalArgs()),
            options.api.settings());
    return Service.start(options.busSettings(), settings, InstantSource.system());
  }

  /// Until the process ends.
  private static void watch(LiveCatalogue catalogue) {
    CatalogueWatch watch = CatalogueWatch.start(catalogue, CatalogueWatch.EVERY);
    HangUp.handle(watch::readNow);
  }

  private static int complain(PrintWriter err, @Nullable String message) {
    err.println("kernel-backend: " + message);
    return CommandLine.ExitCode.USAGE;
  }
}
