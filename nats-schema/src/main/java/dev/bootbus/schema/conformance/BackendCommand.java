package dev.bootbus.schema.conformance;

import static java.util.stream.Collectors.joining;

import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.MacAddress;
import io.nats.client.Connection;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `bootbus-conformance backend`.
@Command(
    name = "backend",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Plays a backend, good or bad, against a front end, until it is interrupted.")
final class BackendCommand implements Callable<Integer> {
  private static final int LONGEST_DELAY = 60_000;

  /// The words that --behaviour takes.
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Behaviour.values()).map(Behaviour::word).iterator();
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private Place place = new Place();

  @Option(
      names = "--behaviour",
      paramLabel = "WORD",
      defaultValue = "good",
      completionCandidates = Words.class,
      description = "One of: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless set.")
  private String behaviour = "good";

  @Option(
      names = "--delay-ms",
      paramLabel = "MS",
      description = "Before each reply, 0 to 60000; 500 for slow, 1500 for late, else 0.")
  private @Nullable Integer delay;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      defaultValue = "192.0.2.10",
      description = "What every machine gets; ${DEFAULT-VALUE} unless set.")
  private String address = "192.0.2.10";

  @Option(
      names = "--script",
      paramLabel = "URL",
      defaultValue = "",
      description = "Script for iPXE; none unless set.")
  private String script = "";

  @Option(
      names = "--known",
      paramLabel = "MAC",
      split = ",",
      description = "The machines that it knows; all unless set.")
  private List<String> known = List.of();

  @Override
  public Integer call() throws InterruptedException {
    BusSettings settings = place.settings("bootbus-simulator");
    Behaviour how = read("--behaviour", () -> Behaviour.parse(behaviour));
    Simulator.Machines machines =
        read(
            "--known, --address or --script",
            () ->
                new Simulator.Machines(
                    address,
                    script,
                    known.stream().map(MacAddress::parse).collect(Collectors.toSet())));
    Duration after = delay == null ? null : read("--delay-ms", () -> time(delay));
    Optional<Connection> connection = place.connect(settings, -1);
    if (connection.isEmpty()) {
      return Place.NOBODY_ANSWERED;
    }
    PrintWriter out = spec.commandLine().getOut();
    Simulator simulator =
        Simulator.on(
            connection.get(),
            settings.subjects().dhcp(),
            how,
            after,
            machines,
            served -> say(out, served.toString()));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(simulator, out)));
    say(
        out,
        "ready on %s at %s: %s, %s"
            .formatted(
                settings.subjects().dhcp(),
                settings.shownServers(),
                how.word(),
                how.description()));
    new CountDownLatch(1).await();
    return CommandLine.ExitCode.OK;
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private static void end(Simulator simulator, PrintWriter out) {
    simulator.close();
    Map<Behaviour, Integer> counts = new TreeMap<>(simulator.counts());
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    String each =
        counts.entrySet().stream()
            .map(entry -> entry.getKey().word() + " " + entry.getValue())
            .collect(joining(", "));
    say(out, "served %d%s".formatted(all, each.isEmpty() ? "" : ": " + each));
  }

  private static Duration time(int millis) {
    if (millis < 0 || millis > LONGEST_DELAY) {
      throw new IllegalArgumentException("must be 0 to " + LONGEST_DELAY + ", not " + millis);
    }
    return Duration.ofMillis(millis);
  }

  private <T> T read(String option, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
    }
  }
}
