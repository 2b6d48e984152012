package dev.bootbus.probe.fetch;

import dev.bootbus.tftp.wire.MalformedPacketException;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import dev.bootbus.tftp.wire.TftpPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A TFTP server that behaves as badly as a test wants.
final class LittleTftp implements AutoCloseable {
  /// What becomes of one request, on a thread of its own.
  interface Behaviour {
    void serve(TftpPacket.ReadRequest request, Peer peer) throws IOException;
  }

  /// The client of one request, talked to from a port of its own.
  static final class Peer implements AutoCloseable {
    private final SocketAddress client;
    private final DatagramSocket socket;

    Peer(SocketAddress client, InetAddress from) throws IOException {
      this.client = client;
      this.socket = new DatagramSocket(new InetSocketAddress(from, 0));
      socket.setSoTimeout(3000);
    }

    SocketAddress client() {
      return client;
    }

    void send(TftpPacket packet) throws IOException {
      send(packet.encode());
    }

    void send(ByteBuffer bytes) throws IOException {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      socket.send(new DatagramPacket(copy, copy.length, client));
    }

    void data(int block, byte[] payload) throws IOException {
      send(new TftpPacket.Data(block & 0xFFFF, ByteBuffer.wrap(payload)));
    }

    void oack(String... namesAndValues) throws IOException {
      List<Option> options = new ArrayList<>();
      for (int i = 0; i < namesAndValues.length; i += 2) {
        options.add(new Option(namesAndValues[i], namesAndValues[i + 1]));
      }
      send(new TftpPacket.OptionAck(new Options(options)));
    }

    /// The client's next packet, within three seconds.
    Optional<TftpPacket> next() throws IOException {
      DatagramPacket packet = new DatagramPacket(new byte[1024], 1024);
      try {
        socket.receive(packet);
        return Optional.of(
            TftpPacket.decode(ByteBuffer.wrap(packet.getData(), 0, packet.getLength())));
      } catch (SocketTimeoutException | MalformedPacketException _) {
        return Optional.empty();
      }
    }

    /// Waits for an ACK of that block, past others; false if the client says no or goes away.
    boolean acknowledged(int block) throws IOException {
      for (int i = 0; i < 1000; i++) {
        Optional<TftpPacket> packet = next();
        if (packet.isEmpty() || packet.get() instanceof TftpPacket.Error) {
          return false;
        }
        if (packet.get() instanceof TftpPacket.Ack(var acknowledged)
            && acknowledged == (block & 0xFFFF)) {
          return true;
        }
      }
      return false;
    }

    /// Sends a file block by block, from block 1.
    void file(byte[] file, int blksize, int afterLast) throws IOException {
      int block = 1;
      for (int at = 0; at <= file.length; at += blksize) {
        data(block, Arrays.copyOfRange(file, at, Math.min(file.length, at + blksize)));
        if (!acknowledged(block)) {
          return;
        }
        block = block == 0xFFFF ? afterLast : block + 1;
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private final DatagramSocket socket;
  private final Behaviour behaviour;
  private final InetAddress answersFrom;
  private final Thread thread;
  final List<TftpPacket.ReadRequest> requests = new CopyOnWriteArrayList<>();

  LittleTftp(Behaviour behaviour) throws IOException {
    this(behaviour, InetAddress.getLoopbackAddress());
  }

  LittleTftp(Behaviour behaviour, InetAddress answersFrom) throws IOException {
    this.behaviour = behaviour;
    this.answersFrom = answersFrom;
    this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.thread = Thread.ofVirtual().start(this::listen);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(new byte[1024], 1024);
        socket.receive(packet);
        if (TftpPacket.decode(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()))
            instanceof TftpPacket.ReadRequest request) {
          requests.add(request);
          Peer peer = new Peer(packet.getSocketAddress(), answersFrom);
          Thread.ofVirtual().start(() -> serve(request, peer));
        }
      } catch (IOException | MalformedPacketException _) {
        // the test sees what its client makes of it
      }
    }
  }

  private void serve(TftpPacket.ReadRequest request, Peer peer) {
    try (peer) {
      behaviour.serve(request, peer);
    } catch (IOException _) {
      // as above
    }
  }

  @Override
  public void close() {
    socket.close();
    thread.interrupt();
  }
}
