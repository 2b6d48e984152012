package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoriesTest {
  private static final String NASTY = "a&b <\"c'>%41;x:y?#[é].cfg";

  @TempDir private Path folder;
  private Path root;
  private Served served;

  @BeforeEach
  void serve() throws Exception {
    root = Files.createDirectory(folder.resolve("root"));
    served = Served.from(root);
    served.put("boot/kernel/kernel", new byte[12_345]);
    served.put("boot/loader.efi", new byte[10]);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private RawClient.Answer get(String path, String... headers) throws IOException {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return RawClient.once(
        served.port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n");
  }

  private List<String> names(String path) throws IOException {
    return new Page(new String(get(path).body(), UTF_8)).hrefs();
  }

  /// What a browser would make of it.
  private record Page(String html) {
    private static final Pattern LINK = Pattern.compile("(?m)^<a href=\"([^\"<>&]*)\">.*</a>$");

    List<String> hrefs() {
      return LINK.matcher(html).results().map(m -> m.group(1)).toList();
    }
  }

  @Test
  void aDirectoryIsALinkOnEachLine() throws Exception {
    RawClient.Answer answer = get("/boot/");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(answer.header("Vary")).isEqualTo("Accept");
    assertThat(answer.text())
        .isEqualTo(
            """
            <!DOCTYPE html>
            <title>/boot/</title>
            <pre>
            <a href="kernel/">kernel/</a>
            <a href="loader.efi">loader.efi</a>
            </pre>
            """);
    assertThat(names("/")).containsExactly("boot/");
  }

  @Test
  void aProgramGetsJson() throws Exception {
    served.put("boot/" + NASTY, new byte[1]);
    RawClient.Answer answer = get("/boot/", "Accept: application/json");
    JsonNode json = JsonMapper.builder().build().readTree(answer.body());

    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(json.get("path").asText()).isEqualTo("/boot/");
    assertThat(json.get("complete").asBoolean()).isTrue();
    JsonNode entries = json.get("entries");
    assertThat(entries).hasSize(3);
    assertThat(entries.get(0).get("name").asText()).isEqualTo(NASTY);
    assertThat(entries.get(1).get("name").asText()).isEqualTo("kernel");
    assertThat(entries.get(1).get("directory").asBoolean()).isTrue();
    assertThat(entries.get(2).get("size").asInt()).isEqualTo(10);
    assertThat(entries.get(2).get("modified").asText()).isEqualTo("2026-01-02T03:04:05Z");
  }

  @Test
  void anEmptyDirectoryIsAListingToo() throws Exception {
    Files.createDirectory(root.resolve("empty"));

    assertThat(names("/empty/")).isEmpty();
    assertThat(get("/empty/", "Accept: application/json").text()).contains("\"entries\":[\n\n]");
  }

  @Test
  void everyNameLeadsToItsFile() throws Exception {
    served.put("odd/" + NASTY, "here".getBytes(UTF_8));

    List<String> names = names("/odd/");
    assertThat(names).hasSize(1);
    assertThat(get("/odd/" + names.getFirst()).text()).isEqualTo("here");
    assertThat(get("/odd/").text()).doesNotContain("<\"c").contains("a&amp;b &lt;&quot;c'&gt;");
  }

  @ParameterizedTest
  @CsvSource({
    "/boot, /boot/",
    "/boot?mac=52:54:00:12:34:56, /boot/?mac=52:54:00:12:34:56",
    "//boot, /boot/",
    "/boot/., /boot/",
    "/boot/kernel, /boot/kernel/",
    "/%62oot, /boot/",
    "/x:y%20z, /x%3Ay%20z/",
  })
  void withoutItsSlashItIsSentOn(String path, String location) throws Exception {
    Files.createDirectory(root.resolve("x:y z"));
    RawClient.Answer answer = get(path);

    assertThat(answer.status()).isEqualTo(301);
    assertThat(answer.header("Location")).isEqualTo(location);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
    assertThat(get(location).status()).isEqualTo(200);
  }

  @Test
  void whatIsNotServedIsNotListed() throws Exception {
    Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(root.resolve("out"), folder.resolve("outside"));
    Files.createSymbolicLink(root.resolve("nowhere"), Path.of("gone"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(root.resolve("zero"), Path.of("/dev/zero"));
    Files.createSymbolicLink(root.resolve("inside"), Path.of("boot"));
    assertThat(new ProcessBuilder("mkfifo", root.resolve("fifo").toString()).start().waitFor())
        .isZero();
    served.put(".hidden", new byte[1]);
    served.put("back\\slash", new byte[1]);
    served.put("new\nline", new byte[1]);

    assertThat(names("/")).containsExactly("boot/", "inside/");
    assertThat(get("/.hidden").status()).isEqualTo(200);
  }

  @Test
  void moreThanTenThousandEntriesAreCutOff() throws Exception {
    Path many = Files.createDirectory(root.resolve("many"));
    for (int i = 0; i <= Directories.MAX_ENTRIES; i++) {
      Files.createFile(many.resolve("f" + i));
    }
    String html = get("/many/").text();

    assertThat(new Page(html).hrefs()).hasSize(10_000).isSorted();
    assertThat(html).endsWith("<p>There are more: 10000 are listed.</p>\n");
    assertThat(get("/many/", "Accept: application/json").text()).contains("\"complete\":false");
    await()
        .until(
            () ->
                served.log().stream()
                    .anyMatch(line -> line.contains("more than the 10000 listed")));
    Files.delete(many.resolve("f0"));
    assertThat(get("/many/", "Accept: application/json").text()).contains("\"complete\":true");
  }

  @Test
  void aPageOfHtmlIsAFile() throws Exception {
    served.put("boot/index.html", "<p>hello".getBytes(UTF_8));

    assertThat(names("/boot/")).contains("index.html");
    assertThat(get("/boot/index.html").header("Content-Type"))
        .isEqualTo("application/octet-stream");
  }

  @Test
  void listingsCanBeTurnedOff() throws Exception {
    try (Served closed = Served.withoutListings(root)) {
      for (String path : List.of("/boot", "/boot/", "/")) {
        RawClient.Answer answer =
            RawClient.once(closed.port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).contains("is a directory, not a file");
      }
    }
  }

  @Test
  void aListingIsAnOutcomeOfItsOwn() throws Exception {
    get("/boot/");
    get("/boot");

    await()
        .until(() -> served.totals().startsWith("sent=0 stored=0 online=0 listed=1 redirected=1 "));
  }
}
