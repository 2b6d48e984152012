package dev.bootbus.probe.fetch;

import dev.bootbus.tftp.wire.TftpPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/// Finds out why a port does not answer. Only a connected socket is told of ICMP errors, and a
/// transfer cannot have one, as its answer comes from another port.
final class SilentPort {
  private static final int NOBODY_LISTENS_THERE = 1;
  private static final int TRIES = 2;

  private SilentPort() {}

  static Stall.Port ask(
      InetSocketAddress server, String filename, TftpFetcher.Settings settings, Clock clock) {
    ByteBuffer request =
        new TftpPacket.ReadRequest(filename, "octet", TftpProfile.PLAIN.options()).encode();
    Stall.Port port = icmp(server, request, settings, clock);
    if (port != Stall.Port.UNKNOWN) {
      return port;
    }
    var other = new InetSocketAddress(server.getAddress(), NOBODY_LISTENS_THERE);
    return icmp(other, request, settings, clock) == Stall.Port.CLOSED
        ? Stall.Port.SILENT
        : Stall.Port.UNKNOWN;
  }

  private static Stall.Port icmp(
      InetSocketAddress to, ByteBuffer datagram, TftpFetcher.Settings settings, Clock clock) {
    try (var socket = new DatagramSocket(new InetSocketAddress(settings.from().orElse(null), 0))) {
      socket.connect(to);
      for (int i = 0; i < TRIES; i++) {
        socket.send(new DatagramPacket(datagram.array(), datagram.limit()));
        Duration wait =
            settings.timeout().compareTo(clock.left()) < 0 ? settings.timeout() : clock.left();
        socket.setSoTimeout((int) Math.max(1, wait.toMillis()));
        try {
          socket.receive(new DatagramPacket(new byte[1], 1));
          return Stall.Port.UNKNOWN;
        } catch (SocketTimeoutException _) {
          // ICMP errors are limited in rate (RFC 1812 §4.3.2.8): once more
        }
      }
      return Stall.Port.UNKNOWN;
    } catch (PortUnreachableException _) {
      return Stall.Port.CLOSED;
    } catch (IOException _) {
      return Stall.Port.UNREACHABLE;
    }
  }
}
