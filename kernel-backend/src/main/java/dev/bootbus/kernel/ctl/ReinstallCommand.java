package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "reinstall",
    description = {
      "Installs a node again when it next starts.",
      "What is on its disk is lost then."
    })
final class ReinstallCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NODE", description = "MAC, host name or UUID.")
  private String node = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "KERNEL",
      description = "Its kernel from now on; the one it has unless said.")
  private String kernel = "";

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    try (Api api = main.api()) {
      Things nodes = Things.of(api, Kind.NODES);
      Things.Found found = nodes.found(node);
      if (!main.confirmation()
          .of("reinstall node " + Output.named(found.body()) + " and lose what it holds")) {
        return Main.REFUSED;
      }
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      if (!kernel.isEmpty()) {
        body.put("kernel", kernel);
      }
      JsonNode changed = nodes.act(found, "reinstall", body).orThrow().body();
      String with = changed.path("kernel").asText();
      main.output()
          .changed(
              Kind.NODES, changed, "reinstalls " + (with.isEmpty() ? "its default kernel" : with));
    }
    return ExitCode.OK;
  }
}
