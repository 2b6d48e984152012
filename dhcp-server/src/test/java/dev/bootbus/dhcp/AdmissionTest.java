package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private static final String SERVED = "";

  static Stream<Arguments> lists() {
    return Stream.of(
        arguments("", "52:54:00:12:34:56", SERVED),
        arguments("--allow=52:54:00:12:34:56", "52:54:00:12:34:56", SERVED),
        arguments("--allow=52-54-00-12-34-56", "52:54:00:12:34:56", SERVED),
        arguments("--allow=525400123456", "52:54:00:12:34:57", "not-allowed-mac"),
        arguments("--allow=52:54:00", "52:54:00:ff:ff:ff", SERVED),
        arguments("--allow=52:54:00", "52:54:01:00:00:00", "not-allowed-mac"),
        arguments("--allow=52", "52:00:00:00:00:00", SERVED),
        arguments("--allow=52:54:00:12:34:56:78", "52:54:00:12:34:56", "not-allowed-mac"),
        arguments("--allow=00:50:56 --allow=52:54:00", "52:54:00:12:34:56", SERVED),
        arguments("--deny=52:54:00", "52:54:00:12:34:56", "denied-mac"),
        arguments("--deny=52:54:00:12:34", "52:54:00:12:34:56", "denied-mac"),
        arguments("--deny=52:54:00", "02:00:00:00:00:01", SERVED),
        arguments("--allow=52:54:00 --deny=52:54:00:12:34:56", "52:54:00:12:34:56", "denied-mac"),
        arguments("--allow=52:54:00 --deny=52:54:00:12:34:56", "52:54:00:12:34:57", SERVED));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("lists")
  void lists_go_by_whole_addresses_and_by_first_bytes(String flags, String mac, String refusal) {
    assertThat(refusal(flags, TestPacket.of(DISCOVER).mac(mac))).isEqualTo(refusal);
  }

  @Test
  void a_machine_without_a_hardware_address_is_on_no_list() {
    // RFC 4390 §2.1: InfiniBand's htype 32 comes with hlen 0 and a client identifier
    TestPacket infiniBand =
        TestPacket.of(DISCOVER)
            .htype(32)
            .hlen(0)
            .with(Option.CLIENT_ID, Bytes.of(new byte[] {-1, 1, 2}));
    assertThat(refusal("--allow=52:54:00", infiniBand)).isEqualTo("not-allowed-mac");
    assertThat(refusal("--deny=52:54:00", infiniBand)).isEqualTo(SERVED);
  }

  @Test
  void pxe_only_serves_whoever_boots_from_the_network() {
    assertThat(refusal("--pxe-only=on", TestPacket.of(DISCOVER))).isEqualTo("not-pxe");
    assertThat(refusal("--pxe-only=off", TestPacket.of(DISCOVER))).isEqualTo(SERVED);
    assertThat(refusal("--pxe-only=on", TestPacket.pxe(DISCOVER, 7))).isEqualTo(SERVED);
    assertThat(
            refusal(
                "--pxe-only=on", TestPacket.of(DISCOVER).with(Option.USER_CLASS, List.of("iPXE"))))
        .isEqualTo(SERVED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "52:5", "52:54:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00"})
  void what_is_no_address_is_no_list(String text) {
    assertThatThrownBy(() -> MacPrefixes.of(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a hardware address, nor the first bytes of one such as 52:54:00: " + text);
  }

  private static String refusal(String flags, TestPacket packet) {
    var commandLine = Main.reading(new ServeFlags());
    commandLine.parseArgs(flags.isEmpty() ? new String[0] : flags.split(" "));
    ServeFlags serve = commandLine.getCommand();
    return serve
        .admission()
        .refusal(Client.of(packet.message()))
        .map(DropReason::key)
        .orElse(SERVED);
  }

  @Test
  void a_refused_machine_is_not_asked_about_and_counted() throws Exception {
    List<DhcpRequest> asked = new CopyOnWriteArrayList<>();
    Admission only = new AllowList(MacPrefixes.of(List.of("02")));
    try (RunningServer server =
            RunningServer.start(
                new FullDhcp(Machines.SETTINGS),
                request -> {
                  asked.add(request);
                  return Machines.ANSWER;
                });
        TestClient client = new TestClient(server.port())) {
      assertThat(client.ask(TestPacket.of(DISCOVER)).yiaddr()).isEqualTo(Machines.ADDRESS);
      server.change(only);
      client.send(TestPacket.of(DISCOVER));
      client.ask(TestPacket.of(DISCOVER).mac("02:00:00:00:00:01"));
      assertThat(asked)
          .extracting(r -> r.mac().toString())
          .containsExactly(TestPacket.MAC, "02:00:00:00:00:01");
      await().until(() -> server.outcomes.count(DropReason.NOT_ALLOWED_MAC) == 1);
    }
  }
}
