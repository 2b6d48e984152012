package dev.bootbus.kernel.ctl;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "list", description = "Lists them.")
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private OfKind of;
  @Mixin private ListFlags flags = new ListFlags();

  @Override
  public Integer call() throws Exception {
    return flags.list(of.kind(), Main.of(spec));
  }
}
