package dev.bootbus.probe.dhcp;

import static dev.bootbus.probe.dhcp.ScriptedServer.GIVEN;
import static dev.bootbus.probe.dhcp.ScriptedServer.LOOPBACK;
import static dev.bootbus.probe.dhcp.ScriptedServer.healthy;
import static dev.bootbus.probe.dhcp.ScriptedServer.reply;
import static dev.bootbus.probe.dhcp.ScriptedServer.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Exchange.Oddity;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The client and servers of all sorts, on loopback ports.
@Timeout(60)
class DhcpClientTest {
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(100), Duration.ofMillis(400), 3, Duration.ofMillis(100));
  private static final Patience LONG =
      new Patience(Duration.ofSeconds(5), Duration.ofSeconds(20), 3, Duration.ofMillis(100));
  private static final MacAddress MAC = MacAddress.parse("02:b0:07:00:00:01");

  private static Identity identity(MacAddress mac) {
    return new Identity(
        mac,
        Optional.empty(),
        Optional.of("PXEClient:Arch:00007:UNDI:003000"),
        List.of(7),
        Optional.empty(),
        Optional.empty(),
        List.of(1, 3),
        1472,
        true,
        Options.builder().put(Option.CLIENT_ID, Bytes.of((byte) 9, (byte) 1)).build());
  }

  private static DhcpClient join(Link link, Patience patience) {
    return DhcpClient.join(link, identity(MAC), patience);
  }

  @Test
  void says_what_table_5_of_rfc_2131_has() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(healthy());
        Link link = server.link();
        DhcpClient client = join(link, LONG)) {
      Reply offer = client.discover().first().orElseThrow();
      Lease lease = ((Answer.Acknowledged) client.request(offer)).lease();
      assertThat(lease.address()).isEqualTo(GIVEN);
      assertThat(lease.via(Inet4Address.ofLiteral("192.0.2.9"))).hasToString("/192.0.2.9");
      assertThat(lease.via(LOOPBACK)).hasToString("/192.0.2.1");
      client.renew(lease);
      client.rebind(lease);
      client.reboot(GIVEN);
      client.inform(lease);
      client.release(lease);
      client.decline(lease);
      await().until(() -> server.heard().size() == 8);
      // ciaddr, option 50, option 54, what the client wishes
      assertThat(server.heard().stream().map(DhcpClientTest::summary))
          .containsExactly(
              "DISCOVER ciaddr=0.0.0.0 50=- 54=- wishes",
              "REQUEST ciaddr=0.0.0.0 50=192.0.2.50 54=127.0.0.1 wishes",
              "REQUEST ciaddr=192.0.2.50 50=- 54=- wishes",
              "REQUEST ciaddr=192.0.2.50 50=- 54=- wishes",
              "REQUEST ciaddr=0.0.0.0 50=192.0.2.50 54=- wishes",
              "INFORM ciaddr=192.0.2.50 50=- 54=- wishes",
              "RELEASE ciaddr=192.0.2.50 50=- 54=127.0.0.1",
              "DECLINE ciaddr=0.0.0.0 50=192.0.2.50 54=127.0.0.1");
      assertThat(server.heard())
          .allSatisfy(message -> assertThat(message.options().has(Option.CLIENT_ID)).isTrue());
      // §4.4.1: the REQUEST has the xid of the offer
      assertThat(server.heard().get(1).xid()).isEqualTo(server.heard().get(0).xid());
    }
  }

  private static String summary(DhcpMessage message) {
    Options options = message.options();
    boolean wishes = options.has(Option.PARAMETER_LIST) && options.has(Option.VENDOR_CLASS);
    return "%s ciaddr=%s 50=%s 54=%s%s"
        .formatted(
            type(message),
            message.ciaddr().getHostAddress(),
            options.get(Option.REQUESTED_ADDRESS).map(Inet4Address::getHostAddress).orElse("-"),
            options.get(Option.SERVER_ID).map(Inet4Address::getHostAddress).orElse("-"),
            wishes ? " wishes" : "");
  }

  @Test
  void asks_again_and_gives_up() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((asked, to) -> {});
        Link link = server.link();
        DhcpClient client = join(link, SHORT)) {
      Offers offers = client.discover();
      assertThat(offers.all()).isEmpty();
      assertThat(offers.exchange().sent()).hasSize(3);
      // 0.1, 0.2 and 0.4 s, a quarter more or less
      assertThat(offers.exchange().took()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(3));
      assertThat(server.heard().stream().map(DhcpMessage::xid).distinct()).hasSize(1);
    }
  }

  @Test
  void keeps_all_offers_of_proxies_too() throws Exception {
    Inet4Address other = Inet4Address.ofLiteral("192.0.2.3");
    ScriptedServer.Script script =
        (asked, to) -> {
          to.say(
              reply(asked, MessageType.OFFER, asked.xid(), DhcpMessage.NO_ADDRESS, Options.EMPTY));
          to.say(reply(asked, MessageType.OFFER));
          to.say(
              reply(
                  asked,
                  MessageType.OFFER,
                  asked.xid(),
                  GIVEN,
                  Options.builder().put(Option.SERVER_ID, other).build()));
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        Link link = server.link();
        DhcpClient client = join(link, LONG)) {
      Offers offers = client.discover();
      assertThat(offers.all()).hasSize(3);
      assertThat(offers.proxies()).hasSize(1);
      assertThat(offers.withAddress()).hasSize(2);
      assertThat(offers.first().orElseThrow().serverId()).contains(LOOPBACK);
      assertThat(offers.exchange().sent()).hasSize(1);
    }
  }

  static Stream<Arguments> hostile() {
    return Stream.of(
        Arguments.of(
            "cut off after the fixed fields",
            Oddity.MALFORMED,
            (ScriptedServer.Script)
                (asked, to) -> to.say(cut(reply(asked, MessageType.OFFER), 200))),
        Arguments.of(
            "an option that runs past the end",
            Oddity.MALFORMED,
            (ScriptedServer.Script)
                (asked, to) -> {
                  byte[] bytes = cut(reply(asked, MessageType.OFFER), 244);
                  bytes[240] = 12;
                  bytes[241] = (byte) 250;
                  to.say(bytes);
                }),
        Arguments.of(
            "longer than any message",
            Oddity.MALFORMED,
            (ScriptedServer.Script)
                (asked, to) ->
                    to.say(
                        Arrays.copyOf(reply(asked, MessageType.OFFER).encode().toArray(), 60_000))),
        Arguments.of(
            "another xid",
            Oddity.WRONG_XID,
            (ScriptedServer.Script)
                (asked, to) ->
                    to.say(
                        reply(
                            asked,
                            MessageType.OFFER,
                            asked.xid() ^ 1,
                            GIVEN,
                            ScriptedServer.good()))),
        Arguments.of(
            "another chaddr",
            Oddity.WRONG_CHADDR,
            (ScriptedServer.Script)
                (asked, to) -> {
                  byte[] bytes = reply(asked, MessageType.OFFER).encode().toArray();
                  bytes[33] ^= 1;
                  to.say(bytes);
                }),
        Arguments.of(
            "an ACK for a DISCOVER",
            Oddity.WRONG_TYPE,
            (ScriptedServer.Script) (asked, to) -> to.say(reply(asked, MessageType.ACK))),
        Arguments.of(
            "no message type",
            Oddity.WRONG_TYPE,
            (ScriptedServer.Script)
                (asked, to) -> {
                  byte[] bytes = reply(asked, MessageType.OFFER).encode().toArray();
                  bytes[240] = 0;
                  bytes[241] = 0;
                  bytes[242] = 0;
                  to.say(bytes);
                }));
  }

  private static byte[] cut(DhcpMessage message, int size) {
    return Arrays.copyOf(message.encode().toArray(), size);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void counts_what_is_no_offer(String what, Oddity oddity, ScriptedServer.Script script)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start(script);
        Link link = server.link();
        DhcpClient client = join(link, SHORT)) {
      Exchange exchange = client.discover().exchange();
      assertThat(exchange.replies()).isEmpty();
      assertThat(exchange.oddities()).containsOnlyKeys(oddity);
      assertThat(exchange.oddities().get(oddity).count()).isEqualTo(3);
      assertThat(exchange.oddities().get(oddity).first()).startsWith("127.0.0.1");
    }
  }

  @Test
  void keeps_little_of_thousands_of_offers() throws Exception {
    ScriptedServer.Script script =
        (asked, to) -> {
          for (int i = 0; i < 20_000; i++) {
            Options more = Options.builder().put(Option.LEASE_TIME, (long) i).build();
            to.say(
                reply(
                    asked,
                    MessageType.OFFER,
                    asked.xid(),
                    GIVEN,
                    ClientMessage.join(ScriptedServer.good(), more)));
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        Link link = server.link();
        DhcpClient client = join(link, LONG)) {
      Exchange exchange = client.discover().exchange();
      assertThat(exchange.replies()).hasSize(64);
      assertThat(exchange.oddities().get(Oddity.TOO_MANY).count()).isPositive();
      assertThat(exchange.took()).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void ends_in_time_while_a_server_repeats_itself_for_ever() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    ScriptedServer.Script script =
        (asked, to) -> {
          while (!over.get()) {
            to.say(reply(asked, MessageType.OFFER));
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        Link link = server.link();
        DhcpClient client = join(link, LONG)) {
      Exchange exchange = client.discover().exchange();
      over.set(true);
      assertThat(exchange.replies()).hasSize(1);
      assertThat(exchange.oddities().get(Oddity.DUPLICATE).count()).isPositive();
      assertThat(exchange.took()).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void tells_a_late_answer_from_a_wrong_one() throws Exception {
    List<DhcpMessage> before = new ArrayList<>();
    ScriptedServer.Script script =
        (asked, to) -> {
          for (DhcpMessage earlier : before) {
            to.say(reply(earlier, MessageType.ACK));
          }
          before.add(asked);
          healthy().answer(asked, to);
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        Link link = server.link();
        DhcpClient client = join(link, LONG)) {
      client.discover();
      Answer answer = client.reboot(GIVEN);
      assertThat(answer).isInstanceOf(Answer.Acknowledged.class);
      assertThat(answer.exchange().oddities()).containsOnlyKeys(Oddity.LATE);
    }
  }

  @Test
  void is_refused() throws Exception {
    ScriptedServer.Script script = (asked, to) -> to.say(reply(asked, MessageType.NAK));
    try (ScriptedServer server = ScriptedServer.start(script);
        Link link = server.link();
        DhcpClient client = join(link, LONG)) {
      assertThat(client.reboot(GIVEN)).isInstanceOf(Answer.Refused.class);
    }
  }

  @Test
  void two_thousand_machines_share_one_socket() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(healthy());
        Link link = server.link();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        MacAddress mac =
            MacAddress.parse("02:b0:07:01:%02x:%02x".formatted(i >> Byte.SIZE, i & 0xFF));
        answers.add(threads.submit(() -> bound(link, mac)));
      }
      for (Future<Answer> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Answer.Acknowledged.class);
        assertThat(answer.get().exchange().oddities()).isEmpty();
      }
      assertThat(link.traffic().strange()).isZero();
    }
  }

  private static Answer bound(Link link, MacAddress mac) throws InterruptedException {
    try (DhcpClient client = DhcpClient.join(link, identity(mac), LONG)) {
      return client.request(client.discover().first().orElseThrow());
    }
  }

  @Test
  void a_machine_is_on_a_link_once() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(healthy());
        Link link = server.link()) {
      try (DhcpClient client = join(link, SHORT)) {
        assertThat(client.discover().all()).hasSize(1);
        assertThatThrownBy(() -> join(link, SHORT)).isInstanceOf(IllegalStateException.class);
      }
      join(link, SHORT).close();
    }
  }
}
