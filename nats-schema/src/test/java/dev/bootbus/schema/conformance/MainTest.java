package dev.bootbus.schema.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.PlainConnection;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// The command: what it prints, and how it ends.
class MainTest {
  private static NatsServer nats;

  private record Ran(int code, String out, String err) {
    static Ran with(String... args) {
      var out = new StringWriter();
      var err = new StringWriter();
      CommandLine command = Main.commandLine();
      command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
      int code = command.execute(args);
      return new Ran(code, out.toString(), err.toString());
    }
  }

  @BeforeAll
  static void start() throws Exception {
    nats = NatsServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    nats.close();
  }

  private static Simulator simulator(Behaviour behaviour) throws Exception {
    return Simulator.start(
        BusSettings.of("simulator").withServers(nats.url()),
        behaviour,
        null,
        Judged.MACHINES,
        served -> {});
  }

  @Test
  void aGoodBackendEndsWithZeroAndTheCounts() throws Exception {
    try (Simulator _ = simulator(Behaviour.GOOD)) {
      Ran ran = Ran.with(nats.url(), "--known", "52:54:00:ab:cd:10=192.0.2.10");

      assertThat(ran.code).isZero();
      assertThat(ran.err).isEmpty();
      assertThat(ran.out.lines())
          .anyMatch(line -> line.matches("passed {3}answers {11}\\d+ bytes after .* ms"))
          .last()
          .isEqualTo(Kit.CHECKS.size() + " checks: 42 passed, 0 failed, 0 advised, 5 skipped");
      assertThat(ran.out).doesNotContain("\u001b");
    }
  }

  @Test
  void aBadOneEndsWithOneAndSaysWhatToDo() throws Exception {
    try (Simulator _ = simulator(Behaviour.WRONG_MAC)) {
      Ran ran = Ran.with("--nats", nats.url(), "--known", "52-54-00-AB-CD-10");

      assertThat(ran.code).isEqualTo(1);
      assertThat(ran.out.lines().filter(line -> !line.startsWith("passed")).limit(3))
          .containsExactly(
              "failed   mac-echo          asked for 52:54:00:ab:cd:10, answered for"
                  + " 52:54:00:ab:cd:11",
              "                      why: A front end refuses an answer for another machine; none"
                  + " is allowed.",
              "                      do:  Copy the MACAddress of the request into DHCP.MACAddress,"
                  + " or leave it empty.");
    }
  }

  @Test
  void scriptsGetJson() throws Exception {
    try (Simulator _ = simulator(Behaviour.DOUBLE)) {
      Ran ran = Ran.with(nats.url(), "--known", "52:54:00:ab:cd:10", "--json");

      JsonNode report = Answer.MAPPER.readTree(ran.out);
      assertThat(ran.code).isEqualTo(1);
      assertThat(report.get("conformant").booleanValue()).isFalse();
      assertThat(report.get("failed").intValue()).isEqualTo(1);
      assertThat(report.get("checks")).hasSize(Kit.CHECKS.size());
      assertThat(report.get("checks"))
          .filteredOn(check -> check.get("outcome").textValue().equals("failed"))
          .singleElement()
          .satisfies(
              check -> {
                assertThat(check.get("name").textValue()).isEqualTo("one-reply");
                assertThat(check.get("level").textValue()).isEqualTo("MUST");
                assertThat(check.get("remedy").textValue()).contains("queue group");
              });
    }
  }

  @Test
  @Timeout(5)
  void whereNobodyListensTheEndComesAtOnce() {
    Ran ran = Ran.with(nats.url(), "--subject", "nobody.here", "--deadline-ms", "20000");

    assertThat(ran.code).isEqualTo(3);
    assertThat(ran.out).isEmpty();
    assertThat(ran.err)
        .startsWith("bootbus-conformance: nobody listens on nobody.here at " + nats.url())
        .contains("--subject");
  }

  @Test
  @Timeout(5)
  void withoutNatsServerTheEndComesAtOnce() throws Exception {
    String url;
    try (ServerSocket free = new ServerSocket(0)) {
      url = "nats://127.0.0.1:" + free.getLocalPort();
    }

    Ran kit = Ran.with(url);
    assertThat(kit.code).isEqualTo(3);
    assertThat(kit.err)
        .isEqualTo(
            "bootbus-conformance: no nats-server at %s; start one there, or name the right address%n"
                .formatted(url));
    Ran backend = Ran.with("backend", url);
    assertThat(backend.code).isEqualTo(3);
    assertThat(backend.err).startsWith("bootbus-simulator: no nats-server at " + url);
  }

  @Test
  @Timeout(30)
  void aNatsServerThatGoesAwayIsNotTheBackendsFault() throws Exception {
    try (NatsServer passing = NatsServer.start()) {
      Connection backend =
          PlainConnection.open(BusSettings.of("backend").withServers(passing.url()), 0);
      new Broken(
              message -> {
                if (Broken.says("hello").test(message)) {
                  passing.stop();
                }
                return List.of(Broken.good(message));
              })
          .start(backend, Subjects.DEFAULT.dhcp());

      Ran ran = Ran.with(passing.url(), "--known", Judged.KNOWN.toString());

      backend.close();
      assertThat(ran.code).isEqualTo(3);
      assertThat(ran.err).startsWith("bootbus-conformance: lost the connection to ");
      assertThat(ran.out).contains("at-once           the connection to nats-server was lost");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --known zz                             | --known must be MAC or MAC=ADDRESS
          --known 52:54:00:ab:cd:10=192.0.2.300  | --known must be MAC or MAC=ADDRESS
          --deadline-ms 5                        | --deadline-ms must be 10 to 20000, not 5
          --deadline-ms soon                     | Invalid value for option '--deadline-ms'
          --subject a.*                          | not a subject to ask on: 'a.*'
          --file-subject a..b                    | not a subject to ask on: 'a..b'
          --nonsense                             | Unknown option: '--nonsense'
          nats://me:secret@127.0.0.1:4222        | everybody can read a password there
          --nats-user me                         | no password for the NATS user me
          backend --behaviour nice               | --behaviour: no behaviour is called nice
          backend --address nowhere              | --known, --address or --script:
          backend --delay-ms -1                  | --delay-ms: must be 0 to 60000, not -1
          """)
  void badUsageIsTold(String args, String told) {
    Ran ran = Ran.with(args.strip().split(" +"));

    assertThat(ran.code).isEqualTo(2);
    assertThat(ran.err).startsWith("bootbus-conformance: ").contains(told);
    assertThat(ran.out).isEmpty();
  }

  @Test
  @Timeout(60)
  void theSimulatorSaysWhatItWasAskedAndCountsAtTheEnd() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "backend",
                nats.url(),
                "--subject",
                "other.subject",
                "--behaviour",
                "double")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine())
          .isEqualTo(
              "ready on other.subject at %s: double, %s"
                  .formatted(nats.url(), Behaviour.DOUBLE.description()));
      ask("other.subject");
      assertThat(out.readLine())
          .matches("asked 52:54:00:ab:cd:10 DISCOVER: double, 2 replies of \\d+ bytes after 0 ms");
      process.toHandle().destroy(); // unlike Process.destroy, leaves the output to be read
      assertThat(out.lines()).containsExactly("served 1: double 1");
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static void ask(String subject) throws IOException, InterruptedException {
    var connection = PlainConnection.open(BusSettings.of("asker").withServers(nats.url()), 0);
    try {
      var conversation = new Conversation(connection, Duration.ofSeconds(10));
      assertThat(conversation.ask(subject, Question.of(Judged.KNOWN).bytes()))
          .isInstanceOf(Reply.Came.class);
    } finally {
      connection.close();
    }
  }
}
