package dev.bootbus.tftp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

/// Whatever comes, decoding either succeeds or raises [MalformedPacketException].
class DecodeFuzzTest {
  private static final int INPUTS = 1_000_000;

  @Test
  void mutatedPackets() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("DecodeFuzzTest seed " + seed);
    Random random = new Random(seed);
    List<byte[]> corpus = new ArrayList<>();
    for (Arguments row : TftpPacketTest.golden()) {
      corpus.add(HexFormat.of().parseHex((String) row.get()[1]));
    }

    int readable = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = mutated(corpus.get(random.nextInt(corpus.size())), random);
      try {
        TftpPacket packet = TftpPacket.decode(ByteBuffer.wrap(input));
        readable++;
        assertThat(TftpPacket.decode(packet.encode()).equals(packet)).isTrue();
      } catch (MalformedPacketException e) {
        // the one allowed
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(input), e);
      }
    }

    assertThat(readable).as("seed %d", seed).isBetween(INPUTS / 10, INPUTS * 9 / 10);
  }

  private static byte[] mutated(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> flipped(bytes, random);
            case 1 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 2 -> java.util.Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
            case 3 -> spliced(bytes, random);
            default -> zeroed(bytes, random);
          };
    }
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static byte[] zeroed(byte[] bytes, Random random) {
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = 0;
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, Random random) {
    if (bytes.length < 2) {
      return bytes;
    }
    int from = random.nextInt(bytes.length);
    int length = random.nextInt(bytes.length - from);
    ByteBuffer longer = ByteBuffer.allocate(bytes.length + length);
    return longer.put(bytes).put(bytes, from, length).array();
  }
}
