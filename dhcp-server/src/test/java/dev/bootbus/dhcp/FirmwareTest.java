package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SCRIPT;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.Golden.Packet;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each real firmware is told, in both modes, for the packets that it really sent.
class FirmwareTest {

  @ParameterizedTest(name = "{0}, port {1}, class {2}")
  @CsvSource({
    "bios-plain,        67, bios,           undionly.kpxe,                      60 43",
    "bios-plain,        67, ipxe,           http://192.168.77.1/boot.ipxe,      60 43",
    "bios-ipxe,         67, ipxe,           http://192.168.77.1/boot.ipxe,      60 43",
    "bios-undionly,     67, ipxe,           http://192.168.77.1/boot.ipxe,      60 43",
    "bios-new-undionly, 67, ipxe,           http://192.168.77.1/boot.ipxe,      60 43",
    "proxy-bios-plain,  67, bios,           undionly.kpxe,                      60 43",
    "proxy-bios-plain,  67, ipxe,           http://192.168.77.1/boot.ipxe,      60 43",
    "uefi-ipxe,         67, efi-x64,        ipxe.efi,                           60 43",
    "proxy-uefi-ipxe,   67, efi-x64,        ipxe.efi,                           60 43",
    "proxy-uefi-ipxe,   67, ipxe,           http://192.168.77.1/boot.ipxe,      60 43",
    "uefi-new-snponly,  67, ipxe,           http://192.168.77.1/boot.ipxe,      60 43",
    "uefi-http,         67, efi-x64-http,   http://192.168.77.1/ipxe.efi,       60",
    "uefi-http,         67, ipxe,           http://192.168.77.1/boot.ipxe,      60 43",
    "proxy-uefi-http,   67, efi-x64-http,   http://192.168.77.1/ipxe.efi,       60",
    "arm64-pxe,         67, efi-arm64,      ipxe-arm64.efi,                     60 43",
    "arm64-http,        67, efi-arm64-http, http://192.168.77.1/ipxe-arm64.efi, 60",
    "arm64-uboot,       67, efi-arm64,      ipxe-arm64.efi,                     60 43",
    "arm64-uboot,       67, uboot-arm64,    -,                                  -",
    "bios-ipxe,         67, none,           -,                                  -",
  })
  void discovers(String boot, int port, String label, String file, String classOptions) {
    DhcpMessage discover =
        Golden.packets(boot).stream()
            .filter(packet -> packet.port() == port)
            .map(Packet::message)
            .filter(message -> type(message).equals(Optional.of(MessageType.DISCOVER)))
            .filter(message -> ClientClass.of(message).label().equals(label))
            .findFirst()
            .orElseThrow();
    Client client = Client.of(discover);
    assertOffer(new FullDhcp(SETTINGS), client, file, classOptions);
    if (client.clientClass().label().startsWith("uboot") || label.equals("none")) {
      assertThat(new ProxyDhcp(SETTINGS).intent(client, false)).isInstanceOf(Intent.Ignore.class);
    } else {
      assertOffer(new ProxyDhcp(SETTINGS), client, file, classOptions);
    }
  }

  private static void assertOffer(
      Responder responder, Client client, String file, String classOptions) {
    Asked asked = (Asked) responder.intent(client, false);
    DhcpMessage offer = ((Offer) responder.reply(asked, ANSWER)).message();
    assertThat(offer.file()).isEqualTo(file.equals("-") ? "" : file);
    assertThat(offer.options().get(Option.BOOT_FILE_NAME).orElse("-")).isEqualTo(file);
    assertThat(offer.options().has(Option.VENDOR_CLASS)).isEqualTo(classOptions.contains("60"));
    assertThat(offer.options().has(Option.VENDOR_SPECIFIC)).isEqualTo(classOptions.contains("43"));
    assertThat(offer.options().raw(97)).isEqualTo(client.message().options().raw(97));
    assertThat(offer.options().has(Option.SERVER_ID)).isTrue();
  }

  @ParameterizedTest(name = "{0}, from port {1}")
  @CsvSource({
    "proxy-uefi-boot-service,  4011, ipxe.efi",
    "proxy-arm64-boot-service, 4011, ipxe-arm64.efi",
    "proxy-bios-menu,            68, undionly.kpxe",
  })
  void asks_the_boot_service(String boot, int sourcePort, String file) {
    Packet request =
        Golden.packets(boot).stream()
            .filter(packet -> packet.port() == 4011 && packet.sourcePort() == sourcePort)
            .filter(packet -> packet.message().op() == DhcpMessage.BOOTREQUEST)
            .findFirst()
            .orElseThrow();
    BootService service = new BootService(SETTINGS);
    Asked asked = (Asked) service.intent(Client.of(request.message()), true);
    DhcpMessage ack = ((Ack) service.reply(asked, ANSWER)).message();
    assertThat(ack.file()).isEqualTo(file);
    assertThat(ack.xid()).isEqualTo(request.message().xid());
  }

  /// A boot as it goes on: whoever loads what the ROM is given is iPXE, and comes back as iPXE.
  @Test
  void no_packet_of_ipxe_leads_back_to_a_loader() {
    for (Packet packet : Golden.requests()) {
      Client client = Client.of(packet.message());
      if (client.clientClass().ipxe()) {
        BootOptions boot = BootOptions.of(client, SETTINGS, ANSWER);
        assertThat(((Load) boot).file()).isEqualTo(SCRIPT);
      }
    }
  }

  private static Optional<MessageType> type(DhcpMessage message) {
    return message.options().get(Option.MESSAGE_TYPE).flatMap(MessageType::of);
  }
}
