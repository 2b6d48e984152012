package dev.bootbus.probe.dora;

import static dev.bootbus.probe.dhcp.ScriptedServer.GIVEN;
import static dev.bootbus.probe.dhcp.ScriptedServer.good;
import static dev.bootbus.probe.dhcp.ScriptedServer.healthy;
import static dev.bootbus.probe.dhcp.ScriptedServer.reply;
import static dev.bootbus.probe.dhcp.ScriptedServer.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.Main;
import dev.bootbus.probe.dhcp.ScriptedServer;
import dev.bootbus.probe.dhcp.ScriptedServer.Script;
import dev.bootbus.probe.dhcp.ScriptedServer.Speaker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// `probe dhcp` and servers that do this and that wrong, on loopback ports.
@Timeout(60)
class DhcpCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Inet4Address OTHER = Inet4Address.ofLiteral("192.0.2.3");

  /// @param out what it printed
  private record Run(int status, String out, String err) {
    JsonNode json() throws IOException {
      return JSON.readTree(out);
    }

    List<String> causes() throws IOException {
      List<String> causes = new ArrayList<>();
      json().get("findings").forEach(finding -> causes.add(finding.get("cause").asText()));
      return causes;
    }
  }

  private static Run run(String arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(("dhcp " + arguments).split(" "));
    return new Run(status, out.toString(), err.toString());
  }

  private static Run run(ScriptedServer server, String more) {
    return run(
        "--relay 127.0.0.1 --server 127.0.0.1 --dhcp-port %1$d --proxy-port %1$d --tries 2 --collect 0.2 %2$s"
            .formatted(server.port(), more)
            .strip());
  }

  @Test
  void says_everything_and_gives_the_address_back() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(healthy())) {
      Run run =
          run(
              server,
              "--json --mac 02:b0:07:00:00:01 --renew --rebind --reboot --inform --boot-server");
      assertThat(run.causes()).isEmpty();
      assertThat(run.status()).isZero();
      JsonNode steps = run.json().get("steps");
      assertThat(steps.findValuesAsText("what"))
          .containsExactly(
              "discover",
              "request",
              "boot-server",
              "renew",
              "rebind",
              "reboot",
              "inform",
              "release");
      assertThat(steps.findValuesAsText("result"))
          .containsExactly("offers", "ack", "ack", "ack", "ack", "ack", "ack", "sent");
      JsonNode offer = steps.get(0).get("replies").get(0);
      assertThat(offer.get("from").asText()).isEqualTo("127.0.0.1");
      assertThat(offer.get("message").get("yiaddr").asText()).isEqualTo("192.0.2.50");
      assertThat(offer.get("message").get("options").findValuesAsText("name"))
          .contains("Subnet Mask", "IP Address Lease Time", "DHCP Server Identifier");
      assertThat(run.json().get("mac").asText()).isEqualTo("02:b0:07:00:00:01");
      await().until(() -> type(server.heard().getLast()) == MessageType.RELEASE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--discover, DISCOVER",
    "--keep, DISCOVER REQUEST",
    "--decline, DISCOVER REQUEST DECLINE",
    "--as=bios, DISCOVER REQUEST RELEASE"
  })
  void says_no_more_than_it_is_told(String flag, String messages) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(healthy())) {
      assertThat(run(server, flag).status()).isZero();
      int count = messages.split(" ").length;
      await().until(() -> server.heard().size() == count);
      assertThat(server.heard().stream().map(m -> type(m).name()))
          .containsExactly(messages.split(" "));
    }
  }

  @Test
  void tells_people() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(healthy())) {
      String out = run(server, "--mac 02:b0:07:00:00:01").out();
      assertThat(out)
          .startsWith("02:b0:07:00:00:01 on relay 127.0.0.1, as uefi\n")
          .containsPattern(" 0\\.\\d{3} s DISCOVER to all servers\n")
          .containsPattern(" 0\\.\\d{3} s OFFER from 127\\.0\\.0\\.1, 300 bytes\n")
          .contains("     51 IP Address Lease Time: 3600 (1h)\n")
          .contains("yiaddr 192.0.2.50  siaddr 127.0.0.1  file \"loader.efi\"\n")
          .containsPattern("RELEASE to 127\\.0\\.0\\.1 port \\d+\n");
    }
  }

  private static void offerAnd(DhcpMessage asked, Speaker to, DhcpMessage ack) throws IOException {
    to.say(type(asked) == MessageType.DISCOVER ? reply(asked, MessageType.OFFER) : ack);
  }

  private static DhcpMessage ack(DhcpMessage asked, Inet4Address yiaddr, Options options) {
    return reply(asked, MessageType.ACK, asked.xid(), yiaddr, options);
  }

  private static DhcpMessage offer(DhcpMessage asked, Inet4Address yiaddr, Options options) {
    return reply(asked, MessageType.OFFER, asked.xid(), yiaddr, options);
  }

  private static Options goodBut(int code, String hex) {
    Options good = good();
    Options.Builder options = Options.builder();
    good.codes().forEach(other -> options.put(other, good.raw(other).orElseThrow()));
    return options.put(code, Bytes.ofHex(hex)).build();
  }

  private static Options goodWithout(Option<?> option) {
    Options good = good();
    Options.Builder options = Options.builder();
    good.codes().stream()
        .filter(code -> code != option.code())
        .forEach(code -> options.put(code, good.raw(code).orElseThrow()));
    return options.build();
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        row("silence", 3, "no-offer", "", (asked, to) -> {}),
        row(
            "only a proxy",
            1,
            "no-address",
            "",
            (asked, to) -> to.say(offer(asked, DhcpMessage.NO_ADDRESS, good()))),
        row(
            "RFC 2131 table 3: an offer MUST have option 54",
            0,
            "offer-without-server-id",
            "",
            (asked, to) -> {
              if (type(asked) == MessageType.DISCOVER) {
                to.say(offer(asked, GIVEN, goodWithout(Option.SERVER_ID)));
              } else {
                healthy().answer(asked, to);
              }
            }),
        row(
            "two servers",
            0,
            "several-dhcp-servers",
            "127.0.0.1 offers 192.0.2.50; 192.0.2.3 by way of 127.0.0.1 offers 192.0.2.50",
            (asked, to) -> {
              healthy().answer(asked, to);
              if (type(asked) == MessageType.DISCOVER) {
                to.say(offer(asked, GIVEN, goodBut(54, "c0000203")));
              }
            }),
        row(
            "NAK for its own offer",
            1,
            "offer-not-kept",
            "request: 127.0.0.1 says NAK",
            (asked, to) -> offerAnd(asked, to, reply(asked, MessageType.NAK))),
        row(
            "no answer to the REQUEST",
            1,
            "request-unanswered",
            "request: no answer to 2 messages in ",
            (asked, to) -> {
              if (type(asked) == MessageType.DISCOVER) {
                healthy().answer(asked, to);
              }
            }),
        row(
            "RFC 2131 4.3.1: the ACK must not conflict with the offer",
            0,
            "ack-differs",
            "127.0.0.1: yiaddr was 192.0.2.50, is 192.0.2.3",
            (asked, to) -> offerAnd(asked, to, ack(asked, OTHER, good()))),
        row(
            "table 3: yiaddr",
            1,
            "ack-without-address",
            "",
            (asked, to) -> offerAnd(asked, to, ack(asked, DhcpMessage.NO_ADDRESS, good()))),
        row(
            "table 3: MUST have option 51",
            0,
            "ack-without-lease-time",
            "",
            (asked, to) -> offerAnd(asked, to, ack(asked, GIVEN, goodWithout(Option.LEASE_TIME)))),
        row(
            "a router elsewhere",
            0,
            "router-elsewhere",
            "10.9.9.9 is not in the subnet of 192.0.2.50, mask 255.255.255.0",
            (asked, to) ->
                to.say(
                    reply(
                        asked,
                        type(asked) == MessageType.DISCOVER ? MessageType.OFFER : MessageType.ACK,
                        asked.xid(),
                        GIVEN,
                        goodBut(3, "0a090909")))),
        row(
            "an option too long",
            0,
            "option-malformed",
            "OFFER of 127.0.0.1: option 26 Interface MTU",
            (asked, to) -> {
              if (type(asked) == MessageType.DISCOVER) {
                to.say(offer(asked, GIVEN, goodBut(26, "0005dc")));
              } else {
                healthy().answer(asked, to);
              }
            }),
        row(
            "garbage beside a good offer",
            0,
            "reply-malformed",
            "2 cannot be read, such as of 127.0.0.1: too short: 100 bytes",
            (asked, to) -> {
              if (type(asked) == MessageType.DISCOVER) {
                byte[] good = reply(asked, MessageType.OFFER).encode().toArray();
                to.say(Arrays.copyOf(good, 100));
                to.say(Arrays.copyOf(good, 100));
              }
              healthy().answer(asked, to);
            }),
        row(
            "RFC 2131 4.4.1: xid",
            0,
            "reply-unasked",
            "1 with another xid, such as of 127.0.0.1: xid ",
            (asked, to) -> {
              if (type(asked) == MessageType.DISCOVER) {
                to.say(reply(asked, MessageType.OFFER, asked.xid() ^ 1, GIVEN, good()));
              }
              healthy().answer(asked, to);
            }),
        row(
            "everything twice",
            0,
            "reply-repeated",
            "",
            (asked, to) -> {
              healthy().answer(asked, to);
              healthy().answer(asked, to);
            }));
  }

  private static Arguments row(
      String what, int status, String cause, String detail, Script script) {
    return Arguments.of(what, status, cause, detail, script);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void names_what_is_wrong(String what, int status, String cause, String detail, Script script)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      boolean silent = cause.equals("no-offer") || cause.endsWith("unanswered");
      Run run = run(server, "--json --wait " + (silent ? 1 : 5));
      assertThat(run.causes()).as(run.out()).containsExactly(cause);
      assertThat(run.json().get("findings").get(0).get("detail").asText()).contains(detail);
      assertThat(run.status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--renew, renewal-unanswered",
    "--rebind, renewal-unanswered",
    "--reboot, renewal-unanswered",
    "--inform, renewal-unanswered",
    "--boot-server, proxy-without-4011"
  })
  void names_who_does_not_answer_later(String flag, String cause) throws Exception {
    Script script =
        (asked, to) -> {
          boolean first = asked.options().has(Option.SERVER_ID);
          if (type(asked) == MessageType.DISCOVER || first) {
            healthy().answer(asked, to);
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script)) {
      Run run = run(server, "--json --wait 1 " + flag);
      assertThat(run.causes()).containsExactly(cause);
      assertThat(run.status()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--wait 1 | say one of --interface NAME (there are",
        "--interface lo | lo is no Ethernet; for a server on this machine: --relay 127.0.0.1",
        "--interface nosuch0 | no interface nosuch0; there are ",
        "--interface lo --relay 127.0.0.1 | say one of --interface",
        "--interface lo --server 127.0.0.1 | go with --relay",
        "--relay 127.0.0.1 | --relay needs 1 to 16 of --server ADDRESS",
        "--relay here --server 127.0.0.1 | --relay: not an IPv4 address: here",
        "--relay 127.0.0.1:x --server 127.0.0.1 | --relay: not a port: x",
        "--relay 203.0.113.9:6767 --server 127.0.0.1 | none of this machine's: ip -4 address",
        "--relay 127.0.0.1 --server 127.0.0.1 --dhcp-port 0 | --dhcp-port: not a port: 0",
        "--relay 127.0.0.1 --server 127.0.0.1 --proxy-port 65536 | --proxy-port: not a port",
        "--relay 127.0.0.1 --server 127.0.0.1 --wait 0 | --wait is more than 0 and at most 60",
        "--relay 127.0.0.1 --server 127.0.0.1 --collect -1 | --collect is 0 to 60",
        "--relay 127.0.0.1 --server 127.0.0.1 --tries 11 | --tries is 1 to 10",
        "--relay 127.0.0.1 --server 127.0.0.1 --decline --keep | do not go together",
        "--relay 127.0.0.1 --server 127.0.0.1 --discover --renew | no address is taken",
      })
  void refuses_a_wrong_command_line(String arguments, String why) {
    Run run = run(arguments);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(why);
  }

  @Test
  void a_port_in_use_is_named() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(healthy())) {
      Run run = run("--relay 127.0.0.1:%d --server 127.0.0.1".formatted(server.port()));
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).contains("cannot bind UDP port", "something listens there");
    }
  }

  @Test
  void takes_the_offer_of_one_server() throws Exception {
    Script script =
        (asked, to) -> {
          healthy().answer(asked, to);
          if (type(asked) == MessageType.DISCOVER) {
            to.say(offer(asked, OTHER, goodBut(54, "c0000203")));
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script)) {
      run(server, "--take 192.0.2.3 --keep");
      await().until(() -> server.heard().size() == 2);
      assertThat(server.heard().getLast().options().get(Option.SERVER_ID)).contains(OTHER);
    }
  }
}
