package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.bootbus.kernel.ctl.Kind.Shape;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "set",
    description = "Stores values, which go before the flags in every replica from now on.")
final class SetSettingCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME=VALUE",
      description = "lease-time=7200 dns=1.1.1.1,9.9.9.9")
  private List<String> assignments = List.of();

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    try (Api api = main.api()) {
      Things settings = Things.of(api, Kind.SETTINGS);
      for (String assignment : assignments) {
        int equals = assignment.indexOf('=');
        if (equals <= 0) {
          throw new IllegalArgumentException("not NAME=VALUE: " + assignment);
        }
        set(
            main.output(),
            settings,
            assignment.substring(0, equals),
            assignment.substring(equals + 1));
      }
    }
    return ExitCode.OK;
  }

  private static void set(Output output, Things settings, String name, String text)
      throws UnreachableException, RefusedException {
    Things.Found found = settings.found(name);
    JsonNode value = Assignments.value(shape(found.body()), name, text);
    JsonNode body = JsonNodeFactory.instance.objectNode().set("value", value);
    JsonNode changed = settings.replace(found, body).orThrow().body();
    output.changed(
        Kind.SETTINGS,
        changed,
        changed.path("from").asText().equals("stored")
            ? inForce(changed)
            : "stored, but not in force: " + changed.path("why").asText());
  }

  /// What is in force, in words.
  static String inForce(JsonNode setting) {
    String value = Column.text(setting.path("value"));
    return value.isEmpty() ? "is empty" : "is " + value;
  }

  private static Shape shape(JsonNode setting) {
    return switch (setting.path("type").asText()) {
      case "number" -> Shape.NUMBER;
      case "boolean" -> Shape.BOOLEAN;
      case "list" -> Shape.LIST;
      default -> Shape.TEXT;
    };
  }
}
