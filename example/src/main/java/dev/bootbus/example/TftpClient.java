package dev.bootbus.example;

import dev.bootbus.tftp.wire.MalformedPacketException;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import dev.bootbus.tftp.wire.TftpPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;

/// Reads one file over TFTP with the options of edk2: a block size, the size, and a window.
final class TftpClient {
  private static final int BLKSIZE = 1468;
  private static final int WINDOWSIZE = 4;
  private static final int TRIES = 5;
  private static final int WAIT_MS = 1000;
  private static final int MAX_FILE = 64 << 20;

  private TftpClient() {}

  static byte[] get(InetSocketAddress server, String name) throws IOException, BrokenWalkException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(WAIT_MS);
      Options options =
          new Options(
              List.of(
                  new Option("blksize", String.valueOf(BLKSIZE)),
                  new Option("tsize", "0"),
                  new Option("windowsize", String.valueOf(WINDOWSIZE))));
      return transfer(socket, new TftpPacket.ReadRequest(name, "octet", options), server);
    } catch (MalformedPacketException e) {
      throw new BrokenWalkException("the TFTP server sent no TFTP packet: " + e.getMessage());
    }
  }

  /// An ACK for each full window, each last block and each gap (RFC 7440 §4).
  private static byte[] transfer(
      DatagramSocket socket, TftpPacket.ReadRequest request, InetSocketAddress server)
      throws IOException, BrokenWalkException, MalformedPacketException {
    var file = new ByteArrayOutputStream();
    int blksize = 512;
    int expected = 1;
    int inWindow = 0;
    SocketAddress peer = server;
    TftpPacket last = request;
    send(socket, last, peer);
    for (int tries = 0; tries < TRIES; ) {
      DatagramPacket packet = new DatagramPacket(new byte[BLKSIZE + 4], BLKSIZE + 4);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        tries++;
        send(socket, last, peer);
        continue;
      }
      peer = packet.getSocketAddress();
      switch (TftpPacket.decode(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()))) {
        case TftpPacket.OptionAck(Options accepted) -> {
          blksize = accepted.value("blksize").map(Integer::parseInt).orElse(blksize);
          last = new TftpPacket.Ack(0);
          send(socket, last, peer);
        }
        case TftpPacket.Data(int block, ByteBuffer payload) -> {
          if (block != (expected & 0xFFFF)) {
            continue; // a block twice, or one from behind a gap: the window is sent again
          }
          byte[] bytes = new byte[payload.remaining()];
          payload.get(bytes);
          file.writeBytes(bytes);
          last = new TftpPacket.Ack(block);
          expected++;
          tries = 0;
          inWindow++;
          if (bytes.length < blksize || inWindow == WINDOWSIZE) {
            send(socket, last, peer);
            inWindow = 0;
          }
          if (bytes.length < blksize) {
            return file.toByteArray();
          }
          if (file.size() > MAX_FILE) {
            throw new BrokenWalkException(request.filename() + " is larger than any boot loader");
          }
        }
        case TftpPacket.Error(var code, String message) ->
            throw new BrokenWalkException(
                "TFTP error " + code.value() + " for " + request.filename() + ": " + message);
        default -> throw new BrokenWalkException("the TFTP server answers like a client");
      }
    }
    throw new BrokenWalkException("no answer to the TFTP request for " + request.filename());
  }

  private static void send(DatagramSocket socket, TftpPacket packet, SocketAddress to)
      throws IOException {
    ByteBuffer bytes = packet.encode();
    socket.send(new DatagramPacket(bytes.array(), bytes.arrayOffset(), bytes.limit(), to));
  }
}
