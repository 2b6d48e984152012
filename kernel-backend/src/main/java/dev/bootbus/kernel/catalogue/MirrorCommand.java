package dev.bootbus.kernel.catalogue;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Says how an http-server mirrors what is in the catalogue.
@Command(
    name = "mirror",
    mixinStandardHelpOptions = true,
    description = "Prints what an http-server is told to mirror the archives of the catalogue.")
public final class MirrorCommand implements Callable<Integer> {
  private enum What {
    UPSTREAMS,
    PINS
  }

  @Spec private CommandSpec spec;

  @Mixin private CatalogueFlags catalogue = new CatalogueFlags();

  @Parameters(
      paramLabel = "upstreams|pins",
      description = "Its options --upstream, or its file for --mirror-pins.")
  private What what = What.UPSTREAMS;

  @Override
  public Integer call() {
    CommandLine command = spec.commandLine();
    try {
      MirrorList list = MirrorList.of(catalogue.written());
      PrintWriter out = command.getOut();
      switch (what) {
        case UPSTREAMS -> list.upstreams().forEach(out::println);
        case PINS -> list.pins().forEach(out::println);
      }
      return CommandLine.ExitCode.OK;
    } catch (CatalogueException | IllegalArgumentException e) {
      command.getErr().println("kernel-backend: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }
}
