package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.testing.NatsServer;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.jackson.JsonFormat;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.Inet4Address;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The backends of `responders/` keep the contract, each in its language, over a real nats-server.
class ForeignRespondersTest {
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"node", "python", "go"})
  @interface InEachLanguage {}

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final String SCRIPT = "http://h:8080/a%2Fb%20c.ipxe?mac=${net0/mac}&x=1";
  private static final MacAddress KNOWN = MacAddress.parse("52:54:00:77:00:10");
  private static final MacAddress SCRIPTLESS = MacAddress.parse("52:54:00:77:00:2a");
  private static final MacAddress UNKNOWN = MacAddress.parse("52:54:00:77:00:99");
  private static final String CSV =
      """
      mac,address,mask,gateway,script
      52:54:00:77:00:10,192.168.77.100,255.255.255.0,192.168.77.1,%s
      52-54-00-77-00-2A,192.168.77.101,,,
      """
          .formatted(SCRIPT);

  private static NatsServer nats;
  private static int count;

  @TempDir private Path folder;
  private final String subject = "test" + count++;
  private Path csv;
  private Responder responder;
  private Bus bus;
  private Connection raw;

  @BeforeAll
  static void startNats() throws Exception {
    nats = NatsServer.start();
  }

  @AfterAll
  static void stopNats() throws Exception {
    nats.close();
  }

  private void start(String language) throws Exception {
    Responder.assumeInstalled(language);
    csv = Files.writeString(folder.resolve("machines.csv"), CSV);
    responder = Responder.start(language, csv, nats.url(), subject);
    Subjects subjects = new Subjects(subject, subject + ".file");
    bus = Bus.connect(new Bus.Settings(nats.url(), "test", subjects, SOON), _ -> {});
    raw = Nats.connect(options());
    bus.connection().get();
  }

  /// Without the stack traces that jnats logs when a test stops the server.
  private static Options options() {
    return new Options.Builder().server(nats.url()).errorListener(new ErrorListener() {}).build();
  }

  @AfterEach
  void stop() throws Exception {
    if (responder != null) {
      responder.close();
    }
    if (bus != null) {
      bus.close();
    }
    if (raw != null) {
      raw.close();
    }
  }

  @InEachLanguage
  void aKnownMachineGetsWhatItsLineSays(String language) throws Exception {
    start(language);
    assertThat(ask(KNOWN))
        .isEqualTo(
            new DhcpResponse.Answer(
                dhcp(KNOWN, "192.168.77.100", address("255.255.255.0"), address("192.168.77.1")),
                new Netboot(true, SCRIPT),
                Extensions.NONE));
    assertThat(ask(SCRIPTLESS))
        .isEqualTo(
            new DhcpResponse.Answer(
                dhcp(SCRIPTLESS, "192.168.77.101", null, null), Netboot.DENIED, Extensions.NONE));
  }

  @InEachLanguage
  void anUnknownMachineIsError404(String language) throws Exception {
    start(language);
    assertThat(ask(UNKNOWN)).isEqualTo(new DhcpResponse.Error(404, UNKNOWN + " is not known"));
  }

  @InEachLanguage
  void whateverIsSentIsAnswered(String language) throws Exception {
    start(language);
    String known = "{\"data\":{\"MACAddress\":\"%s\"}}";
    assertThat(errorCode(known.formatted("UlQAdwAQ"))).isZero();
    assertThat(errorCode(known.formatted("52:54:00:77:00:10"))).isZero();
    assertThat(errorCode(known.formatted("52-54-00-77-00-2A"))).isZero();
    assertThat(errorCode("{\"DATA\":{\"macaddress\":\"UlQAdwAQ\",\"mode\":\"PROXY\"}}")).isZero();
    for (String broken :
        List.of(
            "",
            "garbage",
            "[]",
            "null",
            "{\"data\":\"text\"}",
            "{\"data\":{}}",
            known.formatted(""),
            known.formatted("525400770010"),
            "{\"data\":{\"MACAddress\":null}}",
            "{\"data\":{\"MACAddress\":[82,84,0,119,0,16]}}",
            "{\"data\":{\"MACAddress\":{\"a\":1}}}",
            "[".repeat(200_000))) {
      assertThat(errorCode(broken))
          .describedAs(broken.substring(0, Math.min(40, broken.length())))
          .isEqualTo(400);
    }
    assertThat(reply(new byte[] {(byte) 0xFF, 0, '{'}).getType()).endsWith(".response");
  }

  @InEachLanguage
  void aReplyIsACloudEventThatKeepsTheTrace(String language) throws Exception {
    start(language);
    String request = "{\"data\":{\"MACAddress\":\"UlQAdwAQ\",\"Traceparent\":\"%s\"}}";
    CloudEvent traced = reply(request.formatted(TRACE));
    CloudEvent untraced = reply(request.formatted(""));

    assertThat(traced.getSpecVersion()).isEqualTo(SpecVersion.V1);
    assertThat(traced.getType()).isEqualTo("dev.bootbus.dhcp.response");
    assertThat(traced.getSource()).isEqualTo(URI.create("/bootbus/example/" + language));
    assertThat(traced.getDataContentType()).isEqualTo("application/json");
    assertThat(traced.getId()).isNotEmpty().isNotEqualTo(untraced.getId());
    assertThat(traced.getExtension("traceparent")).isEqualTo(TRACE);
    assertThat(untraced.getExtensionNames()).isEmpty();
    assertThat(reply(request.formatted("nonsense")).getExtensionNames()).isEmpty();
  }

  /// What a Go front end refuses or dies of: other keys in DHCP, a URL as text, lists that are
  // none.
  @InEachLanguage
  void anAnswerHasTheTypesThatAGoFrontEndReads(String language) throws Exception {
    start(language);
    JsonNode data = data(reply("{\"data\":{\"MACAddress\":\"UlQAdwAQ\"}}"));

    JsonNode dhcp = data.get("DHCP");
    assertThat(dhcp.get("MACAddress").textValue()).isEqualTo("52:54:00:77:00:10");
    assertThat(dhcp.get("SubnetMask").textValue()).isEqualTo("255.255.255.0");
    assertThat(dhcp.get("LeaseTime").isInt()).isTrue();
    assertThat(dhcp.fieldNames())
        .toIterable()
        .isSubsetOf(
            "MACAddress",
            "IPAddress",
            "SubnetMask",
            "DefaultGateway",
            "NameServers",
            "Hostname",
            "DomainName",
            "BroadcastAddress",
            "NTPServers",
            "LeaseTime",
            "DomainSearch");
    for (String list : List.of("NameServers", "NTPServers", "DomainSearch")) {
      assertThat(dhcp.path(list).isMissingNode() || dhcp.path(list).isNull()).isTrue();
    }
    JsonNode url = data.get("Netboot").get("IPXEScriptURL");
    assertThat(url.get("Scheme").textValue()).isEqualTo("http");
    assertThat(url.get("Host").textValue()).isEqualTo("h:8080");
    assertThat(url.get("Path").textValue()).isEqualTo("/a/b c.ipxe");
    assertThat(url.get("RawPath").textValue()).isEqualTo("/a%2Fb%20c.ipxe");
    assertThat(data(reply("{\"data\":{\"MACAddress\":\"UlQAdwAq\"}}")).get("Netboot"))
        .isEqualTo(json("{\"AllowNetboot\":false,\"IPXEScriptURL\":null}"));
  }

  @InEachLanguage
  void ofTwoReplicasOneAnswers(String language) throws Exception {
    start(language);
    int requests = 100;
    try (Responder second = Responder.start(language, csv, nats.url(), subject)) {
      Subscription replies = raw.subscribe(subject + ".replies");
      for (int i = 0; i < requests; i++) {
        raw.publish(
            subject, subject + ".replies", bytes("{\"data\":{\"MACAddress\":\"UlQAdwAQ\"}}"));
      }
      for (int i = 0; i < requests; i++) {
        assertThat(replies.nextMessage(SOON)).isNotNull();
      }

      assertThat(List.of(responder.stop(), second.stop())).containsOnly(0);
      raw.flush(SOON);
      assertThat(replies.getPendingMessageCount()).isZero(); // and after their ends none can come
      long first = responder.logged(" answered ");
      assertThat(first).isPositive().isLessThan(requests);
      assertThat(first + second.logged(" answered ")).isEqualTo(requests);
      assertThat(responder.log()).contains(" stopped\n");
    }
  }

  @InEachLanguage
  void aChangedFileIsReadAndABrokenLineNamed(String language) throws Exception {
    start(language);
    assertThat(ask(UNKNOWN)).isInstanceOf(DhcpResponse.Error.class);

    Files.writeString(
        csv,
        """
        \uFEFFmac,address,mask,gateway,script\r
        52:54:00:77:00:10,192.168.77.100,255.0.255.0,,\r
        52:54:00:77:00:99,192.168.77.199,,,"http://h/a,b"\r
        not a MAC address,192.168.77.101,,,\r
        52:54:00:77:00:11,192.168.77.300,,,\r
        52:54:00:77:00:12,192.168.77.102,,,h/script\r
        52:54:00:77:00:13,192.168.77.103\r
        "52:54:00:77:00:14,192.168.77.104,,,\r
        52:54:00:77:00:15,192.168.77.105,,,http://h/%zz\r
        52:54:00:77:00:16,192.168.77.106,,,http://user:secret@h/x\r
        \r
        """);

    assertThat(ask(UNKNOWN))
        .isEqualTo(
            new DhcpResponse.Answer(
                dhcp(UNKNOWN, "192.168.77.199", null, null),
                new Netboot(true, "http://h/a,b"),
                Extensions.NONE));
    assertThat(ask(KNOWN)).isInstanceOf(DhcpResponse.Error.class);
    assertThat(responder.log().lines().filter(line -> line.contains(" skipped ")))
        .extracting(line -> line.replaceAll(".* skipped line=(\\d+) why=.*", "$1"))
        .containsExactly("2", "4", "5", "6", "7", "8", "9", "10");
  }

  @InEachLanguage
  void aFileThatIsGoneIsAnErrorUntilItIsBack(String language) throws Exception {
    start(language);
    Files.delete(csv);
    assertThat(ask(KNOWN))
        .isInstanceOfSatisfying(
            DhcpResponse.Error.class, error -> assertThat(error.code()).isEqualTo(503));

    Files.writeString(csv, CSV);
    assertThat(ask(KNOWN)).isInstanceOf(DhcpResponse.Answer.class);
  }

  @InEachLanguage
  void itIsBackWhenTheServerIs(String language) throws Exception {
    start(language);
    nats.stop();
    nats.restart();

    await().atMost(SOON).ignoreExceptions().until(() -> ask(KNOWN) != null);
    assertThat(ask(KNOWN)).isInstanceOf(DhcpResponse.Answer.class);
  }

  @InEachLanguage
  void theReadmeSaysHowLongItIs(String language) throws Exception {
    String source =
        switch (language) {
          case "node" -> "node/responder.mjs";
          case "python" -> "python/responder.py";
          case "go" -> "go/responder.go";
          default -> throw new IllegalStateException(language);
        };
    long lines = Files.readString(Path.of("responders", source)).lines().count();

    assertThat(Files.readString(Path.of("responders", "README.md")))
        .contains("](" + source + ") | " + lines + " |");
    assertThat(lines).isLessThan(language.equals("python") ? 80 : 300);
  }

  private DhcpResponse ask(MacAddress mac) throws Exception {
    return bus.ask(new DhcpRequest(mac, "", Facts.NONE));
  }

  private CloudEvent reply(String request) throws Exception {
    return reply(bytes(request));
  }

  private CloudEvent reply(byte[] request) throws Exception {
    Message reply = raw.request(subject, request, SOON);
    assertThat(reply).isNotNull();
    return new JsonFormat().deserialize(reply.getData());
  }

  private int errorCode(String request) throws Exception {
    JsonNode error = data(reply(request)).path("Error");
    int code = error.path("Code").asInt();
    assertThat(error.path("Message").asText().isEmpty()).isEqualTo(code == 0);
    return code;
  }

  private static JsonNode data(CloudEvent event) throws Exception {
    return new ObjectMapper().readTree(event.getData().toBytes());
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Inet4Address address(String text) {
    return Inet4Address.ofLiteral(text);
  }

  private static Dhcp dhcp(
      MacAddress mac, String ip, @Nullable Inet4Address mask, @Nullable Inet4Address gateway) {
    List<Inet4Address> none = List.of();
    return new Dhcp(mac, address(ip), mask, gateway, none, "", "", null, none, 3600, List.of());
  }
}
