package dev.bootbus.probe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTest {
  private static final MacAddress CLIENT = MacAddress.parse("02:b0:07:00:00:01");
  private static final MacAddress SERVER = MacAddress.parse("52:54:00:00:00:01");
  private static final InetSocketAddress FROM =
      new InetSocketAddress(Inet4Address.ofLiteral("10.0.0.1"), 67);
  private static final InetSocketAddress TO =
      new InetSocketAddress(Inet4Address.ofLiteral("10.0.0.5"), 68);
  private static final Bytes PAYLOAD = Bytes.of((byte) 1, (byte) 2, (byte) 3);

  private static ByteBuffer frame() {
    return Frame.write(CLIENT, SERVER, FROM, TO, PAYLOAD);
  }

  @Test
  void what_is_written_is_read() {
    Frame read = Frame.read(frame()).orElseThrow();
    assertThat(read.payload()).isEqualTo(PAYLOAD);
    assertThat(read.sender().address()).isEqualTo(FROM);
    assertThat(read.sender().mac()).contains(SERVER);
    assertThat(read.sender()).hasToString("10.0.0.1 (52:54:00:00:00:01)");
    assertThat(read.broadcast()).isFalse();
  }

  @Test
  void a_broadcast_is_one_by_its_frame_or_its_packet() {
    ByteBuffer byFrame = Frame.write(Frame.EVERYBODY, SERVER, FROM, TO, PAYLOAD);
    assertThat(Frame.read(byFrame).orElseThrow().broadcast()).isTrue();
    ByteBuffer byPacket = Frame.write(CLIENT, SERVER, FROM, Frame.everybody(68), PAYLOAD);
    assertThat(Frame.read(byPacket).orElseThrow().broadcast()).isTrue();
  }

  @Test
  void a_length_that_lies_gets_no_more_than_there_is() {
    ByteBuffer frame = frame();
    frame.putShort(38, (short) 0xFFFF);
    assertThat(Frame.read(frame).orElseThrow().payload()).isEqualTo(PAYLOAD);
    frame.putShort(38, (short) 0);
    assertThat(Frame.read(frame).orElseThrow().payload()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void whatever_comes_is_read_or_is_nothing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      ByteBuffer whole = frame();
      int kept = random.nextInt(Math.min(bytes.length, whole.remaining()) + 1);
      whole.get(0, bytes, 0, kept);
      assertThat(Frame.read(ByteBuffer.wrap(bytes))).as("seed %d", seed).isNotNull();
    }
  }
}
