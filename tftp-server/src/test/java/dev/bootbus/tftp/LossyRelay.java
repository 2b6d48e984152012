package dev.bootbus.tftp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// A bad link between one client and a server, over real sockets: packets get lost, come twice, and
/// overtake each other, both ways. Towards the client each port of the server has one of the
/// relay's own, so that transfer identifiers stay what they are.
final class LossyRelay implements AutoCloseable {
  /// All in percent of packets.
  record Link(int lost, int repeated, int late) {}

  private static final int MAX_DELAY_MILLIS = 3;
  private static final int BUFFER = 1 << 21;

  private final InetAddress loopback = InetAddress.getLoopbackAddress();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Map<InetSocketAddress, DatagramSocket> facades = new ConcurrentHashMap<>();
  private final DatagramSocket inside;
  private final DatagramSocket door;
  private final Random random;
  private final Link link;
  private volatile InetSocketAddress client;

  /// @param port of the server
  LossyRelay(int port, Link link, long seed) throws IOException {
    this.link = link;
    this.random = new Random(seed);
    inside = socket();
    door = socket();
    client = new InetSocketAddress(loopback, 1);
    facades.put(new InetSocketAddress(loopback, port), door);
    listen(door, packet -> pass(packet, inside, new InetSocketAddress(loopback, port)));
    listen(inside, this::toClient);
  }

  private DatagramSocket socket() throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(loopback, 0));
    socket.setReceiveBufferSize(BUFFER);
    return socket;
  }

  private interface Passing {
    void pass(DatagramPacket packet) throws IOException;
  }

  /// The client sees the server here.
  int port() {
    return door.getLocalPort();
  }

  private void listen(DatagramSocket socket, Passing passing) {
    Thread.ofVirtual()
        .start(
            () -> {
              DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
              while (!socket.isClosed()) {
                try {
                  packet.setLength(2048);
                  socket.receive(packet);
                  if (socket != inside) {
                    client = (InetSocketAddress) packet.getSocketAddress();
                  }
                  passing.pass(packet);
                } catch (IOException e) {
                  // closed, or the other side is
                }
              }
            });
  }

  private void toClient(DatagramPacket packet) throws IOException {
    InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
    DatagramSocket facade = facades.get(from);
    if (facade == null) {
      facade = socket();
      facades.put(from, facade);
      listen(facade, answer -> pass(answer, inside, from));
    }
    pass(packet, facade, client);
  }

  private synchronized void pass(
      DatagramPacket packet, DatagramSocket through, InetSocketAddress to) {
    int copies = (happens(link.lost()) ? 0 : 1) + (happens(link.repeated()) ? 1 : 0);
    byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
    for (int i = 0; i < copies; i++) {
      int delay = happens(link.late()) ? 1 + random.nextInt(MAX_DELAY_MILLIS) : 0;
      clock.schedule(() -> send(bytes, through, to), delay, TimeUnit.MILLISECONDS);
    }
  }

  private static void send(byte[] bytes, DatagramSocket through, InetSocketAddress to) {
    try {
      through.send(new DatagramPacket(bytes, bytes.length, to));
    } catch (IOException e) {
      // closed
    }
  }

  private boolean happens(int percent) {
    return random.nextInt(100) < percent;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    inside.close();
    facades.values().forEach(DatagramSocket::close);
  }
}
