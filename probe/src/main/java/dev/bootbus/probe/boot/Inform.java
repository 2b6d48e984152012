package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Identity;
import dev.bootbus.probe.dhcp.Link;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// A DHCPINFORM (RFC 2131 §4.4.3) in a machine's name, from this host's own address.
record Inform(Inet4Address host, Link.Ports ports) {
  private static final Inet4Address EVERYBODY = Inet4Address.ofLiteral("255.255.255.255");
  private static final int TRIES = 2;

  /// @param server to everybody where it is none
  /// @return who answered with an ACK
  Optional<Inet4Address> ask(Identity identity, Optional<Inet4Address> server, Duration wait)
      throws IOException {
    long xid = Integer.toUnsignedLong(ThreadLocalRandom.current().nextInt());
    byte[] inform = message(identity, xid).encode().toArray();
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(host, ports.client()))) {
      socket.setBroadcast(true);
      InetSocketAddress to = new InetSocketAddress(server.orElse(EVERYBODY), ports.server());
      for (int i = 0; i < TRIES; i++) {
        socket.send(new DatagramPacket(inform, inform.length, to));
        Optional<Inet4Address> answered = answer(socket, xid, wait);
        if (answered.isPresent()) {
          return answered;
        }
      }
      return Optional.empty();
    }
  }

  private static Optional<Inet4Address> answer(DatagramSocket socket, long xid, Duration wait)
      throws IOException {
    long until = System.nanoTime() + wait.toNanos();
    byte[] room = new byte[DhcpMessage.MAX_SIZE];
    for (long left; (left = until - System.nanoTime()) > 0; ) {
      socket.setSoTimeout((int) Math.max(1, Duration.ofNanos(left).toMillis()));
      DatagramPacket packet = new DatagramPacket(room, room.length);
      try {
        socket.receive(packet);
        Bytes payload = Bytes.drain(ByteBuffer.wrap(room, 0, packet.getLength()));
        DhcpMessage message = DhcpMessage.decode(payload);
        if (message.xid() == xid && isAck(message)) {
          Inet4Address sender = (Inet4Address) packet.getAddress();
          return Optional.of(message.options().get(Option.SERVER_ID).orElse(sender));
        }
      } catch (MalformedPacketException e) {
        // not what is waited for
      } catch (SocketTimeoutException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean isAck(DhcpMessage message) {
    return message.options().get(Option.MESSAGE_TYPE).orElse(0) == MessageType.ACK.code();
  }

  private DhcpMessage message(Identity identity, long xid) {
    byte[] mac = identity.mac().bytes();
    Options.Builder options =
        Options.builder()
            .put(Option.MESSAGE_TYPE, MessageType.INFORM.code())
            .put(Option.PARAMETER_LIST, List.of(1, 3, 6));
    identity.vendorClass().ifPresent(text -> options.put(Option.VENDOR_CLASS, text));
    if (!identity.architectures().isEmpty()) {
      options.put(Option.CLIENT_ARCH, identity.architectures());
    }
    Inet4Address none = DhcpMessage.NO_ADDRESS;
    return new DhcpMessage(
        DhcpMessage.BOOTREQUEST,
        1,
        mac.length,
        0,
        xid,
        0,
        0,
        host,
        none,
        none,
        none,
        Bytes.of(Arrays.copyOf(mac, DhcpMessage.CHADDR_SIZE)),
        "",
        "",
        options.build());
  }
}
