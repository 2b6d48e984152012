package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The readers throw their one exception on any bytes, and nothing else, and keep nothing.
/// `-Dbootbus.hostile.payloads=10000000` reads more, `-Dbootbus.hostile.seed` the same again.
class HostileBytesTest {
  private static final int PAYLOADS = Integer.getInteger("bootbus.hostile.payloads", 200_000);
  private static final long MEBIBYTE = 1 << 20;
  private static final long MAY_GROW = 8 * MEBIBYTE; // what the JVM itself adds by compiling
  private static final int MOST_REASONS = 1000;

  private interface Reader {
    Object read(byte[] bytes) throws MalformedMessageException;
  }

  private record Sample(byte[] bytes, Reader reader) {}

  private final Map<String, Integer> refused = new TreeMap<>();
  private int accepted;

  @Test
  void onlyTheOneExceptionEscapesAndNothingIsKept() throws Exception {
    long seed = Long.getLong("bootbus.hostile.seed", System.nanoTime());
    System.out.println("HostileBytesTest seed " + seed);
    Random random = new Random(seed);
    Mutations mutations = new Mutations(random);
    List<Sample> corpus = corpus();
    List<Long> used = new ArrayList<>();
    for (int i = 1; i <= PAYLOADS; i++) {
      Sample sample = corpus.get(random.nextInt(corpus.size()));
      Reader other = corpus.get(random.nextInt(corpus.size())).reader();
      byte[] bytes = mutations.of(sample.bytes());
      read(random.nextInt(8) == 0 ? other : sample.reader(), bytes, seed);
      if (i == PAYLOADS / 10 || i == PAYLOADS / 2 || i == PAYLOADS) {
        used.add(usedAfterCollection());
      }
    }
    System.out.printf(
        "HostileBytesTest %d payloads, accepted %d, MiB used after 10, 50 and 100 %%: %s,"
            + " refused by reason: %s%n",
        PAYLOADS, accepted, used.stream().map(bytes -> bytes / MEBIBYTE).toList(), refused);
    assertThat(used.getLast()).isLessThan(used.getFirst() + MAY_GROW);
    assertThat(accepted).isGreaterThan(PAYLOADS / 10);
    assertThat(refused)
        .hasSizeBetween(20, MOST_REASONS)
        .containsKeys("not JSON:", "LeaseTime is", "SubnetMask is", "a list", "not base64:");
  }

  private void read(Reader reader, byte[] bytes, long seed) {
    try {
      reader.read(bytes);
      accepted++;
    } catch (MalformedMessageException e) {
      if (refused.size() < MOST_REASONS) {
        String[] words = String.valueOf(e.getMessage()).split(" ", 3);
        refused.merge(words[0] + (words.length > 1 ? " " + words[1] : ""), 1, Integer::sum);
      }
    } catch (RuntimeException | Error e) {
      fail("seed " + seed + " bytes " + HexFormat.of().formatHex(bytes), e);
    }
  }

  private static long usedAfterCollection() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static List<Sample> corpus() throws Exception {
    List<Sample> corpus = new ArrayList<>();
    for (String name : List.of("notrace", "traceparent", "nilmac")) {
      corpus.add(golden("request-go-" + name, DhcpJson::readRequest));
    }
    for (String name :
        List.of(
            "nested-pointer",
            "nested-byvalue",
            "error-pointer",
            "error-byvalue",
            "flat-inline-1fadfd7",
            "baredhcp-7c1f612")) {
      corpus.add(golden("response-go-" + name, DhcpJson::readResponse));
    }
    corpus.add(
        sample(
            "{\"MACAddress\":\"CAAnKU5n\",\"Mode\":\"PROXY\",\"MessageType\":\"REQUEST\",\"Xid\":1,"
                + "\"ClientArch\":[7],\"UserClass\":[\"iPXE\"],\"RequestedAddress\":\"10.0.0.9\","
                + "\"ServerID\":\"10.0.0.1\",\"RelayAddress\":\"10.0.0.2\"}",
            DhcpJson::readRequest));
    corpus.add(
        sample(
            "{\"DHCP\":{\"SubnetMask\":\"/24\"},\"Extensions\":{\"Options\":{\"26\":[5,220]},"
                + "\"NextServer\":\"10.0.0.1\",\"MaxAge\":5,\"Probe\":true}}",
            DhcpJson::readResponse));
    corpus.add(
        sample(
            "{\"Path\":\"a\",\"Protocol\":\"TFTP\",\"Peer\":\"10.0.0.1\",\"MACAddress\":\"\"}",
            FileJson::readRequest));
    corpus.add(
        sample("{\"Content\":\"#!ipxe\",\"MediaType\":\"text/plain\"}", FileJson::readAnswer));
    corpus.add(sample("{\"Error\":{\"Code\":404,\"Message\":\"no\"}}", FileJson::readAnswer));
    corpus.add(
        sample(
            "{\"Path\":\"a\",\"Protocol\":\"HTTP\",\"Peer\":\"10.0.0.1\",\"Token\":\"t\","
                + "\"Offset\":524288,\"Version\":\"v\"}",
            FileJson::readRequest));
    corpus.add(
        sample(
            "{\"Base64\":\"AAAA\",\"MediaType\":\"a/b\",\"Size\":9,\"More\":true,"
                + "\"Version\":\"v\"}",
            FileJson::readAnswer));
    corpus.add(
        sample(
            "{\"Error\":{\"Code\":503,\"Message\":\"no\"},\"RetryAfter\":5}",
            FileJson::readAnswer));
    corpus.add(new Sample(event(), EventJson::read));
    return corpus;
  }

  private static byte[] event() {
    BootEvent event =
        BootEvent.of(EventKind.HTTP_SERVED)
            .at(Instant.EPOCH)
            .mac(MacAddress.parse("08:00:27:29:4e:67"))
            .address(InetAddress.ofLiteral("10.0.0.1"))
            .traceparent(Traceparent.fresh().toString())
            .with(EventFact.FILE, "vmlinuz")
            .with(EventFact.BYTES, 1L)
            .with(EventFact.SECONDS, 0.5);
    return EventJson.write("/bootbus/test", event);
  }

  private static Sample golden(String name, Reader reader) throws Exception {
    return new Sample(GoldenTest.golden(name + ".json"), reader);
  }

  private static Sample sample(String data, Reader reader) {
    return new Sample(GoldenTest.wrap(data), reader);
  }
}
