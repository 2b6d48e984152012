package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.DropReason.BACKEND_BAD_REPLY;
import static dev.bootbus.dhcp.DropReason.BAD_BOOT_FILE;
import static dev.bootbus.dhcp.DropReason.NO_ADDRESS;
import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.testing.NatsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What somebody on the bus may say instead of an answer, byte by byte at a real nats-server, and
/// what the client gets for it. After each row the next good answer is passed on.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileRepliesTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final String GOOD = event(address("192.168.77.115") + ",'LeaseTime':600");
  private static final Consumer<DhcpMessage> ANY = offer -> {};

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Message> questions = new CopyOnWriteArrayList<>();
  private volatile List<byte[]> replies = List.of();
  private NatsServer nats;
  private Connection backend;
  private Bus bus;
  private RunningServer server;
  private TestClient client;

  /// @param reason why there is no answer, or why the answer has nothing to boot; or empty
  /// @param offer what holds for the answer; null if there is none
  private record Row(String input, byte[] reply, String reason, Consumer<DhcpMessage> offer) {
    @Override
    public String toString() {
      return input;
    }
  }

  private static Row bad(String input, String reply) {
    return new Row(input, reply.getBytes(UTF_8), BACKEND_BAD_REPLY.key(), null);
  }

  private static Row silence(String input, String reply, DropReason reason) {
    return new Row(input, reply.getBytes(UTF_8), reason.key(), null);
  }

  private static Row offer(String input, String reply, Consumer<DhcpMessage> offer) {
    return new Row(input, reply.getBytes(UTF_8), "", offer);
  }

  /// Single quotes are easier to read.
  private static String event(String dhcp) {
    return "{'specversion':'1.0','id':'1','source':'/s','type':'t','data':{'DHCP':{%s}}}"
        .formatted(dhcp)
        .replace('\'', '"');
  }

  private static String address(String ip) {
    return "'MACAddress':'%s','IPAddress':'%s'".formatted(TestPacket.MAC, ip);
  }

  private static String booting(String netboot, String file) {
    return event(address("192.168.77.115"))
        .replace(
            "}}}",
            "},\"Netboot\":{\"AllowNetboot\":true,\"IPXEScriptURL\":\"%s\"},".formatted(netboot)
                + "\"Extensions\":{\"BootFile\":\"%s\"}}}".formatted(file));
  }

  private static Consumer<DhcpMessage> lease(long seconds) {
    return offer -> assertThat(offer.options().get(Option.LEASE_TIME)).contains(seconds);
  }

  private static Consumer<DhcpMessage> given(String address) {
    return offer -> assertThat(offer.yiaddr()).isEqualTo(Inet4Address.ofLiteral(address));
  }

  private static Consumer<DhcpMessage> url(String url) {
    return offer -> {
      assertThat(offer.options().get(Option.BOOT_FILE_NAME)).contains(url);
      assertThat(offer.file()).isEqualTo(url);
    };
  }

  private static Row nothingToBoot(String input, String reply) {
    Consumer<DhcpMessage> none =
        offer -> {
          assertThat(offer.yiaddr()).isEqualTo(ADDRESS);
          assertThat(offer.file()).isEmpty();
          assertThat(offer.options().get(Option.BOOT_FILE_NAME)).isEmpty();
        };
    return new Row(input, reply.getBytes(UTF_8), BAD_BOOT_FILE.key(), none);
  }

  private static Stream<Row> rows() {
    String other = "'MACAddress':'02:00:00:00:00:01','IPAddress':'192.168.77.115'";
    String valid = address("192.168.77.115");
    return Stream.of(
        bad("21 nothing", ""),
        bad("21 not JSON", "\0\1\2garbage"),
        bad("21 2 MB", GOOD + " ".repeat(2 << 20)),
        bad("21 a depth of 10,000", "[".repeat(10_000) + "]".repeat(10_000)),
        bad("21 a depth of 10,000 within", event("'X':" + "{'a':".repeat(10_000))),
        bad("21 NaN for a lease", event(valid + ",'LeaseTime':NaN")),
        bad("21 an answer for another machine", event(other)),
        bad("21 a mask with a hole", event(valid + ",'SubnetMask':'255.0.255.0'")),
        bad("21 a negative lease", event(valid + ",'LeaseTime':-1")),
        bad("21 a lease of more than 32 bits", event(valid + ",'LeaseTime':4294967296")),
        bad("21 a wrong specversion", GOOD.replace("\"1.0\"", "\"2.0\"")),
        bad("21 an address that is none", event(address("192.168.77.999"))),
        offer("21 duplicate keys: the last one counts", event(valid + "," + valid), ANY),
        offer("21 a byte order mark", "\uFEFF" + GOOD, lease(600)),
        offer(
            "21 a lease of 0 is one that is not said",
            event(valid + ",'LeaseTime':0"),
            lease(3600)),
        offer(
            "21 a lease of 0xFFFFFFFF has no end, and is never renewed (RFC 2131 §3.3)",
            event(valid + ",'LeaseTime':4294967295"),
            offer -> {
              lease(0xFFFF_FFFFL).accept(offer);
              assertThat(offer.options().get(Option.RENEWAL_TIME)).isEmpty();
            }),
        // which addresses are good on which link is the backend's to know
        offer(
            "21 an address outside the subnet of its gateway",
            event(
                address("10.9.9.9")
                    + ",'SubnetMask':'255.255.255.0','DefaultGateway':'192.168.77.1'"),
            given("10.9.9.9")),
        silence("21 the address 0.0.0.0", event(address("0.0.0.0")), NO_ADDRESS),
        silence("21 a broadcast address", event(address("255.255.255.255")), NO_ADDRESS),
        silence("21 a multicast address", event(address("224.0.0.1")), NO_ADDRESS),
        silence("21 a loopback address", event(address("127.0.0.1")), NO_ADDRESS),
        nothingToBoot("22 a file of the machine's own", booting("file:///etc/passwd", "")),
        nothingToBoot("22 a line end in a URL", booting("http://h/a\\r\\nchain http://x", "")),
        nothingToBoot("22 a NUL in a URL", booting("http://h/a\\u0000b", "")),
        nothingToBoot("22 a URL of 4 KB", booting("http://h/" + "x".repeat(4096), "")),
        nothingToBoot("22 a URL of 256 bytes", booting("http://h/" + "x".repeat(247), "")),
        nothingToBoot("22 a script in a URL", booting("javascript://h/%0aalert(1)", "")),
        // the machine fetches it, not this process; iPXE expands settings in names on purpose
        offer(
            "22 the address of cloud metadata",
            booting("http://169.254.169.254/latest", ""),
            url("http://169.254.169.254/latest")),
        offer(
            "22 an iPXE setting in a URL",
            booting("http://h/${net0/mac}", ""),
            url("http://h/${net0/mac}")));
  }

  @BeforeAll
  void start() throws Exception {
    nats = NatsServer.withConfig("max_payload: 4MB");
    backend = Nats.connect(nats.url());
    backend
        .createDispatcher(
            question -> {
              questions.add(question);
              replies.forEach(reply -> backend.publish(question.getReplyTo(), reply));
            })
        .subscribe("bootbus.v1.dhcp");
    backend.flush(SOON);
    BusSettings settings = BusSettings.of("dhcp-server").withServers(nats.url());
    bus = Bus.connect(settings.withDeadline(DEADLINE).withMeters(meters), state -> {});
    server = RunningServer.start(new FullDhcp(SETTINGS), bus::ask);
    client = new TestClient(server.port());
    await().atMost(SOON).ignoreExceptions().until(() -> good().yiaddr().equals(ADDRESS));
  }

  @AfterAll
  void stop() throws Exception {
    client.close();
    server.close();
    bus.close();
    backend.close();
    nats.close();
  }

  private DhcpMessage good() throws Exception {
    replies = List.of(GOOD.getBytes(UTF_8));
    return client.ask(TestPacket.of(DISCOVER));
  }

  private double counted(String reason) {
    return server
        .meters
        .find("bootbus.dhcp.packets")
        .tag("reason", reason)
        .functionCounters()
        .stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void is_an_answer_or_a_reason(Row row) throws Exception {
    double before = row.reason().isEmpty() ? 0 : counted(row.reason());
    replies = List.of(row.reply());
    TestPacket packet =
        row.input().startsWith("22") ? TestPacket.ipxe(DISCOVER, 7) : TestPacket.of(DISCOVER);
    if (row.offer() == null) {
      client.send(packet);
      await().atMost(SOON).until(() -> counted(row.reason()) == before + 1);
    } else {
      row.offer().accept(client.ask(packet));
      await()
          .atMost(SOON)
          .until(() -> row.reason().isEmpty() || counted(row.reason()) == before + 1);
    }
    assertThat(good().yiaddr()).as("the next machine").isEqualTo(ADDRESS);
  }

  @Test
  void of_two_replies_the_first_counts() throws Exception {
    replies = List.of(GOOD.getBytes(UTF_8), event(address("10.0.0.9")).getBytes(UTF_8));
    given("192.168.77.115").accept(client.ask(TestPacket.of(DISCOVER)));
    assertThat(good().yiaddr()).isEqualTo(ADDRESS);
    assertThat(client.answer(Duration.ofMillis(1))).as("one offer for each DISCOVER").isEmpty();
  }

  @Test
  void a_late_reply_is_no_answer_to_the_next_question() throws Exception {
    questions.clear();
    replies = List.of();
    long before = server.outcomes.count(DropReason.BACKEND_TIMEOUT);
    client.send(TestPacket.of(DISCOVER));
    await()
        .atMost(SOON)
        .until(() -> server.outcomes.count(DropReason.BACKEND_TIMEOUT) == before + 1);
    client.send(TestPacket.of(DISCOVER));
    await().atMost(SOON).until(() -> questions.size() == 2);
    backend.publish(questions.getFirst().getReplyTo(), event(address("10.0.0.9")).getBytes(UTF_8));
    backend.publish(questions.getLast().getReplyTo(), GOOD.getBytes(UTF_8));
    given("192.168.77.115").accept(client.answer(SOON).orElseThrow());
  }
}
