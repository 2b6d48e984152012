package dev.bootbus.probe.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.probe.Main;
import dev.bootbus.probe.Report;
import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.boot.Hardware;
import dev.bootbus.probe.boot.MachineOptions;
import dev.bootbus.probe.bus.BusView;
import dev.bootbus.probe.dhcp.Answer;
import dev.bootbus.probe.dhcp.DhcpClient;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Offers;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.probe.dhcp.RelayLink;
import dev.bootbus.schema.BackendResponder;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.ServiceTerms;
import dev.bootbus.schema.testing.NatsServer;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `probe explain` asks a running system, which stays as it is, and says what machines then get.
class ExplainCommandTest {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");
  private static final Patience PATIENT =
      new Patience(Duration.ofSeconds(4), Duration.ofSeconds(8), 3, Duration.ofMillis(20));
  private static final String MAC = "52:54:00:00:00:10";
  private static final String CATALOGUE =
      """
      kernels:
        - {name: demo, arch: x86_64, kernel: vmlinuz, initrd: initrd.img, cmdline: "n=${hostname}"}
      default: {x86_64: demo}
      """;

  @TempDir private static Path logs;
  private static NatsServer nats;
  private static Servers servers;
  private static int dhcpPort;
  private static int proxyPort;

  @BeforeAll
  static void start() throws IOException {
    nats = NatsServer.start(true);
    servers = Servers.on(nats, logs);
    Path catalogue = logs.resolve("catalogue.yaml");
    Files.writeString(catalogue, CATALOGUE);
    servers.backend(catalogue);
    dhcpPort = Servers.freePort();
    proxyPort = Servers.freePort();
    servers.frontEnd(dhcpPort, proxyPort);
  }

  @AfterAll
  static void stop() throws IOException {
    servers.close();
    nats.close();
  }

  private record Run(int code, String said) {
    JsonNode json() throws IOException {
      return BusView.JSON.readTree(said);
    }
  }

  private static Run explainOn(String url, String... options) {
    StringWriter said = new StringWriter();
    String[] words = new String[options.length + 2];
    words[0] = "explain";
    words[1] = "--nats=" + url;
    System.arraycopy(options, 0, words, 2, options.length);
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(said))
            .execute(words);
    return new Run(code, said.toString());
  }

  private static Run explain(String... options) {
    return explainOn(nats.url(), options);
  }

  private static Map<String, Long> revisions() throws Exception {
    Map<String, Long> revisions = new TreeMap<>();
    try (BusView view = BusView.open(BusSettings.of("test").withServers(nats.url()))) {
      for (var stream : view.connection().jetStreamManagement().getStreams()) {
        revisions.put(
            stream.getConfiguration().getName(), stream.getStreamState().getLastSequence());
      }
    }
    return revisions;
  }

  private static DhcpMessage message(JsonNode step) throws Exception {
    return DhcpMessage.decode(Bytes.of(HexFormat.of().parseHex(step.path("packet").asText())));
  }

  /// All but what the client made up for this one packet.
  private static DhcpMessage withXid(DhcpMessage message, long xid) {
    return new DhcpMessage(
        message.op(),
        message.htype(),
        message.hlen(),
        message.hops(),
        xid,
        message.secs(),
        message.flags(),
        message.ciaddr(),
        message.yiaddr(),
        message.siaddr(),
        message.giaddr(),
        message.chaddr(),
        message.sname(),
        message.file(),
        message.options());
  }

  @ParameterizedTest
  @CsvSource({
    "bios,52:54:00:00:01:01",
    "uefi,52:54:00:00:01:02",
    "uefi-http,52:54:00:00:01:03",
    "ipxe,52:54:00:00:01:04",
    "freebsd,52:54:00:00:01:05",
    "pxelinux,52:54:00:00:01:06"
  })
  void says_what_the_machine_then_gets_and_changes_nothing(String as, String mac) throws Exception {
    Map<String, Long> before = revisions();
    Run run = explain("--as", as, "--mac", mac, "--json");
    assertThat(run.code()).as(run.said()).isEqualTo(Report.OK);
    assertThat(revisions()).isEqualTo(before);
    JsonNode steps = run.json().path("steps");

    MacAddress address = MacAddress.parse(mac);
    Hardware machine = new Hardware(address, MachineOptions.uuid(address), OptionalInt.empty());
    try (Link link =
            RelayLink.open(
                LOOPBACK,
                0,
                List.of(LOOPBACK),
                new Link.Ports(dhcpPort, Servers.freePort(), proxyPort),
                Optional.empty());
        DhcpClient client =
            DhcpClient.join(link, As.of(as).orElseThrow().identity(machine), PATIENT)) {
      Offers offers = client.discover();
      DhcpMessage offer = offers.first().orElseThrow().message();
      assertThat(withXid(message(steps.get(0)), offer.xid())).isEqualTo(offer);
      Answer.Acknowledged ack = (Answer.Acknowledged) client.request(offers.first().orElseThrow());
      DhcpMessage given = ack.reply().message();
      assertThat(withXid(message(steps.get(1)), given.xid())).isEqualTo(given);
    }
  }

  @Test
  void tells_each_field_with_its_origin_and_the_script() {
    Run run = explain("--as", "uefi", "--mac", MAC);

    assertThat(run.code()).as(run.said()).isEqualTo(Report.OK);
    assertThat(run.said())
        .contains("UEFI PXE says DISCOVER; dhcp-server at ")
        .contains("  OFFER, to ")
        .containsPattern("yiaddr +192\\.168\\.77\\.1\\d\\d +backend: DHCP\\.IPAddress")
        .containsPattern("siaddr +127\\.0\\.0\\.1 +setting: --next-server")
        .containsPattern("option 51, .*3600.* backend: DHCP\\.LeaseTime")
        .containsPattern("option 67, .*ipxe\\.efi.* built-in: the boot file of efi-x64")
        .contains("UEFI PXE says REQUEST; ")
        .contains("UEFI PXE says REQUEST to port 4011; ")
        .contains("iPXE says DISCOVER; ")
        .containsPattern("option 67, .*http://127.0.0.1/boot.ipxe.* backend: Netboot")
        .contains("iPXE fetches boot.ipxe:")
        .containsPattern("kernel .*http://127\\.0\\.0\\.1/vmlinuz")
        .contains("it is no node yet, and would become ");
  }

  @Test
  void silence_says_why_and_what_to_do() {
    Run run = explain("--as", "uefi", "--mac", MAC, "--giaddr", "10.9.9.9");

    assertThat(run.said()).contains("SILENCE, backend-error").contains("404 ").contains("- Do: ");
  }

  @Test
  void each_front_end_answers_for_itself() throws Exception {
    Program proxy = servers.frontEnd(Servers.freePort(), 0, "--mode=proxy");
    try {
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                JsonNode all = explain("--as", "ipxe", "--mac", MAC, "--json").json();
                assertThat(all.findValuesAsText("mode")).contains("dhcp", "proxy");
              });
    } finally {
      servers.stop(proxy);
    }
  }

  @Test
  void a_backend_that_may_write_is_named_and_one_that_does_not_is_not() throws Exception {
    assertThat(explain("--as", "ipxe", "--mac", MAC).said()).doesNotContain("note: the backend");
    try (NatsServer other = NatsServer.start()) {
      BusSettings settings = BusSettings.of("old").withServers(other.url());
      try (BackendResponder old =
              BackendResponder.connect(settings, ServiceTerms.of("old"), _ -> {});
          Servers more = Servers.on(other, logs)) {
        old.answerDhcp(request -> DhcpResponse.unknown("nobody knows " + request.mac()));
        more.frontEnd(Servers.freePort(), 0);
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(explainOn(other.url(), "--as", "ipxe", "--mac", MAC).said())
                        .contains("404 nobody knows " + MAC)
                        .contains("note: the backend may have taken the question for a machine")
                        .contains("old does not say that it knows dry runs"));
      }
    }
  }

  @Test
  void nobody_is_told_from_no_bus() throws Exception {
    try (NatsServer empty = NatsServer.start()) {
      Run nobody = explainOn(empty.url(), "--mac", MAC);
      assertThat(nobody.code()).isEqualTo(Report.SILENCE);
      assertThat(nobody.said()).contains("no dhcp-server explains on this bus");
    }
    Run gone = explainOn("nats://127.0.0.1:1", "--mac", MAC);
    assertThat(gone.code()).isEqualTo(Report.SILENCE);
    assertThat(gone.said()).contains("no connection to nats-server");
  }

  @ParameterizedTest
  @CsvSource({"--as=toaster", "--mac=x", "--giaddr=10.1", "--circuit-id=x", "--nats=ftp://x"})
  void a_wrong_command_line_is_refused(String option) {
    assertThat(explain(option).code()).isEqualTo(2);
  }
}
