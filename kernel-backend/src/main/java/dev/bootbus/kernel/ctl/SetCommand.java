package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "set", description = "Changes fields of one.")
final class SetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private OfKind of;

  @Parameters(index = "0", paramLabel = "ID", description = "As in the list.")
  private String id = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FIELD=VALUE",
      description = "hostname=storage-1 groups=web,db options.disk=/dev/sda; FIELD= takes it away.")
  private List<String> assignments = List.of();

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    ObjectNode patch = Assignments.patch(of.kind(), assignments);
    try (Api api = main.api()) {
      Things things = Things.of(api, of.kind());
      Things.Found found = things.found(id);
      JsonNode changed = things.change(found, patch).orThrow().body();
      main.output().changed(of.kind(), changed, "changed");
    }
    return ExitCode.OK;
  }
}
