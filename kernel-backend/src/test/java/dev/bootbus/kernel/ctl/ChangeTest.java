package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.runtime.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is sent to the API, and said of it.
class ChangeTest {
  private static final String NODE =
      "{\"id\":\"52-54-00-00-00-01\",\"hostname\":\"a\",\"kernel\":\"alpine\"}";
  private static final String PATH = "/api/v1/nodes/52-54-00-00-00-01";

  private CannedApi api;

  @BeforeEach
  void start() throws IOException {
    api = new CannedApi();
    api.tagged("GET /api/v1/nodes/a", "\"7\"", NODE);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  /// Each names what it has looked at, so that nobody else's change is lost (RFC 9110 §13.1.1).
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nodes set a kernel=b groups=x,y | PATCH | | {\"kernel\":\"b\",\"groups\":[\"x\",\"y\"]}"
            + " | node 52-54-00-00-00-01 (a) changed",
        "boot a debian | POST | /boot | {\"kernel\":\"debian\"}"
            + " | node 52-54-00-00-00-01 (a) boots debian once",
        "reinstall a | POST | /reinstall | {}" + " | node 52-54-00-00-00-01 (a) reinstalls alpine",
        "reinstall a debian | POST | /reinstall | {\"kernel\":\"debian\"}"
            + " | node 52-54-00-00-00-01 (a) reinstalls alpine",
        "nodes delete a | DELETE | | | node 52-54-00-00-00-01 (a) deleted",
      })
  void isOfWhatWasSeen(String line, String method, String action, String body, String said) {
    String request = method + " " + PATH + (action == null ? "" : action);
    api.tagged(request, "\"8\"", NODE);
    if (method.equals("DELETE")) {
      api.on(request, 204, "", "");
    }
    assertThat(Run.of(api, line)).isEqualTo(new Run(0, said + "\n", ""));
    assertThat(api.changes())
        .containsExactly(request + " \"7\"" + (body == null ? "" : " " + body));
  }

  @Test
  void whatWasChangedMeanwhileStays() {
    api.problem(
        "PATCH " + PATH,
        412,
        "{\"title\":\"It has changed meanwhile\",\"status\":412,\"detail\":\"a is not at 7\"}");
    assertThat(Run.of(api, "nodes set a kernel=b"))
        .isEqualTo(
            new Run(
                1,
                "",
                "bootctl nodes set: a is not at 7 (nothing was changed: look at it, and try"
                    + " again)\n"));
  }

  @Test
  void faultsAreOneInALine() {
    api.problem(
        "POST /api/v1/nodes",
        422,
        """
        {"title":"Fields are wrong","status":422,"detail":"2 fields are wrong",
        "errors":[{"pointer":"/address","detail":"not an IPv4 address: x"},
        {"pointer":"/kernel","detail":"there is no kernel\\u001b[2J\\n b"}]}
        """);
    assertThat(Run.of(api, "nodes add mac=52:54:00:00:00:01 address=x kernel=b"))
        .isEqualTo(
            new Run(
                1,
                "",
                """
                bootctl nodes add: 2 fields are wrong
                  /address: not an IPv4 address: x
                  /kernel: there is no kernel?[2J? b
                """));
    assertThat(api.changes())
        .containsExactly(
            "POST /api/v1/nodes {\"mac\":\"52:54:00:00:00:01\",\"address\":\"x\",\"kernel\":\"b\"}");
  }

  @Test
  void tooMuchAtOnceIsTriedAgain() {
    api.problem("GET /api/v1/kernels/a", 429, "{\"detail\":\"too much\"}");
    assertThat(Run.of(api, "kernels get a").err()).isEqualTo("bootctl kernels get: too much\n");
    assertThat(api.asked()).hasSize(5);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "401,no token (name a file with a token: --token-file; BOOTBUS_API_TOKEN_FILE)",
    "403,no token (the token of --token-file has another role)"
  })
  void aTokenThatDoesNotSufficeIsExplained(int status, String said) {
    api.problem("GET /api/v1/kernels/a", status, "{\"detail\":\"no token\"}");
    assertThat(Run.of(api, "kernels get a").err().replace(',', ';'))
        .isEqualTo("bootctl kernels get: " + said + "\n");
  }

  @Test
  void theTokenIsTheFirstLineOfAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "abc \nmore\n");
    api.on("GET /api/v1/kernels/a", "{\"id\":\"a\"}");
    Run run = Run.of(api, "kernels get a -o name --token-file=" + file);
    assertThat(run).isEqualTo(new Run(0, "a\n", ""));
    assertThat(api.asked()).containsExactly("GET /api/v1/kernels/a Bearer abc");
  }

  @ParameterizedTest
  @CsvSource({"n,1", "'',1", "y,0", "Yes,0"})
  void theOneAtTheKeyboardIsAskedFirst(String typed, int code) {
    api.on("DELETE " + PATH, 204, "", "");
    Terminal keyboard = new Terminal(true, true, true, 80, false);
    Run run = typing(typed, () -> Run.of(keyboard, "--api=" + api.url(), "nodes", "delete", "a"));
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.err()).isEqualTo("delete node 52-54-00-00-00-01 (a)? [y/N] ");
    assertThat(api.changes()).hasSize(1 - code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nodes delete a --yes", "-y reinstall a"})
  void unlessTheySaidSo(String line) {
    api.on("DELETE " + PATH, 204, "", "");
    api.on("POST " + PATH + "/reinstall", NODE);
    Terminal keyboard = new Terminal(true, true, true, 80, false);
    Run run = Run.of(keyboard, ("--api=" + api.url() + " " + line).split(" "));
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
  }

  private static Run typing(String text, java.util.function.Supplier<Run> run) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream((text + "\n").getBytes(StandardCharsets.UTF_8)));
    try {
      return run.get();
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "lease-time | 7200 | number | 7200",
        "arp-check | false | boolean | false",
        "dns | 1.1.1.1,9.9.9.9 | list | [\"1.1.1.1\",\"9.9.9.9\"]",
        "pool | 10.0.0.1-10.0.0.9 | text | \"10.0.0.1-10.0.0.9\"",
        "domain | 7 | text | \"7\"",
      })
  void aSettingHasItsType(String name, String text, String type, String json) {
    String path = "/api/v1/settings/" + name;
    api.tagged("GET " + path, "\"0\"", "{\"id\":\"%s\",\"type\":\"%s\"}".formatted(name, type));
    api.on("PUT " + path, "{\"id\":\"%s\",\"value\":%s,\"from\":\"stored\"}".formatted(name, json));
    assertThat(Run.of(api, "settings set " + name + "=" + text))
        .isEqualTo(new Run(0, "setting " + name + " is " + text + "\n", ""));
    assertThat(api.changes()).containsExactly("PUT " + path + " \"0\" {\"value\":" + json + "}");
  }

  @Test
  void aSettingThatDoesNotCountIsTold() {
    api.on("GET /api/v1/settings/pool", "{\"id\":\"pool\",\"type\":\"text\"}");
    api.on(
        "PUT /api/v1/settings/pool",
        "{\"id\":\"pool\",\"from\":\"flag\",\"why\":\"it lies in no subnet\"}");
    assertThat(Run.of(api, "settings set pool=1.1.1.1-1.1.1.2").out())
        .isEqualTo("setting pool stored, but not in force: it lies in no subnet\n");
  }

  @Test
  void anUnsetSettingShowsWhatCountsNow() {
    api.tagged("GET /api/v1/settings/dns", "\"4\"", "{\"id\":\"dns\",\"value\":[\"1.1.1.1\"]}");
    api.on("DELETE /api/v1/settings/dns", 204, "", "");
    assertThat(Run.of(api, "settings unset dns").out()).isEqualTo("setting dns is 1.1.1.1\n");
    assertThat(api.changes()).containsExactly("DELETE /api/v1/settings/dns \"4\"");
  }

  private static final String CATALOGUE =
      """
      kernels:
        - name: new
          version: 3.10
          initrd: one
          options: {a: 1, b: yes}
        - {name: old, initrd: [one, two]}
        - {name: same}
        - {name: bad, arch: vax}
      default: new
      """;

  @Test
  void aCatalogueIsApplied(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), CATALOGUE);
    String path = " /api/v1/kernels";
    api.on("POST" + path, "{\"id\":\"new\"}");
    api.tagged(
        "GET" + path + "/old", "\"3\"", "{\"id\":\"old\",\"revision\":3,\"initrd\":[\"x\"]}");
    api.on("PUT" + path + "/old", "{\"id\":\"old\",\"revision\":4,\"initrd\":[\"one\",\"two\"]}");
    api.tagged("GET" + path + "/same", "\"3\"", "{\"id\":\"same\",\"revision\":3}");
    api.on("PUT" + path + "/same", "{\"id\":\"same\",\"revision\":5}");
    api.tagged("GET" + path + "/bad", "\"1\"", "{\"id\":\"bad\"}");
    api.problem(
        "PUT" + path + "/bad",
        422,
        "{\"detail\":\"a field is wrong\",\"errors\":[{\"pointer\":\"/arch\",\"detail\":\"not vax\"}]}");
    assertThat(Run.of(api, "kernels apply -f " + file))
        .isEqualTo(
            new Run(
                1,
                "kernel new added\nkernel old changed\nkernel same is as it was\n",
                "bootctl: kernel bad: a field is wrong\n  /arch: not vax\n"));
    assertThat(api.changes())
        .containsExactly(
            "POST /api/v1/kernels {\"name\":\"new\",\"version\":\"3.10\",\"initrd\":[\"one\"],"
                + "\"options\":{\"a\":\"1\",\"b\":\"yes\"}}",
            "PUT /api/v1/kernels/old \"3\" {\"name\":\"old\",\"initrd\":[\"one\",\"two\"]}",
            "PUT /api/v1/kernels/same \"3\" {\"name\":\"same\"}",
            "PUT /api/v1/kernels/bad \"1\" {\"name\":\"bad\",\"arch\":\"vax\"}");
  }

  @Test
  void theTemplatesOfACatalogueAreSentWithIt(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("seeds"));
    Files.writeString(folder.resolve("seeds/user-data.yaml"), "#cloud-config\n");
    String yaml = "name: a\nconfig: {user-data: seeds/user-data.yaml, meta-data: 'a: 1'}\n";
    Path file = Files.writeString(folder.resolve("c.yaml"), yaml);
    api.on("POST /api/v1/kernels", "{\"id\":\"a\"}");
    assertThat(Run.of(api, "kernels apply -f " + file).code()).isZero();
    assertThat(api.changes())
        .containsExactly(
            "POST /api/v1/kernels {\"name\":\"a\",\"config\":"
                + "{\"user-data\":\"#cloud-config\\n\",\"meta-data\":\"a: 1\"}}");
    Files.delete(folder.resolve("seeds/user-data.yaml"));
    assertThat(Run.of(api, "kernels apply -f " + file))
        .isEqualTo(
            new Run(
                2,
                "",
                "bootctl kernels apply: "
                    + file
                    + ":2: cannot read the template seeds/user-data.yaml\n"));
  }

  @Test
  void oneKernelInJsonComesFromStdin() {
    api.on("POST /api/v1/kernels", "{\"id\":\"a\"}");
    Run run =
        typing(
            "{\t\"id\": \"a\", \"revision\": 3, \"name\": \"a\"}",
            () -> Run.of(api, "kernels apply -f -"));
    assertThat(run).isEqualTo(new Run(0, "kernel a added\n", ""));
    assertThat(api.changes()).containsExactly("POST /api/v1/kernels {\"name\":\"a\"}");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "'kernels: [{nam: a}]' | stdin:1: not a kernel: it has no name",
        "'a: [' | stdin:1: not YAML: ",
        "a | stdin:1: not a kernel: it has no name",
      })
  void aFileThatIsNoneIsRefusedWithItsLine(String text, String complaint) {
    Run run = typing(text + "\n", () -> Run.of(api, "kernels apply -f -"));
    assertThat(run.err()).startsWith("bootctl kernels apply: " + complaint).hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
    assertThat(api.asked()).isEmpty();
  }
}
