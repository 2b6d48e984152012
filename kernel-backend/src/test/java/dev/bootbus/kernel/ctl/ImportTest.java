package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {
  private static final String LEASES =
      """
      1767272400 52:54:00:12:34:56 10.0.0.1 a *
      1767272400 52:54:00:12:34:57 10.0.0.2 b *
      nonsense
      1767272400 52:54:00:12:34:58 172.16.0.1 c *
      1767272400 52:54:00:12:34:59 10.0.0.1 d *
      1767268800 52:54:00:12:34:60 10.0.0.3 e *
      """;

  @TempDir private Path folder;
  private KeepingApi api;

  @BeforeEach
  void start() throws IOException {
    api = new KeepingApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Run run(Terminal terminal, String kind, String text, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("f"), text);
    String[] arguments = {"--api=" + api.url(), "import", kind, file.toString()};
    Run run =
        Run.of(
            terminal,
            java.util.stream.Stream.of(arguments, more)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new));
    return new Run(
        run.code(), run.out().replace(folder + "/", ""), run.err().replace(folder + "/", ""));
  }

  private static final String COMPLAINTS =
      """
      bootctl: f:3: not a lease: nonsense
      bootctl: f:4: 172.16.0.1: 172.16.0.1 lies in no subnet
      bootctl: f:5: 10.0.0.1 is another machine's in line 1 already
      """;

  @Test
  void conflictsAreToldOneInALineAndTheRestIsTakenOver() throws IOException {
    assertThat(run(Terminal.NONE, "dnsmasq-leases", LEASES))
        .isEqualTo(
            new Run(
                1,
                "f: added 2, changed 0, unchanged 0, conflicts 2, faults 1;"
                    + " 1 that are over left out\n",
                COMPLAINTS));
    assertThat(api.things).containsOnlyKeys("leases/10.0.0.1", "leases/10.0.0.2");
    assertThat(api.things.get("leases/10.0.0.1"))
        .hasToString(
            "{\"address\":\"10.0.0.1\",\"mac\":\"52:54:00:12:34:56\","
                + "\"expires\":1767272400000,\"hostname\":\"a\",\"state\":\"bound\",\"id\":\"10.0.0.1\"}");
  }

  @Test
  void theSecondRunChangesNothing() throws IOException {
    run(Terminal.NONE, "dnsmasq-leases", LEASES);
    var before = java.util.Map.copyOf(api.things);
    assertThat(run(Terminal.NONE, "dnsmasq-leases", LEASES))
        .isEqualTo(
            new Run(
                1,
                "f: added 0, changed 0, unchanged 2, conflicts 2, faults 1;"
                    + " 1 that are over left out\n",
                COMPLAINTS));
    assertThat(api.things).isEqualTo(before);
  }

  @Test
  void aDryRunSaysWhatItWouldDo() throws IOException {
    String text = LEASES.lines().limit(2).collect(Collectors.joining("\n"));
    assertThat(run(Terminal.NONE, "dnsmasq-leases", text, "--dry-run"))
        .isEqualTo(
            new Run(
                0,
                """
                lease 10.0.0.1 would be added: {"address":"10.0.0.1","mac":"52:54:00:12:34:56","expires":1767272400000,"hostname":"a"}
                lease 10.0.0.2 would be added: {"address":"10.0.0.2","mac":"52:54:00:12:34:57","expires":1767272400000,"hostname":"b"}
                f: added 2, changed 0, unchanged 0, conflicts 0, faults 0 (dry run)
                """,
                ""));
    assertThat(api.changes).hasValue(0);
  }

  @Test
  void pypxesBindingsBecomeNodes() throws IOException {
    String text =
        """
        {"dhcp":{"binding":{
        "52:54:00:00:00:01":{"ipaddr":"10.0.0.1"},
        "52:54:00:00:00:02":{"ipaddr":"10.0.0.2"},
        "52:54:00:00:00:03":{"ipaddr":"10.0.0.2"},
        "52:54:00:00:00:04":{"ipaddr":"10.0.0.4"},
        "52:54:00:00:00:05":{}}}}
        """;
    api.things.put(
        "nodes/52-54-00-00-00-02", Api.JSON.createObjectNode().put("id", "52-54-00-00-00-02"));
    api.things.put(
        "nodes/52-54-00-00-00-04",
        Api.JSON.createObjectNode().put("id", "x").put("hostname", "h").put("address", "10.0.0.9"));
    assertThat(run(Terminal.NONE, "pypxe", text))
        .isEqualTo(
            new Run(
                1,
                "f: added 2, changed 1, unchanged 0, conflicts 2, faults 0\n",
                """
                bootctl: f:4: 10.0.0.2 is another machine's in line 3 already
                bootctl: f:5: 52-54-00-00-00-04: node x (h) has 10.0.0.9
                """));
    assertThat(api.things.get("nodes/52-54-00-00-00-02").path("address").asText())
        .isEqualTo("10.0.0.2");
  }

  @Test
  void theSumIsReadByProgramsToo() throws IOException {
    Run run = run(Terminal.NONE, "dnsmasq-leases", LEASES, "-o=json");
    assertThat(Api.JSON.readTree(run.out()))
        .hasToString("{\"added\":2,\"changed\":0,\"unchanged\":0,\"conflicts\":2,\"faults\":1}");
  }

  @Test
  void thousandsOfLeasesTakeABoundedNumberOfRequestsAtOnce() throws IOException {
    String text =
        IntStream.range(0, 2_000)
            .mapToObj(
                i ->
                    "1767272400 52:54:00:00:%02x:%02x 10.0.%d.%d host-%d *"
                        .formatted(i / 256, i % 256, i / 256, i % 256, i))
            .collect(Collectors.joining("\n"));
    Terminal screen = new Terminal(false, true, true, 80, false);
    Run first = run(screen, "dnsmasq-leases", text);
    assertThat(first.out())
        .isEqualTo("f: added 2000, changed 0, unchanged 0, conflicts 0, faults 0\n");
    assertThat(first.err()).matches("(\r\\d+ of 2000)+\r +\r");
    assertThat(api.most.get()).isBetween(2, 16);
    assertThat(run(Terminal.NONE, "dnsmasq-leases", text))
        .isEqualTo(
            new Run(0, "f: added 0, changed 0, unchanged 2000, conflicts 0, faults 0\n", ""));
    assertThat(api.changes).hasValue(2_000);
  }

  @Test
  void whereTheBusGoesAwayTheRunEndsAndSaysHowFarItCame() throws IOException {
    api.breakAfter(40);
    String text =
        IntStream.range(1, 255)
            .mapToObj("1767272400 52:54:00:00:00:%1$02x 10.0.0.%1$d * *"::formatted)
            .collect(Collectors.joining("\n"));
    Run run = run(Terminal.NONE, "dnsmasq-leases", text);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("bootctl import dnsmasq-leases: the bus is not there\n");
    assertThat(run.out()).matches("f: added \\d\\d, changed 0, .* faults 0\n");
    assertThat(api.changes.get()).isLessThan(40 + 32);
  }
}
