package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.TestServer.Setup;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real packets over a link that loses, repeats and reorders them.
class LossyRelayTest {
  private static final byte[] FILE = new byte[150_000];

  static {
    new Random(5).nextBytes(FILE);
  }

  @ParameterizedTest(name = "{0}, single port {1}, windowsize {2}")
  @CsvSource({
    "GSO, false, 1",
    "GSO, false, 16",
    "GSO, true, 16",
    "MMSG, false, 16",
    "MMSG, true, 4",
    "NIO, false, 1",
    "NIO, false, 16",
    "NIO, true, 16"
  })
  void whatIsSentArrives(Network.Engine engine, boolean singlePort, int windowsize)
      throws Exception {
    long seed = new Random().nextLong();
    System.out.println("LossyRelayTest seed " + seed);
    Setup setup = Setup.USUAL.with(engine).impatient();
    try (TestServer server =
            new TestServer(
                TestServer.files(Map.of("file", FILE)), singlePort ? setup.onSinglePort() : setup);
        LossyRelay relay =
            new LossyRelay(server.server.port(), new LossyRelay.Link(3, 3, 5), seed);
        TestClient client = new TestClient(relay.port())) {
      byte[] read = client.readPatiently("file", "blksize", "1000", "windowsize", "" + windowsize);

      assertThat(read).isEqualTo(FILE);
      await()
          .atMost(TestClient.LONG)
          .until(
              () -> server.journal.count(Ending.SENT) + server.journal.count(Ending.NO_ACK) >= 1);
    }
  }
}
