package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "add", description = "Adds one.")
final class AddCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private OfKind of;

  @Parameters(
      arity = "1..*",
      paramLabel = "FIELD=VALUE",
      description = "mac=52:54:00:12:34:56 hostname=storage-1, or name=alpine kernel=PATH.")
  private List<String> assignments = List.of();

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    ObjectNode body = Assignments.patch(of.kind(), assignments);
    try (Api api = main.api()) {
      Answer.Done added = Things.of(api, of.kind()).create(body).orThrow();
      main.output().changed(of.kind(), added.body(), "added");
    }
    return ExitCode.OK;
  }
}
