package dev.bootbus.kernel;

import dev.bootbus.kernel.catalogue.CatalogueException;
import dev.bootbus.kernel.catalogue.CatalogueWatch;
import dev.bootbus.kernel.catalogue.LiveCatalogue;
import dev.bootbus.kernel.catalogue.MirrorCommand;
import dev.bootbus.kernel.settings.Flags;
import dev.bootbus.runtime.Refusal;
import dev.bootbus.runtime.Running;
import dev.bootbus.runtime.Version;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.HangUp;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The kernel-backend as a process: reads its options, and serves until it is told to stop.
@Command(
    name = "kernel-backend",
    mixinStandardHelpOptions = true,
    version = "bootbus " + Version.OURS,
    showDefaultValues = true,
    sortOptions = false,
    subcommands = MirrorCommand.class,
    description = "Knows the machines, leases them addresses, and writes their boot scripts.")
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private Options options = new Options();

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Refusal.handler());
  }

  @Override
  public Integer call() throws InterruptedException {
    Running running;
    Service service;
    try {
      // all settings are read before anything is opened: a mistake is one line
      BusSettings bus = options.busSettings();
      Service.Settings settings = settings();
      running = Running.begin("kernel-backend", options.service());
      service =
          Service.start(
              bus.withMeters(running.meters()),
              running.busLog(),
              settings,
              InstantSource.system(),
              running.tracing());
    } catch (CatalogueException | IllegalArgumentException e) {
      return Refusal.of(spec.commandLine(), List.of(String.valueOf(e.getMessage())));
    }
    running.requires(service.bus());
    running.readiness().require("store", service::trouble);
    running.atEnd(_ -> service.close());
    running.begun(() -> service.totals().toString());
    running.await();
    return CommandLine.ExitCode.OK;
  }

  private Service.Settings settings() throws CatalogueException {
    LiveCatalogue catalogue = options.catalogue();
    watch(catalogue);
    return new Service.Settings(
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
  }

  /// Until the process ends.
  private static void watch(LiveCatalogue catalogue) {
    CatalogueWatch watch = CatalogueWatch.start(catalogue, CatalogueWatch.EVERY);
    HangUp.handle(watch::readNow);
  }
}
