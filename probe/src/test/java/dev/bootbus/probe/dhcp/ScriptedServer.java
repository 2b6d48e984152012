package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Link.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A DHCP server on a loopback port that says whatever a test wants.
public final class ScriptedServer implements AutoCloseable {
  public static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");
  public static final Inet4Address GIVEN = Inet4Address.ofLiteral("192.0.2.50");

  /// Says the datagrams that answer a message.
  public interface Script {
    void answer(DhcpMessage asked, Speaker to) throws IOException;
  }

  /// Sends to whoever asked.
  public interface Speaker {
    void say(byte[] datagram) throws IOException;

    default void say(DhcpMessage message) throws IOException {
      say(message.encode().toArray());
    }
  }

  private final DatagramSocket socket;
  private final List<DhcpMessage> heard = new CopyOnWriteArrayList<>();

  private ScriptedServer(DatagramSocket socket) {
    this.socket = socket;
  }

  public static ScriptedServer start(Script script) throws IOException {
    ScriptedServer server =
        new ScriptedServer(new DatagramSocket(new InetSocketAddress(LOOPBACK, 0)));
    server.socket.setReceiveBufferSize(4 << 20);
    Thread.ofPlatform().daemon().name("scripted-server").start(() -> server.serve(script));
    return server;
  }

  private void serve(Script script) {
    byte[] room = new byte[DhcpMessage.MAX_SIZE];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(room, room.length);
        socket.receive(packet);
        SocketAddress from = packet.getSocketAddress();
        DhcpMessage asked = DhcpMessage.decode(Bytes.of(Arrays.copyOf(room, packet.getLength())));
        heard.add(asked);
        script.answer(asked, bytes -> socket.send(new DatagramPacket(bytes, bytes.length, from)));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      } catch (MalformedPacketException e) {
        throw new AssertionError(e);
      }
    }
  }

  public List<DhcpMessage> heard() {
    return heard;
  }

  public int port() {
    return socket.getLocalPort();
  }

  public Link link() throws IOException {
    Ports ports = new Ports(port(), 68, port());
    return RelayLink.open(LOOPBACK, 0, List.of(LOOPBACK), ports, Optional.empty());
  }

  /// What a server that is all right says; nothing to what needs no answer.
  public static Script healthy() {
    return (asked, to) -> {
      switch (type(asked)) {
        case DISCOVER -> to.say(reply(asked, MessageType.OFFER));
        case REQUEST, INFORM -> to.say(reply(asked, MessageType.ACK));
        default -> {}
      }
    };
  }

  public static MessageType type(DhcpMessage message) {
    return MessageType.of(message.options().get(Option.MESSAGE_TYPE).orElseThrow()).orElseThrow();
  }

  public static DhcpMessage reply(DhcpMessage asked, MessageType type) {
    return reply(asked, type, asked.xid(), GIVEN, good());
  }

  /// What belongs into an OFFER and an ACK.
  public static Options good() {
    return Options.builder()
        .put(Option.SERVER_ID, LOOPBACK)
        .put(Option.LEASE_TIME, 3600L)
        .put(Option.SUBNET_MASK, Inet4Address.ofLiteral("255.255.255.0"))
        .put(Option.ROUTERS, List.of(Inet4Address.ofLiteral("192.0.2.1")))
        .build();
  }

  public static DhcpMessage reply(
      DhcpMessage asked, MessageType type, long xid, Inet4Address yiaddr, Options more) {
    Options all =
        ClientMessage.join(Options.builder().put(Option.MESSAGE_TYPE, type.code()).build(), more);
    return new DhcpMessage(
        DhcpMessage.BOOTREPLY,
        asked.htype(),
        asked.hlen(),
        0,
        xid,
        0,
        asked.flags(),
        DhcpMessage.NO_ADDRESS,
        type == MessageType.NAK ? DhcpMessage.NO_ADDRESS : yiaddr,
        LOOPBACK,
        asked.giaddr(),
        asked.chaddr(),
        "",
        "loader.efi",
        all);
  }

  @Override
  public void close() {
    socket.close();
  }
}
