package dev.bootbus.example;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static org.awaitility.Awaitility.await;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.testing.lab.Link;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The DHCP packets that pass on a link.
///
/// @param tcpdump writes them
record Wire(Program tcpdump, Path file) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PCAP_HEADER = 24;

  /// Writes down all DHCP packets that pass on the link, from now on.
  static Wire on(Link link) throws IOException {
    Path file = link.lab().folder("tap-" + link.bridge()).resolve("dhcp.pcap");
    // the buffer holds as many packets as fit with their greatest length, so that is a small one
    String command =
        "tcpdump -i %s -U --immediate-mode -s 2000 -B 16384 -Z root -w "
            + file
            + " udp and (port 67 or port 68 or port 4011)";
    return new Wire(link.tap(command).awaitSaid("listening on"), file);
  }

  /// One packet, as it was sent.
  record Seen(InetSocketAddress source, InetSocketAddress target, Bytes payload) {
    DhcpMessage message() {
      try {
        return DhcpMessage.decode(payload);
      } catch (MalformedPacketException e) {
        throw new AssertionError(payload.toString(), e);
      }
    }

    MessageType type() {
      return MessageType.of(message().options().get(Option.MESSAGE_TYPE).orElse(0)).orElseThrow();
    }

    boolean is(MessageType type) {
      return type() == type;
    }

    boolean isFrom(Inet4Address server) {
      return message().options().get(Option.SERVER_ID).filter(server::equals).isPresent()
          && message().op() == DhcpMessage.BOOTREPLY;
    }

    String mac() {
      return message().chaddr().toString().substring(0, 12);
    }
  }

  /// All so far.
  List<Seen> seen() throws IOException {
    if (!Files.exists(file) || Files.size(file) < PCAP_HEADER) {
      return List.of();
    }
    return Capture.read(file).segments().stream()
        .map(segment -> new Seen(segment.source(), segment.target(), Bytes.of(segment.payload())))
        .toList();
  }

  List<Seen> seen(Predicate<Seen> wanted) throws IOException {
    return seen().stream().filter(wanted).toList();
  }

  /// The addresses in ACKs, of each client whose MAC begins like this.
  Map<String, Set<Inet4Address>> leases(String macs) throws IOException {
    return seen(seen -> seen.is(MessageType.ACK) && seen.mac().startsWith(macs)).stream()
        .collect(
            groupingBy(Seen::mac, mapping(seen -> seen.message().yiaddr(), Collectors.toSet())));
  }

  /// Waits for the first such packet.
  Seen await1(Predicate<Seen> wanted) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> seen(wanted), found -> !found.isEmpty())
        .getFirst();
  }

  @Override
  public void close() {
    tcpdump.close();
  }
}
