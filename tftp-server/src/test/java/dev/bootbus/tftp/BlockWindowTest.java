package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.tftp.wire.TftpPacket;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BlockWindowTest {

  private static BlockWindow window(int size, String bytes) {
    InputStream in = new ByteArrayInputStream(bytes.getBytes());
    return new BlockWindow(size < 0 ? OptionalLong.empty() : OptionalLong.of(size), in, 3, 2);
  }

  private static void assertBlock(BlockWindow window, long number, String payload)
      throws Exception {
    assertThat(window.has(number)).isTrue();
    assertThat(TftpPacket.decode(window.packet(number)))
        .isEqualTo(new Data((int) (number & 0xFFFF), ByteBuffer.wrap(payload.getBytes())));
  }

  @Test
  void blocksAreReadWhenTheyAreAskedForAndKeptForAWindow() throws Exception {
    BlockWindow window = window(8, "abcdefgh");

    assertBlock(window, 1, "abc");
    assertBlock(window, 2, "def");
    assertThat(window.bytes()).isEqualTo(6);
    assertBlock(window, 1, "abc");
    assertBlock(window, 3, "gh");
    assertBlock(window, 2, "def");
    assertThat(window.has(4)).isFalse();
    assertThat(window.hasEnded()).isTrue();
    assertThat(window.blocks()).isEqualTo(3);
  }

  @Test
  void rfc1350_6_aFullLastBlockIsFollowedByAnEmptyOne() throws Exception {
    BlockWindow window = window(3, "abc");

    assertBlock(window, 1, "abc");
    assertThat(window.hasEnded()).isFalse();
    assertBlock(window, 2, "");
    assertThat(window.hasEnded()).isTrue();
  }

  @Test
  void anEmptyFileIsOneEmptyBlock() throws Exception {
    BlockWindow window = window(0, "");

    assertBlock(window, 1, "");
    assertThat(window.has(2)).isFalse();
  }

  @Test
  void contentOfUnknownSizeEndsWhereItEnds() throws Exception {
    BlockWindow window = window(-1, "abcd");

    assertBlock(window, 1, "abc");
    assertBlock(window, 2, "d");
    assertThat(window.hasEnded()).isTrue();
  }

  @Test
  void aFileThatGrowsEndsWhereTsizeSaidItWould() throws Exception {
    BlockWindow window = window(4, "abcdefgh");

    assertBlock(window, 1, "abc");
    assertBlock(window, 2, "d");
    assertThat(window.hasEnded()).isTrue();
  }

  @Test
  void aFileThatShrinksIsNotTakenForAWholeOne() throws Exception {
    BlockWindow window = window(8, "abcd");

    assertBlock(window, 1, "abc");
    assertThatThrownBy(() -> window.has(2))
        .isInstanceOf(BlockWindow.UnreadableException.class)
        .hasMessage("it became shorter while it was sent");
  }

  @Test
  void whatCannotBeReadSaysWhy() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("bad sector");
          }
        };
    BlockWindow window = new BlockWindow(OptionalLong.of(9), broken, 3, 2);

    assertThatThrownBy(() -> window.has(1))
        .isInstanceOf(BlockWindow.UnreadableException.class)
        .hasMessage("bad sector");
  }
}
