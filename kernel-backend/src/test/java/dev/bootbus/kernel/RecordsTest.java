package dev.bootbus.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Lease;
import dev.bootbus.kernel.lease.LeaseFormat;
import dev.bootbus.kernel.node.Given;
import dev.bootbus.kernel.node.Node;
import dev.bootbus.kernel.node.NodeFormat;
import dev.bootbus.kernel.node.Progress;
import dev.bootbus.kernel.node.Sighting;
import dev.bootbus.kernel.node.Token;
import dev.bootbus.kernel.store.UnreadableRecordException;
import dev.bootbus.schema.MacAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordsTest {
  private static final String LEASE =
      "{\"mac\":\"52:54:00:12:34:56\",\"state\":\"bound\",\"expires\":1767225600000,"
          + "\"clientId\":\"01525400123456\",\"hostname\":\"brave-otter\","
          + "\"updated\":1767222000000}";
  private static final String NODE =
      "{\"mac\":\"52:54:00:12:34:56\",\"hostname\":\"brave-otter\",\"kernel\":\"alpine\","
          + "\"arch\":\"x86_64\",\"uuid\":\"564d4c41-4200-4077-8000-000000000010\","
          + "\"firstSeen\":1767222000000,"
          + "\"token\":\"525400123456-00112233445566778899aabbccddeeff\"}";

  private final LeaseFormat leases = new LeaseFormat();
  private final NodeFormat nodes = new NodeFormat();

  @Test
  void aLeaseIsWrittenAsItIsDocumented() throws UnreadableRecordException {
    Lease lease =
        new Lease(
            MacAddress.parse("52:54:00:12:34:56"),
            Lease.State.BOUND,
            Instant.ofEpochMilli(1767225600000L),
            "01525400123456",
            "brave-otter",
            Instant.ofEpochMilli(1767222000000L));
    assertThat(new String(leases.write(lease), UTF_8)).isEqualTo(LEASE);
    assertThat(leases.read(LEASE.getBytes(UTF_8))).isEqualTo(lease);
    assertThat(leases.key(Ipv4.parse("192.168.77.100"))).isEqualTo("192-168-77-100");
    assertThat(leases.key("192-168-77-100")).isEqualTo(Ipv4.parse("192.168.77.100"));
  }

  @Test
  void aNodeIsWrittenAsItIsDocumented() throws UnreadableRecordException {
    Node node =
        new Node(
            MacAddress.parse("52:54:00:12:34:56"),
            Given.name("brave-otter").withKernel("alpine"),
            Architecture.X86_64,
            "564d4c41-4200-4077-8000-000000000010",
            Sighting.NONE,
            Progress.NEW,
            Instant.ofEpochMilli(1767222000000L),
            Token.parse("525400123456-00112233445566778899aabbccddeeff").orElseThrow(),
            Map.of());
    assertThat(new String(nodes.write(node), UTF_8)).isEqualTo(NODE);
    assertThat(nodes.read(NODE.getBytes(UTF_8))).isEqualTo(node);
    assertThat(nodes.key(node.mac())).isEqualTo("52-54-00-12-34-56");
    assertThat(nodes.key("52-54-00-12-34-56")).isEqualTo(node.mac());
  }

  @Test
  void aNodeKeepsWhatALaterVersionSaysOfIt() throws UnreadableRecordException {
    String later =
        NODE.replace("x86_64", "riscv64").replace("}", ",\"rack\":{\"row\":7},\"tags\":[\"a\"]}");
    Node node = nodes.read(later.getBytes(UTF_8));
    assertThat(new String(nodes.write(node), UTF_8)).isEqualTo(later);
    assertThat(
            new String(nodes.write(node.learning(Architecture.AARCH64, "x", Sighting.NONE)), UTF_8))
        .isEqualTo(later);
  }

  @Test
  void aNodeNeedsLittle() throws UnreadableRecordException {
    Node node = nodes.read("{\"mac\":\"525400123456\",\"firstSeen\":0}".getBytes(UTF_8));
    assertThat(node.arch()).isEqualTo(Architecture.ANY);
    assertThat(node.hostname()).isEmpty();
    assertThat(node.learning(Architecture.X86_64, "u", Sighting.NONE).arch())
        .isEqualTo(Architecture.X86_64);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | not a JSON object",
        "hello | not JSON",
        "[] | not a JSON object",
        "{} | mac is not a hardware address",
        "{\"mac\":7} | mac is not text",
        "{\"mac\":\"\"} | mac is not a hardware address",
        "{\"mac\":\"52:54\",\"state\":\"lost\"} | state is not bound, released, declined or deleted",
        "{\"mac\":\"52:54\",\"state\":\"bound\"} | expires is not a time in milliseconds",
        "{\"mac\":\"52:54\",\"state\":\"bound\",\"expires\":1.5}"
            + " | expires is not a time in milliseconds",
        "{\"mac\":\"52:54\",\"state\":\"bound\",\"expires\":1e40}"
            + " | expires is not a time in milliseconds",
        "{\"mac\":\"52:54\",\"state\":\"bound\",\"expires\":1,\"clientId\":[]}"
            + " | clientId is not text",
      })
  void unreadableLeases(String json, String why) {
    assertThatExceptionOfType(UnreadableRecordException.class)
        .isThrownBy(() -> leases.read(json.getBytes(UTF_8)))
        .withMessage(why);
  }

  @ParameterizedTest
  @CsvSource({"foo", "1-2-3", "192-168-77-300", "192_168_77_1"})
  void keysThatAreNoAddress(String key) {
    assertThatIllegalArgumentException().isThrownBy(() -> leases.key(key));
  }

  @Test
  void brokenRecordsRaiseOneExceptionOnly() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = (i % 2 == 0 ? LEASE : NODE).getBytes(UTF_8);
      for (int hits = random.nextInt(1, 4); hits > 0; hits--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        Object record = i % 2 == 0 ? leases.read(bytes) : nodes.read(bytes);
        assertThat(record).isNotNull();
      } catch (UnreadableRecordException e) {
        // as it should be
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", record " + new String(bytes, UTF_8), e);
      }
    }
  }
}
