package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Packets that were real once, and packets that are put together at random from what decides.
final class HostilePackets {
  /// With the bytes of options that decide what is answered, and how.
  private static final int[] CODES = {
    0, 1, 12, 43, 43, 55, 57, 57, 57, 60, 60, 61, 77, 82, 82, 93, 93, 94, 97, 118, 119, 175, 254
  };

  /// Of these any other content than the right one is the end.
  private static final List<String> DECIDING =
      List.of(
          "3204c0a84d73",
          "3204c0a84d73",
          "3604c0a84d01",
          "3604c0a84d09",
          "35020101",
          "3200",
          "340101",
          "340103");

  private static final List<String> ADDRESSES =
      List.of("00000000", "c0a84d73", "c0a84d01", "ffffffff", "e0000001", "7f000001", "0a000001");
  private static final List<String> VALUES =
      List.of(
          "",
          "01",
          "03",
          "05",
          "0007",
          "0000",
          "0010",
          "00060007",
          "ffff",
          "0240",
          "05dc",
          "c0a84d01",
          "c0a84d73",
          "505845436c69656e74",
          "505845436c69656e743a417263683a30303030373a554e44493a303033303030",
          "48545450436c69656e743a417263683a30303031363a554e44493a303033303030",
          "69505845",
          "0469505845",
          "00414c4d56004277408000000000000010",
          "060108ff",
          "470400010000ff",
          "470480010001ff",
          "0104c0a84d010506c0a84d02",
          "0b04c0a84d09",
          "01030c0f1c2a33363a3b3c42437779d2");

  private final Random random;
  private final List<Bytes> corpus;

  HostilePackets(Random random) {
    this.random = random;
    corpus = Golden.all().stream().map(Golden.Packet::payload).toList();
  }

  Bytes next() {
    return Bytes.of(random.nextBoolean() ? composed() : mutated());
  }

  private byte[] mutated() {
    byte[] packet = any(corpus).toArray();
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(packet.length);
      switch (random.nextInt(6)) {
        case 0 -> packet[at] = (byte) random.nextInt();
        case 1 -> packet[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> packet = Arrays.copyOf(packet, Math.max(1, at));
        case 3 -> packet = spliced(packet, any(corpus));
        // most of what decides is in the options, and in the first bytes
        case 4 -> packet[Math.min(packet.length - 1, 240 + random.nextInt(100))] = -1;
        default ->
            packet[Math.min(packet.length - 1, random.nextInt(28))] = (byte) random.nextInt();
      }
    }
    return packet;
  }

  /// The head of one packet and the tail of another.
  private byte[] spliced(byte[] head, Bytes other) {
    byte[] tail = other.toArray();
    int from = random.nextInt(tail.length);
    int keep = random.nextInt(head.length + 1);
    byte[] both = Arrays.copyOf(head, keep + tail.length - from);
    System.arraycopy(tail, from, both, keep, tail.length - from);
    return both.length == 0 ? head : both;
  }

  /// A header that is right where it has to be, and options in the right form with any content.
  private byte[] composed() {
    byte[] packet = any(corpus).toArray();
    packet[0] = 1;
    for (int field : new int[] {12, 16, 24}) {
      if (random.nextInt(8) == 0) {
        put(packet, field, any(ADDRESSES));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(packet, 0, DhcpMessage.HEADER_SIZE);
    if (random.nextInt(16) > 0) {
      int type = random.nextBoolean() ? 1 + 2 * random.nextInt(2) : 1 + random.nextInt(8);
      out.writeBytes(new byte[] {53, 1, (byte) type});
    }
    if (random.nextInt(3) == 0) {
      out.writeBytes(Bytes.ofHex(any(DECIDING)).toArray());
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      byte[] value = value();
      out.write(CODES[random.nextInt(CODES.length)]);
      out.write(random.nextInt(200) == 0 ? random.nextInt() : value.length);
      out.writeBytes(value);
    }
    if (random.nextInt(4) > 0) {
      out.write(255);
    }
    return out.toByteArray();
  }

  private byte[] value() {
    if (random.nextInt(4) > 0) {
      return Bytes.ofHex(any(VALUES)).toArray();
    }
    byte[] value = new byte[random.nextInt(random.nextInt(8) == 0 ? 256 : 12)];
    random.nextBytes(value);
    return value;
  }

  private static void put(byte[] packet, int at, String hex) {
    byte[] bytes = Bytes.ofHex(hex).toArray();
    System.arraycopy(bytes, 0, packet, at, bytes.length);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
