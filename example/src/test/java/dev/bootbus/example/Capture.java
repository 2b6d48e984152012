package dev.bootbus.example;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What tcpdump wrote: Ethernet frames with IPv4 in them, in the order of their times.
record Capture(List<Segment> segments) {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  static final int TCP = 6;
  static final int UDP = 17;

  /// @param micros when, since the epoch
  record Segment(
      long micros,
      int protocol,
      InetSocketAddress source,
      InetSocketAddress target,
      byte[] payload) {
    int sourcePort() {
      return source.getPort();
    }

    int targetPort() {
      return target.getPort();
    }
  }

  /// A message on the bus: what a client published.
  record Published(String subject, byte[] payload) {}

  static Capture read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Segment> segments = new ArrayList<>();
    in.position(24);
    while (in.remaining() >= 16) {
      long micros = in.getInt() * 1_000_000L + in.getInt();
      byte[] frame = new byte[in.getInt()];
      in.getInt();
      if (in.remaining() < frame.length) {
        break; // tcpdump was stopped within a packet
      }
      in.get(frame);
      ByteBuffer packet = ByteBuffer.wrap(frame);
      if (packet.getShort(12) == IPV4) {
        segment(micros, packet, segments);
      }
    }
    return new Capture(segments);
  }

  private static void segment(long micros, ByteBuffer packet, List<Segment> segments) {
    int ip = ETHERNET;
    int transport = ip + (packet.get(ip) & 0x0F) * 4;
    int end = ip + Short.toUnsignedInt(packet.getShort(ip + 2));
    int protocol = packet.get(ip + 9);
    if (end > packet.limit() || (protocol != TCP && protocol != UDP)) {
      return;
    }
    int header = protocol == UDP ? 8 : ((packet.get(transport + 12) >> 4) & 0x0F) * 4;
    byte[] payload = new byte[end - transport - header];
    packet.get(transport + header, payload);
    segments.add(
        new Segment(
            micros,
            protocol,
            socketAddress(packet, ip + 12, transport),
            socketAddress(packet, ip + 16, transport + 2),
            payload));
  }

  private static InetSocketAddress socketAddress(ByteBuffer packet, int address, int port) {
    byte[] bytes = new byte[4];
    packet.get(address, bytes);
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(bytes), Short.toUnsignedInt(packet.getShort(port)));
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  /// Everything that clients sent to the nats-server on this port. On loopback nothing is lost or
  /// out of order.
  List<Published> published(int port) {
    Map<Integer, ByteArrayOutputStream> streams = new TreeMap<>();
    for (Segment segment : segments) {
      if (segment.targetPort() == port) {
        streams
            .computeIfAbsent(segment.sourcePort(), p -> new ByteArrayOutputStream())
            .writeBytes(segment.payload());
      }
    }
    List<Published> published = new ArrayList<>();
    streams.values().forEach(stream -> readStream(stream.toByteArray(), published));
    return published;
  }

  /// `PUB subject [reply] size` or `HPUB subject [reply] header-size size`, then that many bytes.
  private static void readStream(byte[] stream, Collection<Published> published) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    int at = 0;
    for (int end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n", at)) {
      String[] words = text.substring(at, end).split(" ");
      at = end + 2;
      boolean headers = words[0].equals("HPUB");
      if (headers || words[0].equals("PUB")) {
        int size = Integer.parseInt(words[words.length - 1]);
        int skip = headers ? Integer.parseInt(words[words.length - 2]) : 0;
        if (at + size > stream.length) {
          return;
        }
        byte[] payload = java.util.Arrays.copyOfRange(stream, at + skip, at + size);
        published.add(new Published(words[1], payload));
        at += size + 2;
      }
    }
  }
}
