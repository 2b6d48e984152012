package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.Traceparent;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceWordsTest {
  private static final Traceparent TRACE =
      Traceparent.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").orElseThrow();

  /// Version 00, trace id, parent id, flags.
  private static final String BINARY = "000af7651916cd43dd8448eb211c80319cb7ad6b716920333101";

  private static final String MARK = "-" + TRACE;
  private static final Responder FULL = new FullDhcp(Machines.SETTINGS);

  private static DhcpMessage answer(TestPacket packet, Answer response) {
    Asked asked = (Asked) FULL.intent(packet.client(), false);
    return ((Sent) FULL.reply(asked, response)).message();
  }

  private static DhcpMessage marked(TestPacket packet, Answer response, boolean names) {
    Datagram datagram =
        new Datagram(
            packet.message().encode(),
            new InetSocketAddress(Inet4Address.ofLiteral("0.0.0.0"), 68),
            false,
            "",
            System.nanoTime());
    Packet heard = new Packet(datagram, packet.client(), new Step(TRACE, null));
    return TraceWords.into(answer(packet, response), heard, names);
  }

  private static Answer script(String url) {
    return Machines.with(new Netboot(true, url));
  }

  private static String trace(DhcpMessage message) {
    return message
        .options()
        .get(Option.VENDOR_SPECIFIC)
        .flatMap(options -> options.raw(PxeOption.TRACE))
        .map(Bytes::toString)
        .orElse("");
  }

  static Stream<Arguments> clients() {
    String script = Machines.SCRIPT + "?traceparent=" + TRACE;
    return Stream.of(
        // packet, names, option 43.69, file
        arguments("BIOS ROM", TestPacket.pxe(DISCOVER, 0), false, BINARY, "undionly.kpxe"),
        arguments("BIOS ROM", TestPacket.pxe(DISCOVER, 0), true, BINARY, "undionly.kpxe" + MARK),
        arguments("EFI ROM", TestPacket.pxe(DISCOVER, 7), false, BINARY, "ipxe.efi"),
        arguments("EFI ROM", TestPacket.pxe(DISCOVER, 7), true, BINARY, "ipxe.efi" + MARK),
        arguments("iPXE", TestPacket.ipxe(DISCOVER, 7), false, BINARY, script),
        arguments("iPXE", TestPacket.ipxe(DISCOVER, 7), true, BINARY, script),
        // EDK2 goes by the suffix where there is no Content-Type (UEFI 2.10 §24.7.2)
        arguments("HTTP boot", TestPacket.http(DISCOVER, 16), true, "", ""),
        arguments("a system", TestPacket.of(DISCOVER), true, "", ""));
  }

  @ParameterizedTest(name = "{0}, names {2}")
  @MethodSource("clients")
  void eachIsToldWhereItDoesNotMind(
      String name, TestPacket packet, boolean names, String trace, String file) {
    DhcpMessage marked = marked(packet, Machines.ANSWER, names);
    DhcpMessage plain = answer(packet, Machines.ANSWER);
    assertThat(trace(marked)).isEqualTo(trace);
    if (file.isEmpty()) {
      assertThat(marked).isEqualTo(plain);
    } else {
      assertThat(marked.file()).isEqualTo(file);
      assertThat(marked.options().get(Option.BOOT_FILE_NAME)).contains(file);
    }
    assertThat(marked.options().codes()).isEqualTo(plain.options().codes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"grubx64.efi", "syslinux.efi", "shimx64.efi"})
  void whatMakesNamesOfItsOwnNameIsLeftAlone(String loader) {
    Answer answer = Machines.with(Machines.bootFile(loader));
    assertThat(marked(TestPacket.pxe(DISCOVER, 7), answer, true).file()).isEqualTo(loader);
  }

  @Test
  void theMarkOfAScriptGoesBesideItsOwnQuery() {
    Answer answer = script("http://10.0.0.1/x.ipxe?mac=1#end");
    assertThat(marked(TestPacket.ipxe(DISCOVER, 7), answer, false).file())
        .isEqualTo("http://10.0.0.1/x.ipxe?mac=1&traceparent=" + TRACE + "#end");
  }

  @Test
  void whatHasNoRoomInTheHeaderStandsInOption67Alone() {
    String url = "http://10.0.0.1/" + "x".repeat(80);
    DhcpMessage marked = marked(TestPacket.ipxe(DISCOVER, 7), script(url), false);
    assertThat(marked.file()).isEmpty();
    assertThat(marked.options().get(Option.BOOT_FILE_NAME)).contains(url + "?traceparent=" + TRACE);
  }

  /// RFC 2132 §9.10: no more than the client takes.
  @Test
  void whatDoesNotFitIntoThePacketIsLeftOut() {
    TestPacket packet = TestPacket.ipxe(DISCOVER, 7).with(Option.MAX_MESSAGE_SIZE, 576);
    String url = "http://10.0.0.1/" + "x".repeat(150);
    Answer answer = script(url);
    DhcpMessage marked = marked(packet, answer, false);
    assertThat(marked.encode().length()).isLessThanOrEqualTo(576 - 28);
    assertThat(marked.options().get(Option.BOOT_FILE_NAME)).contains(url);
  }
}
