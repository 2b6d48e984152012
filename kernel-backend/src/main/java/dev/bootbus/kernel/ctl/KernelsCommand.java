package dev.bootbus.kernel.ctl;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "kernels",
    subcommands = {
      ListCommand.class,
      GetCommand.class,
      SetCommand.class,
      AddCommand.class,
      ApplyCommand.class,
      DeleteCommand.class
    },
    description = "What machines can boot; without a command, their list.")
final class KernelsCommand implements OfKind, Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ListFlags flags = new ListFlags();

  @Override
  public Kind kind() {
    return Kind.KERNELS;
  }

  @Override
  public Integer call() throws Exception {
    return flags.list(kind(), Main.of(spec));
  }
}
