package dev.bootbus.example;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// The client's half of DISCOVER, OFFER, REQUEST, ACK (RFC 2131 §3.1), with the options of a PXE
/// ROM.
final class DhcpClient implements AutoCloseable {
  private static final int TRIES = 4;
  private static final int WAIT_MS = 1000;
  private static final List<Integer> PARAMETER_LIST = List.of(1, 3, 6, 12, 15, 28, 43, 60, 66, 67);

  private final DatagramSocket socket;
  private final InetSocketAddress server;
  private final InetSocketAddress proxy;
  private final MacAddress mac;

  DhcpClient(
      InetSocketAddress client, InetSocketAddress server, InetSocketAddress proxy, MacAddress mac)
      throws IOException {
    this.socket = new DatagramSocket(client);
    this.socket.setSoTimeout(WAIT_MS);
    this.server = server;
    this.proxy = proxy;
    this.mac = mac;
  }

  /// The ACK that a stage ends up with: of the DHCP server, or of the proxy on its own port when
  /// the offer held no address.
  DhcpMessage bootAs(Stage stage) throws IOException, BrokenWalkException {
    long xid = ThreadLocalRandom.current().nextLong(1L << 32);
    DhcpMessage offer =
        exchange(
            message(stage, xid, MessageType.DISCOVER, Options.EMPTY), server, MessageType.OFFER);
    boolean proxied = offer.yiaddr().equals(DhcpMessage.NO_ADDRESS);
    Options.Builder wanted = Options.builder();
    offer.options().get(Option.SERVER_ID).ifPresent(id -> wanted.put(Option.SERVER_ID, id));
    if (!proxied) {
      wanted.put(Option.REQUESTED_ADDRESS, offer.yiaddr());
    }
    return exchange(
        message(stage, xid, MessageType.REQUEST, wanted.build()),
        proxied ? proxy : server,
        MessageType.ACK);
  }

  private DhcpMessage message(Stage stage, long xid, MessageType type, Options more) {
    Options.Builder options =
        Options.builder()
            .put(Option.MESSAGE_TYPE, type.code())
            .put(Option.PARAMETER_LIST, PARAMETER_LIST)
            .put(Option.MAX_MESSAGE_SIZE, 1472)
            .put(Option.VENDOR_CLASS, stage.vendorClass())
            .put(Option.CLIENT_ARCH, List.of(stage.arch()))
            .put(Option.CLIENT_NDI, Bytes.of((byte) 1, (byte) 2, (byte) 1))
            .put(Option.CLIENT_UUID, UUID.nameUUIDFromBytes(mac.bytes()));
    if (!stage.userClass().isEmpty()) {
      options.put(Option.USER_CLASS, stage.userClass());
    }
    more.codes().forEach(code -> options.put(code, more.raw(code).orElseThrow()));
    Inet4Address none = DhcpMessage.NO_ADDRESS;
    return new DhcpMessage(
        DhcpMessage.BOOTREQUEST,
        1,
        mac.bytes().length,
        0,
        xid,
        0,
        DhcpMessage.BROADCAST,
        none,
        none,
        none,
        none,
        Bytes.of(Arrays.copyOf(mac.bytes(), DhcpMessage.CHADDR_SIZE)),
        "",
        "",
        options.build());
  }

  private DhcpMessage exchange(DhcpMessage asked, InetSocketAddress to, MessageType wanted)
      throws IOException, BrokenWalkException {
    byte[] bytes = asked.encode().toArray();
    byte[] room = new byte[DhcpMessage.MAX_SIZE];
    for (int i = 0; i < TRIES; i++) {
      socket.send(new DatagramPacket(bytes, bytes.length, to));
      try {
        DatagramPacket packet = new DatagramPacket(room, room.length);
        socket.receive(packet);
        DhcpMessage reply = DhcpMessage.decode(Bytes.of(Arrays.copyOf(room, packet.getLength())));
        int type = reply.options().get(Option.MESSAGE_TYPE).orElse(0);
        if (reply.xid() == asked.xid() && type == wanted.code()) {
          return reply;
        }
      } catch (SocketTimeoutException e) {
        // asked again below, as firmware does
      } catch (MalformedPacketException e) {
        throw new BrokenWalkException("the DHCP server sent no DHCP message: " + e.getMessage());
      }
    }
    throw new BrokenWalkException(
        "no " + wanted + " from " + to + " in " + TRIES + " tries; the dhcp-server's log says why");
  }

  @Override
  public void close() {
    socket.close();
  }
}
