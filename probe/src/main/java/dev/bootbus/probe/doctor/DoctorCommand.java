package dev.bootbus.probe.doctor;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.JsonDocument;
import dev.bootbus.probe.Report;
import dev.bootbus.probe.bus.BusView;
import dev.bootbus.probe.doctor.Facts.Happened;
import dev.bootbus.probe.fetch.HttpFetcher;
import dev.bootbus.probe.fetch.HttpProfile;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `probe doctor`
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description =
        "Looks at the place where machines are to boot, and says what is wrong there. It changes"
            + " nothing.")
public final class DoctorCommand implements Callable<Integer> {
  /// The inbox of one who may do this (`deploy/nats-server.conf`).
  private static final String CLIENT_NAME = "operator";

  private static final int MAX_URLS = 16;
  private static final int MAX_MINUTES = 7 * 24 * 60;
  private static final int MAX_ARCHITECTURE = 0xFFFF;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "The interface that machines are on; its state, and what is on its wire.")
  private @Nullable String network;

  @Option(
      names = "--discover",
      description = {
        "Look for other DHCP servers: say DISCOVER on the interface as a random machine, and take no"
            + " offer. Needs CAP_NET_RAW. A backend that registers machines may write this one down."
      })
  private boolean discover;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "A boot file to fetch as UEFI does: tftp:, http: or https:; repeatable.")
  private List<URI> urls = new ArrayList<>();

  @Option(
      names = "--arch",
      paramLabel = "NUMBER",
      description = "Option 93 of the machines that are to start the files: 0 BIOS, 7 UEFI x86-64.")
  private @Nullable Integer arch;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_PROBE_CA}",
      description = "Certificates in PEM to trust, in place of Java's.")
  private @Nullable Path ca;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description = "Show what happened to this machine; needs the bus.")
  private @Nullable String mac;

  @Option(
      names = "--minutes",
      paramLabel = "NUMBER",
      defaultValue = "60",
      description = "How far back events are read (default: 60).")
  private int minutes;

  @Option(
      names = "--event-stream",
      paramLabel = "NAME",
      defaultValue = "bootbus-events",
      description = "The stream that keeps them (default: bootbus-events).")
  private String stream = "";

  @Option(names = "--no-bus", description = "Leave NATS alone.")
  private boolean noBus;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private BusFlags bus = new BusFlags();

  @Override
  public Integer call() throws InterruptedException {
    check();
    Optional<MacAddress> machine = machine();
    Optional<Facts.Bus> onBus = Optional.empty();
    Optional<Facts.Events> told = Optional.empty();
    if (!noBus) {
      BusSettings settings = settings();
      try (BusView view = BusView.open(settings)) {
        BusLook look = new BusLook(view);
        onBus = Optional.of(look.bus());
        told =
            Optional.of(
                look.events(
                    stream, settings.subjects().event(), Duration.ofMinutes(minutes), machine));
      } catch (IOException e) {
        String why = Terminal.printable(String.valueOf(e.getMessage()));
        onBus = Optional.of(new Facts.Bus(why, List.of(), false, List.of()));
      }
    }
    Facts facts = facts(onBus, told);
    List<Check> checks = Rules.of(facts);
    tell(checks, told.map(Facts.Events::timeline).orElse(List.of()));
    return Rules.isBroken(checks) ? Report.BROKEN : Report.OK;
  }

  private void check() {
    if (urls.size() > MAX_URLS) {
      throw refused("--url: more than " + MAX_URLS);
    }
    for (URI url : urls) {
      String scheme = String.valueOf(url.getScheme());
      if (!Set.of("tftp", "http", "https").contains(scheme) || url.getHost() == null) {
        throw refused("--url: neither tftp, http nor https with a host: " + url);
      }
    }
    try {
      new HttpFetcher(HttpFetcher.Settings.of(HttpProfile.UEFI).trusting(Optional.ofNullable(ca)))
          .close();
    } catch (IOException e) {
      throw refused("--ca: " + e.getMessage());
    }
    if (arch != null && (arch < 0 || arch > MAX_ARCHITECTURE)) {
      throw refused("--arch is 0 to 65535, and not " + arch);
    }
    if (minutes < 1 || minutes > MAX_MINUTES) {
      throw refused("--minutes is 1 to %d, and not %d".formatted(MAX_MINUTES, minutes));
    }
    if (discover && network == null) {
      throw refused("--discover needs --interface");
    }
  }

  private Optional<MacAddress> machine() {
    try {
      return Optional.ofNullable(mac).map(MacAddress::parse);
    } catch (IllegalArgumentException e) {
      throw refused("--mac is no hardware address: " + mac);
    }
  }

  private BusSettings settings() {
    try {
      return bus.settings(CLIENT_NAME).withEvents(false);
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private Facts facts(Optional<Facts.Bus> onBus, Optional<Facts.Events> told)
      throws InterruptedException {
    Optional<Facts.Wire> wire = Optional.ofNullable(network).map(Look::wire);
    boolean there = wire.filter(Facts.Wire::exists).isPresent();
    Optional<Facts.Servers> servers = Optional.empty();
    if (discover && there) {
      try {
        servers = Optional.of(Look.servers(requireNonNull(network), ours(onBus)));
      } catch (IOException e) {
        throw refused("--discover: " + e.getMessage());
      }
    }
    List<Facts.File> files = new ArrayList<>();
    OptionalInt architecture = arch == null ? OptionalInt.empty() : OptionalInt.of(arch);
    for (URI url : urls) {
      files.add(Look.file(url, architecture, Optional.ofNullable(ca)));
    }
    return new Facts(
        wire,
        there ? Optional.of(ProcNet.routing(requireNonNull(network))) : Optional.empty(),
        Optional.of(ProcNet.sockets()),
        there ? Look.broadcasts(requireNonNull(network)) : Optional.empty(),
        servers,
        List.copyOf(files),
        Look.paths(urls),
        Look.firewall(),
        onBus,
        told);
  }

  /// As the front ends say it themselves.
  private static Set<Inet4Address> ours(Optional<Facts.Bus> onBus) {
    Set<Inet4Address> ours = new HashSet<>();
    onBus.ifPresent(view -> view.explained().forEach(one -> one.address().ifPresent(ours::add)));
    return ours;
  }

  private ParameterException refused(String why) {
    return new ParameterException(requireNonNull(spec).commandLine(), why);
  }

  private void tell(List<Check> checks, List<Happened> timeline) {
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    if (json) {
      JsonDocument.print(document(checks, timeline), out);
      return;
    }
    for (Check check : checks) {
      out.println(
          "%-8s %-11s %s".formatted(check.state(), check.name(), Terminal.printable(check.said())));
    }
    timeline.forEach(
        one ->
            out.println(
                "  %s  %-28s %s %s"
                    .formatted(
                        one.when().truncatedTo(ChronoUnit.MILLIS),
                        one.what(),
                        one.reason(),
                        one.detail())));
    List<Finding> findings =
        checks.stream().flatMap(check -> check.findings().stream()).distinct().toList();
    if (!findings.isEmpty()) {
      out.println();
    }
    new Report(Terminal.ofEnvironment()).print(findings, out);
  }

  private static ObjectNode document(List<Check> checks, List<Happened> timeline) {
    ObjectNode document = BusView.JSON.createObjectNode();
    ArrayNode all = document.putArray("checks");
    for (Check check : checks) {
      ObjectNode one =
          all.addObject()
              .put("name", check.name())
              .put("state", check.state())
              .put("said", check.said());
      one.set("findings", BusView.JSON.valueToTree(JsonDocument.of(check.findings())));
    }
    ArrayNode happened = document.putArray("timeline");
    for (Happened one : timeline) {
      happened
          .addObject()
          .put("time", one.when().toString())
          .put("event", one.what())
          .put("reason", one.reason())
          .put("detail", one.detail());
    }
    return document;
  }
}
