package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.content.DiskRoot;
import dev.bootbus.tftp.TestServer.Setup;
import dev.bootbus.tftp.wire.TftpPacket;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import dev.bootbus.tftp.wire.TftpPacket.OptionAck;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeFileTest {
  private static final long SIZE = (4L << 30) + 100_000;
  private static final int BLKSIZE = 65464;

  @TempDir Path root;

  /// A file with a hole, whose last bytes are not zero.
  @Test
  void fileOfMoreThan4GiB() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(root.resolve("large").toFile(), "rw")) {
      file.setLength(SIZE - 5);
      file.seek(SIZE - 5);
      file.writeBytes("world");
    }
    try (TestServer server =
            new TestServer(DiskRoot.at(root), Setup.USUAL.withMaxBlksize(BLKSIZE));
        TestClient client = server.client()) {
      client.ask("large", "tsize", "0", "blksize", "" + BLKSIZE);
      TestClient.Heard answer = client.hear();
      assertThat(answer.packet())
          .isEqualTo(
              new OptionAck(TestClient.options("tsize", "" + SIZE, "blksize", "" + BLKSIZE)));
      InetSocketAddress transfer = answer.from();
      long read = 0;
      long block = 0;
      ByteBuffer payload = ByteBuffer.allocate(BLKSIZE);
      client.send(new Ack(0), transfer);
      while (payload.remaining() == BLKSIZE) {
        TftpPacket packet = client.hear().packet();
        assertThat(packet).isInstanceOf(Data.class);
        int number = ((Data) packet).block();
        if (block > 0 && number == Rollover.TO_0.onTheWire(block)) {
          continue; // sent again, as this machine was busy for longer than a round trip
        }
        block++;
        assertThat(number).isEqualTo(Rollover.TO_0.onTheWire(block));
        payload = ((Data) packet).payload();
        read += payload.remaining();
        client.send(new Ack(number), transfer);
      }
      byte[] end = new byte[5];
      payload.get(payload.limit() - end.length, end);
      assertThat(new String(end)).isEqualTo("world");
      assertThat(read).isEqualTo(SIZE);
      assertThat(block).isGreaterThan(65_536);
    }
  }
}
