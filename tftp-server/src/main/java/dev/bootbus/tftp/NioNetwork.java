package dev.bootbus.tftp;

import static jdk.net.ExtendedSocketOptions.IP_DONTFRAGMENT;

import dev.bootbus.tftp.wire.TftpPacket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Datagram channels and a selector: what every Java has. Who sent a packet is looked at here, and
/// each block is a call of its own.
final class NioNetwork implements Network {
  private static final int RECEIVE_BUFFER = 1 << 20;
  private static final int BATCH = 64;

  private interface Watched {
    void ready(SelectionKey key) throws IOException;
  }

  private final DatagramChannel requests;
  private final Selector selector;
  private final boolean singlePort;
  private final Burst burst = new Burst();

  /// One more than a request may have, so that a longer one is noticed.
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(TftpPacket.MAX_REQUEST + 1);

  private final ByteBuffer outgoing = ByteBuffer.allocateDirect(1 << 16);

  private NioNetwork(DatagramChannel requests, boolean singlePort) throws IOException {
    this.requests = requests;
    this.singlePort = singlePort;
    selector = Selector.open();
    requests.register(selector, SelectionKey.OP_READ);
  }

  static NioNetwork open(Settings settings) throws IOException {
    DatagramChannel channel = bound(settings.address());
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      return new NioNetwork(channel, settings.singlePort());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static DatagramChannel bound(InetSocketAddress local) throws IOException {
    boolean ipv4 = local.getAddress() instanceof Inet4Address;
    DatagramChannel channel =
        DatagramChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    try {
      if (channel.supportedOptions().contains(IP_DONTFRAGMENT)) {
        // Linux sets DF unless told otherwise, and then full blocks vanish in a tunnel on the way
        channel.setOption(IP_DONTFRAGMENT, false);
      }
      channel.configureBlocking(false);
      return channel.bind(local);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public Engine engine() {
    return Engine.NIO;
  }

  @Override
  public int port() {
    try {
      return ((InetSocketAddress) requests.getLocalAddress()).getPort();
    } catch (IOException e) {
      throw new AssertionError("a bound socket has a name", e);
    }
  }

  @Override
  public Burst burst() {
    return burst;
  }

  @Override
  public boolean poll(long nanos, Door door) throws IOException {
    long millis = Duration.ofNanos(nanos + 999_999).toMillis();
    if (millis == 0) {
      selector.selectNow();
    } else {
      selector.select(millis);
    }
    var keys = selector.selectedKeys().iterator();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      if (!key.isValid()) {
        continue; // closed while the others were told
      }
      if (key.channel() == requests) {
        receive(requests, door);
      } else {
        ((Watched) key.attachment()).ready(key);
      }
    }
    return true;
  }

  private void receive(DatagramChannel channel, Door door) throws IOException {
    for (int i = 0; i < BATCH && channel.isOpen(); i++) {
      @Nullable InetSocketAddress from = (InetSocketAddress) channel.receive(incoming.clear());
      if (from == null) {
        return;
      }
      door.heard(incoming.flip().slice(), from);
    }
  }

  @Override
  public void wake() {
    selector.wakeup();
  }

  @Override
  public Port connect(InetSocketAddress peer, Port.Listener listener) throws IOException {
    return new NioPort(peer, listener);
  }

  @Override
  public void answer(ByteBuffer packet, InetSocketAddress to) {
    trySend(requests, packet, to);
  }

  /// @return why it could not be sent, or the empty string
  private static String trySend(DatagramChannel channel, ByteBuffer packet, InetSocketAddress to) {
    try {
      channel.send(packet, to);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private final class NioPort implements Port, Watched {
    private final InetSocketAddress peer;
    private final Listener listener;
    private final DatagramChannel channel;
    private final @Nullable SelectionKey key;
    private String trouble = "";

    NioPort(InetSocketAddress peer, Listener listener) throws IOException {
      this.peer = peer;
      this.listener = listener;
      if (singlePort) {
        channel = requests;
        key = null;
        return;
      }
      InetSocketAddress local = (InetSocketAddress) requests.getLocalAddress();
      channel = bound(new InetSocketAddress(local.getAddress(), 0));
      key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    @Override
    public void ready(SelectionKey ready) throws IOException {
      if (ready.isWritable()) {
        ready.interestOps(SelectionKey.OP_READ);
        listener.writable();
      }
      if (ready.isValid() && ready.isReadable()) {
        receive(channel, this::heard);
      }
    }

    private void heard(ByteBuffer packet, InetSocketAddress from) {
      if (from.equals(peer)) {
        listener.heard(packet);
      } else {
        listener.stranger(packet, from);
      }
    }

    @Override
    public int largestPayload() {
      return Integer.MAX_VALUE;
    }

    @Override
    public void send(ByteBuffer packet) {
      trouble(trySend(channel, packet, peer));
    }

    @Override
    public void answer(ByteBuffer packet, InetSocketAddress to) {
      trySend(channel, packet, to);
    }

    @Override
    public int send(Burst blocks) {
      for (int i = 0; i < blocks.count(); i++) {
        outgoing.clear().putInt(TftpPacket.dataHeader(blocks.number(i)));
        outgoing.put(blocks.payload().slice(blocks.offset(i), blocks.length(i))).flip();
        try {
          // in single-port mode what finds no room is lost, and sent again in its time
          if (channel.send(outgoing, peer) == 0 && key != null) {
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            return i;
          }
        } catch (IOException e) {
          trouble(String.valueOf(e.getMessage()));
        }
      }
      return blocks.count();
    }

    private void trouble(String latest) {
      trouble = latest.isEmpty() ? trouble : latest;
    }

    @Override
    public String trouble() {
      return trouble;
    }

    @Override
    public void close() {
      if (key != null) {
        closeQuietly(channel);
      }
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // nobody can do anything about it, and the descriptor is gone all the same
    }
  }

  @Override
  public void close() {
    closeQuietly(requests);
    closeQuietly(selector);
  }
}
