package dev.bootbus.kernel.ctl;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "delete", description = "Deletes some.")
final class DeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private OfKind of;

  @Parameters(arity = "1..*", paramLabel = "ID", description = "As in the list.")
  private List<String> ids = List.of();

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    Confirmation confirmation = main.confirmation();
    try (Api api = main.api()) {
      Things things = Things.of(api, of.kind());
      for (String id : ids) {
        Things.Found found = things.found(id);
        if (!confirmation.of("delete " + of.kind().one() + " " + Output.named(found.body()))) {
          return Main.REFUSED;
        }
        things.delete(found).orThrow();
        main.output().changed(of.kind(), found.body(), "deleted");
      }
    }
    return ExitCode.OK;
  }
}
