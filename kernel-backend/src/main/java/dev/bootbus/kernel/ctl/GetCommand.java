package dev.bootbus.kernel.ctl;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "get", description = "Shows all that is known of one.")
final class GetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private OfKind of;

  @Parameters(paramLabel = "ID", description = "As in the list; of a node, its host name as well.")
  private String id = "";

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    try (Api api = main.api()) {
      main.output().one(Things.of(api, of.kind()).found(id).body());
    }
    return ExitCode.OK;
  }
}
