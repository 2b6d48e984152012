package dev.bootbus.example;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.testing.lab.Host;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// UEFI as it asks, by the bytes that OVMF sent, and put together as it does it: an address from
/// one server, and what to boot from another.
final class PxeMachine implements AutoCloseable {
  private static final Path RECORDED =
      Path.of("../dhcp-server/src/test/resources/golden/proxy-uefi-ipxe.hex");
  private static final int PATIENCE_MILLIS = 10_000;

  private final DhcpMessage discover = recorded();
  private final DatagramSocket socket;

  /// @param host with a route for broadcasts
  PxeMachine(Host host) throws Exception {
    socket =
        host.inside(
            () ->
                DatagramChannel.open(StandardProtocolFamily.INET)
                    .setOption(StandardSocketOptions.SO_BROADCAST, true)
                    .bind(new InetSocketAddress(68))
                    .socket());
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  private static DhcpMessage recorded() throws IOException, MalformedPacketException {
    for (String line : Files.readAllLines(RECORDED)) {
      DhcpMessage message = DhcpMessage.decode(Bytes.ofHex(line.split(" ")[2]));
      if (is(message, MessageType.DISCOVER)) {
        return message;
      }
    }
    throw new IOException("no DISCOVER in " + RECORDED);
  }

  private static boolean is(DhcpMessage message, MessageType type) {
    return message.options().get(Option.MESSAGE_TYPE).orElse(0) == type.code();
  }

  /// Its DISCOVER, and the OFFERs of so many servers by their names.
  Map<Inet4Address, DhcpMessage> discover(int servers) throws Exception {
    send(discover, broadcast(67));
    Map<Inet4Address, DhcpMessage> offers =
        new TreeMap<>((one, other) -> one.getHostAddress().compareTo(other.getHostAddress()));
    while (offers.size() < servers) {
      DhcpMessage offer = receive(MessageType.OFFER);
      offers.put(offer.options().get(Option.SERVER_ID).orElseThrow(), offer);
    }
    return offers;
  }

  /// The ACK to its REQUEST for this offer.
  DhcpMessage request(DhcpMessage offer) throws Exception {
    Options options =
        changed()
            .put(Option.REQUESTED_ADDRESS, offer.yiaddr())
            .put(Option.SERVER_ID, offer.options().get(Option.SERVER_ID).orElseThrow())
            .build();
    send(with(options, DhcpMessage.NO_ADDRESS), broadcast(67));
    return receive(MessageType.ACK);
  }

  /// The ACK of the boot service (PXE specification 2.1 §2.2.4).
  DhcpMessage askBootService(Inet4Address own, Inet4Address server) throws Exception {
    send(with(changed().build(), own), new InetSocketAddress(server, 4011));
    return receive(MessageType.ACK);
  }

  private Options.Builder changed() {
    Options.Builder options = Options.builder();
    discover
        .options()
        .codes()
        .forEach(code -> options.put(code, discover.options().raw(code).orElseThrow()));
    return options.put(Option.MESSAGE_TYPE, MessageType.REQUEST.code());
  }

  private DhcpMessage with(Options options, Inet4Address ciaddr) {
    return new DhcpMessage(
        discover.op(),
        discover.htype(),
        discover.hlen(),
        0,
        discover.xid(),
        0,
        discover.flags(),
        ciaddr,
        DhcpMessage.NO_ADDRESS,
        DhcpMessage.NO_ADDRESS,
        DhcpMessage.NO_ADDRESS,
        discover.chaddr(),
        "",
        "",
        options);
  }

  private static InetSocketAddress broadcast(int port) {
    return new InetSocketAddress("255.255.255.255", port);
  }

  private void send(DhcpMessage message, InetSocketAddress target) throws IOException {
    byte[] bytes = message.encode().toArray();
    socket.send(new DatagramPacket(bytes, bytes.length, target));
  }

  private DhcpMessage receive(MessageType type) throws Exception {
    while (true) {
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      socket.receive(packet);
      DhcpMessage message =
          DhcpMessage.decode(Bytes.of(Arrays.copyOf(packet.getData(), packet.getLength())));
      if (message.xid() == discover.xid() && is(message, type)) {
        return message;
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
