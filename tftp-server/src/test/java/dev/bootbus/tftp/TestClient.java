package dev.bootbus.tftp;

import dev.bootbus.tftp.wire.MalformedPacketException;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import dev.bootbus.tftp.wire.TftpPacket;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import dev.bootbus.tftp.wire.TftpPacket.OptionAck;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A TFTP client on loopback that does what it is told, right or wrong.
final class TestClient implements AutoCloseable {
  private static final Duration SHORT = Duration.ofMillis(100);
  static final Duration LONG = Duration.ofSeconds(10);

  /// @param from the server's end of the transfer
  record Heard(TftpPacket packet, InetSocketAddress from) {}

  private final DatagramSocket socket;
  private final InetSocketAddress server;

  TestClient(int serverPort) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
  }

  static Options options(String... namesAndValues) {
    List<Option> options = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.add(new Option(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Options(options);
  }

  int port() {
    return socket.getLocalPort();
  }

  void ask(String file, String... options) throws IOException {
    toServer(new ReadRequest(file, "octet", options(options)));
  }

  void toServer(TftpPacket packet) throws IOException {
    send(packet, server);
  }

  void toServer(byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, server));
  }

  void send(TftpPacket packet, InetSocketAddress to) throws IOException {
    ByteBuffer bytes = packet.encode();
    socket.send(new DatagramPacket(bytes.array(), bytes.remaining(), to));
  }

  Heard hear() throws IOException {
    return hear(LONG).orElseThrow(() -> new AssertionError("the server is silent"));
  }

  Optional<Heard> hear(Duration patience) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
    socket.setSoTimeout((int) patience.toMillis());
    try {
      socket.receive(packet);
      ByteBuffer bytes = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
      return Optional.of(
          new Heard(TftpPacket.decode(bytes), (InetSocketAddress) packet.getSocketAddress()));
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    } catch (MalformedPacketException e) {
      throw new AssertionError("the server sent rubbish", e);
    }
  }

  /// The block number of the DATA packet that comes next.
  int hearBlock() throws IOException {
    Heard heard = hear();
    if (heard.packet() instanceof Data(var block, _)) {
      return block;
    }
    throw new AssertionError("not DATA but " + heard.packet());
  }

  /// Reads a whole file, as a good client does over a link that loses nothing.
  byte[] read(String file, String... options) throws IOException {
    ask(file, options);
    return rest();
  }

  /// What comes after a request.
  byte[] rest() throws IOException {
    return rest(Rollover.TO_0);
  }

  byte[] rest(Rollover rollover) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    int blksize = 512;
    int windowsize = 1;
    int expected = 1;
    while (true) {
      Heard heard = hear();
      switch (heard.packet()) {
        case OptionAck(var accepted) -> {
          blksize = accepted.value("blksize").map(Integer::parseInt).orElse(blksize);
          windowsize = accepted.value("windowsize").map(Integer::parseInt).orElse(windowsize);
          send(new Ack(0), heard.from());
        }
        case Data(var block, var payload) -> {
          if (isEarlier(block, expected, rollover)) {
            continue; // sent again, as this machine was busy for longer than a round trip
          }
          if (block != rollover.onTheWire(expected)) {
            throw new AssertionError("block " + block + " instead of " + expected);
          }
          byte[] bytes = new byte[payload.remaining()];
          payload.get(bytes);
          file.writeBytes(bytes);
          boolean last = bytes.length < blksize;
          if (last || expected % windowsize == 0) {
            send(new Ack(block), heard.from());
          }
          if (last) {
            return file.toByteArray();
          }
          expected++;
        }
        case TftpPacket other -> throw new AssertionError("unexpected " + other);
      }
    }
  }

  private static boolean isEarlier(int block, int expected, Rollover rollover) {
    return IntStream.range(Math.max(1, expected - 64), expected)
        .anyMatch(earlier -> block == rollover.onTheWire(earlier));
  }

  /// Reads a whole file, as a good client does over a bad link: asks again until it is answered,
  /// drops what is out of sequence, and repeats its last ACK when nothing comes.
  byte[] readPatiently(String file, String... options) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    int blksize = 512;
    int windowsize = 1;
    int done = 0;
    int inWindow = 0;
    InetSocketAddress transfer = null;
    for (int silences = 0; silences < 100; ) {
      Optional<Heard> heard = transfer == null && silences == 0 ? Optional.empty() : hear(SHORT);
      if (heard.isEmpty()) {
        silences++;
        if (transfer == null) {
          ask(file, options);
        } else {
          inWindow = 0;
          send(new Ack(done), transfer);
        }
        continue;
      }
      if (transfer != null && !transfer.equals(heard.get().from())) {
        continue; // a second transfer, as the request came twice
      }
      transfer = heard.get().from();
      switch (heard.get().packet()) {
        case OptionAck(var accepted) -> {
          blksize = accepted.value("blksize").map(Integer::parseInt).orElse(blksize);
          windowsize = accepted.value("windowsize").map(Integer::parseInt).orElse(windowsize);
          if (done == 0) {
            send(new Ack(0), transfer);
          }
        }
        case Data(var block, var payload) -> {
          if (block != done + 1) {
            inWindow = 0;
            send(new Ack(done), transfer);
            continue;
          }
          done++;
          byte[] bytes = new byte[payload.remaining()];
          payload.get(bytes);
          read.writeBytes(bytes);
          boolean last = bytes.length < blksize;
          if (last || ++inWindow >= windowsize) {
            inWindow = 0;
            send(new Ack(done), transfer);
          }
          if (last) {
            return read.toByteArray();
          }
        }
        case TftpPacket other -> throw new AssertionError("unexpected " + other);
      }
    }
    throw new AssertionError("the server is silent after block " + done);
  }

  @Override
  public void close() {
    socket.close();
  }
}
