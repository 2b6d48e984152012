package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9110 §8.4 and §12.5.3: a file that lies packed beside itself.
class GzipSiblingsTest {
  private static final byte[] PLAIN = "what is asked for ".repeat(10_000).getBytes(ISO_8859_1);
  private static final byte[] PACKED = packed(PLAIN);
  private static final String GZIP = "Accept-Encoding: gzip\r\n";

  @TempDir private Path root;
  private Served served;

  private static byte[] packed(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return packed.toByteArray();
  }

  @BeforeEach
  void serve() throws Exception {
    served = Served.from(root);
    served.put("initrd", PLAIN);
    served.put("initrd.gz", PACKED);
    served.put("alone", PLAIN);
    served.put("small.json", "{}".getBytes(ISO_8859_1));
    served.put("small.json.gz", packed("{}".getBytes(ISO_8859_1)));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private RawClient.Answer get(String path, String headers) throws IOException {
    return RawClient.once(
        served.port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
  }

  @Test
  void aClientThatUnpacksGetsThePackedForm() throws Exception {
    RawClient.Answer plain = get("/initrd", "");
    RawClient.Answer packed = get("/initrd", GZIP);

    assertThat(packed.body()).isEqualTo(PACKED);
    assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(packed.header("Content-Length")).isEqualTo(String.valueOf(PACKED.length));
    assertThat(packed.header("Content-Type")).isEqualTo(plain.header("Content-Type"));
    assertThat(packed.header("ETag")).isNotEqualTo(plain.header("ETag"));
    assertThat(packed.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(plain.body()).isEqualTo(PLAIN);
    assertThat(plain.header("Content-Encoding")).isEmpty();
    assertThat(plain.header("Vary")).isEqualTo("Accept-Encoding");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "/initrd, identity",
    "/initrd, gzip;q=0",
    "/initrd, *",
    "/alone, gzip",
    "/initrd.gz, gzip",
  })
  void everyoneElseGetsTheFileItself(String path, String encodings) throws Exception {
    RawClient.Answer answer = get(path, "Accept-Encoding: " + encodings + "\r\n");

    assertThat(answer.header("Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo(path.endsWith(".gz") ? PACKED : PLAIN);
    assertThat(answer.header("Vary")).isEqualTo(path.equals("/initrd") ? "Accept-Encoding" : "");
  }

  @Test
  void rangesAreThoseOfThePackedForm() throws Exception {
    RawClient.Answer answer = get("/initrd", GZIP + "Range: bytes=10-19\r\n");

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(answer.header("Content-Range")).isEqualTo("bytes 10-19/" + PACKED.length);
    assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(PACKED, 10, 20));
  }

  @Test
  void eachOfSeveralPartsSaysThatItIsPacked() throws Exception {
    RawClient.Answer answer = get("/initrd", GZIP + "Range: bytes=1-2,5-6\r\n");

    assertThat(answer.header("Content-Encoding")).isEmpty();
    assertThat(answer.text().split("Content-Encoding: gzip\r\n", -1)).hasSize(3);
  }

  @Test
  void theTagOfOneFormIsNotThatOfTheOther() throws Exception {
    String plain = get("/initrd", "").header("ETag");
    String packed = get("/initrd", GZIP).header("ETag");

    RawClient.Answer unchanged = get("/initrd", GZIP + "If-None-Match: " + packed + "\r\n");
    assertThat(unchanged.status()).isEqualTo(304);
    assertThat(unchanged.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(get("/initrd", GZIP + "If-None-Match: " + plain + "\r\n").status()).isEqualTo(200);
    assertThat(get("/initrd", GZIP + "Range: bytes=5-\r\nIf-Range: " + plain + "\r\n").status())
        .isEqualTo(200);
  }

  @Test
  void aSmallFileInMemoryDoesNotHideThePackedForm() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(get("/small.json", "").text()).isEqualTo("{}");
      assertThat(get("/small.json", GZIP).header("Content-Encoding")).isEqualTo("gzip");
    }
    Files.delete(root.resolve("small.json.gz"));
    assertThat(get("/small.json", GZIP).text()).isEqualTo("{}");
  }

  @Test
  void aPackedFormThatIsOlderThanTheFileWasForgotten() throws Exception {
    Files.setLastModifiedTime(
        root.resolve("initrd.gz"), FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));

    assertThat(get("/initrd", GZIP).body()).isEqualTo(PLAIN);
  }

  @Test
  void aPackedFormOutsideTheRootIsNotServed() throws Exception {
    Files.createSymbolicLink(root.resolve("alone.gz"), Path.of("/etc/hostname"));
    Files.createDirectory(root.resolve("small.json.gz.gz"));

    assertThat(get("/alone", GZIP).body()).isEqualTo(PLAIN);
  }
}
