package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "apply",
    description = {
      "Adds what a file has, or puts it in the place of what is there:",
      "a catalogue with kernels:, or one kernel."
    })
final class ApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private OfKind of;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "YAML or JSON; - for stdin.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    List<ObjectNode> bodies = KernelFile.read(file);
    int code = ExitCode.OK;
    try (Api api = main.api()) {
      Things things = Things.of(api, of.kind());
      for (ObjectNode body : bodies) {
        try {
          apply(main.output(), things, body);
        } catch (RefusedException e) {
          Output output = main.output();
          output.warn(
              of.kind().one() + " " + body.path("name").asText() + ": " + e.problem().says());
          e.problem().lines().stream().skip(1).forEach(output.err()::println);
          code = Main.REFUSED;
        }
      }
    }
    return code;
  }

  private void apply(Output output, Things things, ObjectNode body)
      throws UnreachableException, RefusedException {
    Optional<Things.Found> found = things.find(body.path("name").asText());
    if (found.isEmpty()) {
      output.changed(of.kind(), things.create(body).orThrow().body(), "added");
      return;
    }
    JsonNode now = things.replace(found.get(), body).orThrow().body();
    boolean same = fields(now).equals(fields(found.get().body()));
    output.changed(of.kind(), now, same ? "is as it was" : "changed");
  }

  private static JsonNode fields(JsonNode body) {
    return ((ObjectNode) body.deepCopy()).without("revision");
  }
}
