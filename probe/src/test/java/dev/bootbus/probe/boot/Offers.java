package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.probe.dhcp.Sender;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// Answers of servers, a word for each thing in them: `60=PXEClient file=a.efi siaddr 54
/// 43=060108ff`.
final class Offers {
  static final Inet4Address DHCP = Inet4Address.ofLiteral("192.0.2.2");
  static final Inet4Address PROXY = Inet4Address.ofLiteral("192.0.2.1");
  private static final Inet4Address LEASED = Inet4Address.ofLiteral("192.0.2.100");

  private Offers() {}

  /// Of a ProxyDHCP server.
  static Offer proxy(String words) {
    return offer(PROXY, DhcpMessage.NO_ADDRESS, words);
  }

  /// Of a server that gives an address.
  static Offer dhcp(String words) {
    return offer(DHCP, LEASED, words);
  }

  static Offer offer(Inet4Address from, Inet4Address yiaddr, String words) {
    Options.Builder options = Options.builder().put(Option.MESSAGE_TYPE, MessageType.OFFER.code());
    Inet4Address siaddr = DhcpMessage.NO_ADDRESS;
    String file = "";
    for (String word : words.split(" ")) {
      String value = word.substring(word.indexOf('=') + 1);
      switch (word.split("=")[0]) {
        case "siaddr" -> siaddr = value.equals("siaddr") ? from : Inet4Address.ofLiteral(value);
        case "file" -> file = value;
        case "54" -> options.put(Option.SERVER_ID, from);
        case "60" -> options.put(Option.VENDOR_CLASS, value);
        case "66" -> options.put(Option.TFTP_SERVER_NAME, value);
        case "67" -> options.put(Option.BOOT_FILE_NAME, value);
        case "43" -> options.put(Option.VENDOR_SPECIFIC.code(), Bytes.ofHex(value));
        case "" -> {}
        default -> throw new IllegalArgumentException(word);
      }
    }
    Inet4Address none = DhcpMessage.NO_ADDRESS;
    DhcpMessage message =
        new DhcpMessage(
            DhcpMessage.BOOTREPLY,
            1,
            6,
            0,
            0,
            0,
            0,
            none,
            yiaddr,
            siaddr,
            none,
            Bytes.of(new byte[DhcpMessage.CHADDR_SIZE]),
            "",
            file,
            options.build());
    Sender sender = new Sender(new InetSocketAddress(from, 67), Optional.empty());
    return new Offer(new Reply(message, sender, true, Duration.ZERO, DhcpMessage.MIN_SIZE));
  }
}
