package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The readers throw their one exception on any bytes, and nothing else.
class HostileBytesTest {
  private static final int ROUNDS = 200_000;
  private static final List<String> FRAGMENTS =
      List.of(
          "null",
          "true",
          "-1",
          "1e400",
          "0.1",
          "\"\"",
          "{}",
          "[]",
          "[[]]",
          "\"\\u0000\"",
          "{\"a\":1}",
          "\"DHCP\"",
          "\"Error\":",
          "\"data\":",
          "\"LeaseTime\":",
          "\"MACAddress\":",
          "\"Seconds\":",
          "99999999999999",
          "\"????\"",
          "\"////AA==\"",
          "\"::ffff:1.2.3.4\"",
          "\"0.0.0.0\"",
          "\"%zz\"",
          "\"Path\":");

  @Test
  void onlyTheOneExceptionEscapes() throws Exception {
    long seed = System.nanoTime();
    System.out.println("HostileBytesTest seed " + seed);
    Random random = new Random(seed);
    List<byte[]> corpus = corpus();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = mutate(corpus.get(random.nextInt(corpus.size())), random);
      try {
        switch (i % 5) {
          case 0 -> DhcpJson.readRequest(bytes);
          case 1, 2 -> DhcpJson.readResponse(bytes);
          case 3 -> EventJson.read(bytes);
          default -> {
            FileJson.readAnswer(bytes);
            FileJson.readRequest(bytes);
          }
        }
      } catch (MalformedMessageException expected) {
        // the one
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + " bytes " + HexFormat.of().formatHex(bytes), e);
      }
    }
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> flip(bytes, at, random);
            case 1 -> splice(bytes, at, 0, FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
            case 2 ->
                splice(
                    bytes,
                    at,
                    Math.min(random.nextInt(20), bytes.length - at),
                    FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
            case 3 -> splice(bytes, at, Math.min(random.nextInt(40), bytes.length - at), "");
            default -> java.util.Arrays.copyOf(bytes, at);
          };
    }
    return bytes;
  }

  private static byte[] flip(byte[] bytes, int at, Random random) {
    bytes[at] = (byte) random.nextInt(256);
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int at, int cut, String with) {
    byte[] insert = with.getBytes();
    byte[] out = new byte[bytes.length - cut + insert.length];
    System.arraycopy(bytes, 0, out, 0, at);
    System.arraycopy(insert, 0, out, at, insert.length);
    System.arraycopy(bytes, at + cut, out, at + insert.length, bytes.length - at - cut);
    return out;
  }

  private static List<byte[]> corpus() throws Exception {
    List<byte[]> corpus = new ArrayList<>();
    for (String name :
        List.of(
            "request-go-notrace",
            "request-go-traceparent",
            "response-go-nested-pointer",
            "response-go-nested-byvalue",
            "response-go-error-pointer",
            "response-go-flat-inline-1fadfd7",
            "response-go-baredhcp-7c1f612")) {
      corpus.add(GoldenTest.golden(name + ".json"));
    }
    corpus.add(
        GoldenTest.wrap(
            "{\"MACAddress\":\"CAAnKU5n\",\"Xid\":1,\"ClientArch\":[7],\"UserClass\":[\"iPXE\"]}"));
    corpus.add(
        GoldenTest.wrap(
            "{\"DHCP\":{},\"Extensions\":{\"Options\":{\"26\":[5,220]},\"NextServer\":\"10.0.0.1\"}}"));
    corpus.add(GoldenTest.wrap("{\"Path\":\"a\",\"Protocol\":\"TFTP\",\"Peer\":\"10.0.0.1\"}"));
    corpus.add(
        EventJson.write(
            "/bootbus/http-server",
            BootEvent.of(EventKind.HTTP_SERVED)
                .mac(MacAddress.parse("52:54:00:77:00:10"))
                .with(EventFact.FILE, "vmlinuz")
                .with(EventFact.BYTES, 7L)
                .with(EventFact.SECONDS, 0.5)));
    corpus.add(GoldenTest.wrap("{\"Content\":\"#!ipxe\",\"MediaType\":\"text/plain\"}"));
    return corpus;
  }
}
