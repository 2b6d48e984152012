package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "boot",
    description = "Boots a kernel the next time a node starts, and that time only.")
final class BootCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NODE", description = "MAC, host name or UUID.")
  private String node = "";

  @Parameters(index = "1", paramLabel = "KERNEL", description = "Its name.")
  private String kernel = "";

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    try (Api api = main.api()) {
      Things nodes = Things.of(api, Kind.NODES);
      JsonNode body = JsonNodeFactory.instance.objectNode().put("kernel", kernel);
      JsonNode changed = nodes.act(nodes.found(node), "boot", body).orThrow().body();
      main.output().changed(Kind.NODES, changed, "boots " + kernel + " once");
    }
    return ExitCode.OK;
  }
}
