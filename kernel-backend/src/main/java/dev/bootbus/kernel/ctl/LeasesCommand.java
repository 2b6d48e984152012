package dev.bootbus.kernel.ctl;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "leases",
    subcommands = {ListCommand.class, GetCommand.class, HistoryCommand.class, DeleteCommand.class},
    description = "Who has which address; without a command, their list.")
final class LeasesCommand implements OfKind, Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ListFlags flags = new ListFlags();

  @Override
  public Kind kind() {
    return Kind.LEASES;
  }

  @Override
  public Integer call() throws Exception {
    return flags.list(kind(), Main.of(spec));
  }
}
