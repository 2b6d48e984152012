package dev.bootbus.probe.explain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.JsonDocument;
import dev.bootbus.probe.Report;
import dev.bootbus.probe.boot.MachineOptions;
import dev.bootbus.probe.bus.BusView;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.FileRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `probe explain`
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description =
        "Asks the running system over NATS what it would answer a machine, and says of each field"
            + " whose word it is. Sends nothing to the network of the machines, and changes nothing.")
public final class ExplainCommand implements Callable<Integer> {
  /// The inbox of one who may do this (`deploy/nats-server.conf`).
  private static final String CLIENT_NAME = "operator";

  private static final int MAX_CIRCUIT = 100;
  private static final byte CIRCUIT_ID = 1;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private MachineOptions machine = new MachineOptions();

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The front end's interface that it would be heard on (default: each).")
  private String network = "";

  @Option(
      names = "--giaddr",
      paramLabel = "ADDRESS",
      description = "The relay that it would be behind.")
  private @Nullable Inet4Address relay;

  @Option(
      names = "--circuit-id",
      paramLabel = "TEXT",
      description = "What the relay would say of its switch port (option 82, suboption 1).")
  private @Nullable String circuit;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private BusFlags bus = new BusFlags();

  @Override
  public Integer call() throws InterruptedException {
    Machine asked =
        new Machine(
            machine.as(),
            machine.hardware(),
            Optional.ofNullable(relay),
            Optional.ofNullable(circuit).map(this::relayAgentInfo),
            network);
    BusSettings settings = settings();
    try (BusView view = BusView.open(settings);
        Bus files = Bus.connect(settings, _ -> {})) {
      return told(asked, new Inquiry(view, files, asked).run());
    } catch (IOException e) {
      Finding finding = new Finding(Cause.NATS_UNREACHABLE, String.valueOf(e.getMessage()));
      return told(asked, new Inquiry.Result(List.of(), List.of(finding)));
    }
  }

  private BusSettings settings() {
    try {
      BusSettings settings = bus.settings(CLIENT_NAME).withEvents(false);
      String files = settings.subjects().ofApi(FileRequest.EXPLAIN);
      return settings.withSubjects(settings.subjects().withFile(files));
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private Bytes relayAgentInfo(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (relay == null || bytes.length == 0 || bytes.length > MAX_CIRCUIT) {
      throw refused("--circuit-id: 1 to %d bytes, with --giaddr".formatted(MAX_CIRCUIT));
    }
    byte[] info = new byte[bytes.length + 2];
    info[0] = CIRCUIT_ID;
    info[1] = (byte) bytes.length;
    System.arraycopy(bytes, 0, info, 2, bytes.length);
    return Bytes.of(info);
  }

  private ParameterException refused(String why) {
    return new ParameterException(requireNonNull(spec).commandLine(), why);
  }

  private int told(Machine asked, Inquiry.Result result) {
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    if (json) {
      JsonDocument.print(document(asked, result), out);
    } else {
      out.println(
          "%s as %s, architecture %d"
              .formatted(asked.hardware().mac(), asked.as(), asked.architecture()));
      for (Step step : result.steps()) {
        out.println();
        Picture.lines(step).forEach(out::println);
      }
      if (!result.findings().isEmpty()) {
        out.println();
      }
      new Report(Terminal.ofEnvironment()).print(result.findings(), out);
    }
    return result.steps().isEmpty() ? Report.SILENCE : Report.exitCode(result.findings());
  }

  private static ObjectNode document(Machine asked, Inquiry.Result result) {
    ObjectNode document = BusView.JSON.createObjectNode();
    document.put("mac", asked.hardware().mac().toString());
    document.put("as", asked.as().word());
    document.put("arch", asked.architecture());
    ArrayNode steps = document.putArray("steps");
    result.steps().forEach(step -> steps.add(Picture.json(step)));
    document.set("findings", BusView.JSON.valueToTree(JsonDocument.of(result.findings())));
    return document;
  }
}
