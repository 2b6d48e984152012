package dev.bootbus.schema.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.PlainConnection;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.conformance.Report.Outcome;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The kit against the simulator: each behaviour fails in exactly the checks that it should.
class SimulatorTest {
  private static final List<String> NOT_FILES =
      List.of("file-known", "file-pieces", "file-offset", "file-unknown", "file-garbage");
  private static NatsServer nats;
  private static Connection connection;

  /// @param failed check and what its reason says, in the order of the checks
  private record Row(
      Behaviour behaviour,
      int delay,
      Plan.Patience patience,
      Map<String, String> failed,
      Map<String, String> advised,
      List<String> skipped) {
    static Row of(Behaviour behaviour) {
      return new Row(behaviour, 0, Judged.USUAL, Map.of(), Map.of(), List.of());
    }

    Row delayed(int millis, Plan.Patience by) {
      return new Row(behaviour, millis, by, failed, advised, skipped);
    }

    Row fails(Map<String, String> checks) {
      return new Row(behaviour, delay, patience, checks, advised, skipped);
    }

    Row advises(Map<String, String> checks) {
      return new Row(behaviour, delay, patience, failed, checks, skipped);
    }

    Row skips(String... checks) {
      return new Row(behaviour, delay, patience, failed, advised, List.of(checks));
    }

    @Override
    public String toString() {
      return behaviour.word();
    }
  }

  private static Stream<Row> rows() {
    String[] ofKnown = {
      "known-address", "proxy-mode", "mac-colons", "mac-dashes", "mac-upper-case"
    };
    return Stream.of(
        Row.of(Behaviour.GOOD),
        Row.of(Behaviour.SLOW).delayed(20, Judged.USUAL),
        Row.of(Behaviour.WRONG_MAC)
            .fails(
                Map.of("mac-echo", "asked for 52:54:00:ab:cd:10, answered for 52:54:00:ab:cd:11")),
        Row.of(Behaviour.HUGE).advises(Map.of("reply-size", "more than 65,536")),
        Row.of(Behaviour.LATE)
            .delayed(
                150,
                new Plan.Patience(
                    Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofMillis(50), 10, 60))
            .fails(Map.of("in-time", "5 requests: p50 1")),
        Row.of(Behaviour.DOUBLE)
            .fails(Map.of("one-reply", "50 of 50 requests got more than one reply, up to 2")),
        Row.of(Behaviour.MALFORMED)
            .fails(
                Map.of(
                    "fields", "IPAddress is no IPv4 address: \"192.0.2.300\"; LeaseTime is no",
                    "known-address", "should get 192.0.2.10: an answer with 192.0.2.300"))
            .advises(Map.of("go-numbers", "LeaseTime is \"soon\"")),
        Row.of(Behaviour.ERROR_404)
            .fails(Map.of("known", "52:54:00:ab:cd:10: error 404 \"nobody knows"))
            .skips(ofKnown),
        Row.of(Behaviour.ERROR_NO_MESSAGE)
            .fails(
                Map.of(
                    "known", "error 404 \"\"",
                    "unknown", "error 404 \"\" instead of error 404 with a message"))
            .advises(Map.of("go-error-message", "error 404 \"\""))
            .skips(ofKnown),
        Row.of(Behaviour.FLAT)
            .advises(Map.of("go-nested", "data holds the fields themselves"))
            .skips("go-dhcp-keys", "go-text", "go-lists", "go-numbers", "go-script-url"),
        Row.of(Behaviour.GO)
            .delayed(0, Judged.SHORT)
            .advises(
                Map.ofEntries(
                    Map.entry("trace", "the reply has no traceparent"),
                    Map.entry("mac-colons", "no reply in 5"),
                    Map.entry("mac-dashes", "no reply in 5"),
                    Map.entry("mac-upper-case", "no reply in 5"),
                    Map.entry("not-json", "no reply in 5"),
                    Map.entry("empty", "no reply in 5"),
                    Map.entry("json-list", "no reply in 5"),
                    Map.entry("cut-off", "no reply in 5"),
                    Map.entry("no-data", "no reply in 5"),
                    Map.entry("text-data", "no reply in 5"),
                    Map.entry("mac-nonsense", "no reply in 5"),
                    Map.entry("megabyte", "no reply in 5"),
                    Map.entry("deep", "no reply in 5"))));
  }

  @BeforeAll
  static void connect() throws Exception {
    nats = NatsServer.start();
    connection = PlainConnection.open(settings("test"), 0);
  }

  @AfterAll
  static void close() throws Exception {
    connection.close();
    nats.close();
  }

  private static BusSettings settings(String name) {
    return BusSettings.of(name).withServers(nats.url());
  }

  private static Judged judge(Behaviour behaviour, int delay, Plan plan) throws Exception {
    try (Simulator _ =
        Simulator.start(
            settings("simulator"),
            behaviour,
            Duration.ofMillis(delay),
            Judged.MACHINES,
            served -> {})) {
      return Judged.by(connection, plan);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void failsWhereItShould(Row row) throws Exception {
    Judged judged =
        judge(row.behaviour, row.delay, Judged.plan(Subjects.DEFAULT).withPatience(row.patience));

    assertThat(judged.names(Outcome.FAILED))
        .containsExactlyInAnyOrderElementsOf(row.failed.keySet());
    assertThat(judged.names(Outcome.ADVISED))
        .containsExactlyInAnyOrderElementsOf(row.advised.keySet());
    assertThat(judged.names(Outcome.SKIPPED))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(row.skipped.stream(), NOT_FILES.stream()).toList());
    row.failed.forEach((name, why) -> assertThat(judged.line(name).detail()).contains(why));
    row.advised.forEach((name, why) -> assertThat(judged.line(name).detail()).contains(why));
    assertThat(judged.report().lines())
        .allMatch(line -> line.remedy().isEmpty() == !(line.verdict() instanceof Verdict.Failed));
  }

  @Test
  void aSilentBackendFailsOnceAndNothingElseIsAsked() throws Exception {
    Judged judged = judge(Behaviour.SILENT, 0, Judged.plan(Subjects.DEFAULT));

    assertThat(judged.names(Outcome.FAILED)).containsExactly("answers");
    assertThat(judged.line("answers").detail()).startsWith("no reply in 3");
    assertThat(judged.names(Outcome.SKIPPED)).hasSize(Kit.CHECKS.size() - 1);
    assertThat(judged.line("at-once").detail()).isEqualTo("nothing was answered");
  }

  @Test
  void whatIsNotJsonIsNotJudgedFurther() throws Exception {
    Judged judged = judge(Behaviour.NOT_JSON, 0, Judged.plan(Subjects.DEFAULT));

    assertThat(judged.names(Outcome.FAILED)).containsExactly("cloud-event", "json-data");
    assertThat(judged.line("cloud-event").detail())
        .startsWith("the CloudEvents SDK refuses it: Unexpected character ('<'");
    assertThat(judged.names(Outcome.PASSED))
        .containsExactly("answers", "in-time", "reply-size", "one-reply");
    assertThat(judged.line("fields").detail()).isEqualTo("the answers cannot be read");
  }

  @Test
  void hugeRepliesAreNotAskedForByTheThousand() throws Exception {
    Judged judged = judge(Behaviour.HUGE, 0, Judged.plan(Subjects.DEFAULT));

    assertThat(judged.line("at-once").detail()).startsWith("37 in "); // of 32 MiB
  }

  @Test
  void withoutAKnownMachineTheKitTriesOne() throws Exception {
    Plan plan = Plan.of(Subjects.DEFAULT, Duration.ofSeconds(1)).withPatience(Judged.USUAL);

    Judged judged = judge(Behaviour.GOOD, 0, plan);

    assertThat(judged.names(Outcome.FAILED)).isEmpty();
    assertThat(judged.line("known").verdict())
        .isEqualTo(Verdict.skipped("no machine is known: name one with --known MAC"));
    assertThat(judged.line("mac-colons").verdict()).isInstanceOf(Verdict.Skipped.class);
  }

  @Test
  void aBackendThatKnowsEverybodyMustSayThatItRegisters() throws Exception {
    Plan plan = Plan.of(Subjects.DEFAULT, Duration.ofSeconds(1)).withPatience(Judged.USUAL);
    try (Simulator simulator =
        Simulator.start(
            settings("simulator"), Behaviour.GOOD, null, Simulator.Machines.ALL, served -> {})) {
      Judged asked = Judged.by(connection, plan);
      assertThat(asked.line("known").detail())
          .isEqualTo(
              "02:00:5e:00:53:01 (tried by the kit) is taken as known: an answer with 192.0.2.10");
      assertThat(asked.names(Outcome.FAILED)).containsExactly("unknown");
      assertThat(asked.line("unknown").remedy()).contains("--registers");

      Judged told = Judged.by(connection, plan.withRegisters(true));
      assertThat(told.names(Outcome.FAILED)).isEmpty();
      assertThat(told.line("unknown").verdict()).isInstanceOf(Verdict.Skipped.class);
      assertThat(simulator.counts()).containsOnlyKeys(Behaviour.GOOD);
    }
  }
}
