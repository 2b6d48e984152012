package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.api.Api;
import dev.bootbus.kernel.api.Api.Answer;
import dev.bootbus.schema.testing.NatsServer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Every operation of the document on the whole backend: each is served, and each answer is as the
/// document says.
class RestTest {
  private static final String CATALOGUE =
      """
      kernels:
        - {name: here, arch: any, kernel: a/vmlinuz, initrd: a/initrd, cmdline: quiet}
      default: here
      nodes:
        - {mac: 52:54:00:00:00:09, hostname: declared}
      """;
  private static final String NODE = "/api/v1/nodes/52-54-00-00-00-01";

  private static NatsServer nats;
  private static Backends backends;
  private static Api api;
  private static final Set<String> done = new TreeSet<>();

  @BeforeAll
  static void start() throws Exception {
    nats = NatsServer.start(true);
    backends = new Backends(nats);
    Service service =
        backends.start(
            CATALOGUE,
            "--api=0",
            "--boot-url=http://10.0.0.1/",
            "--subnet=10.0.0.0/24",
            "--pool=10.0.0.10-10.0.0.20");
    api = new Api(service.apiPort().orElseThrow());
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
    backends.close();
    nats.close();
  }

  private static Answer ask(int status, String method, String path, String body) {
    Answer answer = api.ask(method, path, body);
    assertThat(answer.status()).as("%s %s %s", method, path, answer.text()).isEqualTo(status);
    done.add(method + " " + api.documented(path.replaceFirst("\\?.*", "")));
    return answer;
  }

  private static Answer get(String path) {
    return ask(200, "GET", path, "");
  }

  @Test
  void everyOperationIsServedAsTheDocumentSays() throws Exception {
    nodes();
    kernels();
    leases();
    settings();
    for (String about : List.of("openapi.yaml", "docs", "docs/start.js", "problems")) {
      get("/api/v1/" + about);
    }
    assertThat(done).containsExactlyElementsOf(new TreeSet<>(api.operations()));
  }

  private static void nodes() {
    Answer created =
        ask(
            201,
            "POST",
            "/api/v1/nodes",
            "{\"mac\":\"52:54:00:00:00:01\",\"hostname\":\"otter\",\"kernel\":\"here\","
                + "\"options\":{\"disk\":\"/dev/sda\"},\"groups\":[\"a\"]}");
    assertThat(created.header("Location")).isEqualTo(NODE);
    assertThat(get("/api/v1/nodes?sort=hostname").json().get("total").intValue()).isEqualTo(2);
    assertThat(get("/api/v1/nodes/all").json()).hasSize(2);
    assertThat(get("/api/v1/nodes/count").text()).isEqualTo("{\"count\":2}");
    get("/api/v1/nodes/lookup/otter");
    JsonNode node = get("/api/v1/nodes/otter").json();
    assertThat(node.has("token")).isFalse();
    ask(200, "PUT", NODE, node.toString());
    JsonNode patched =
        ask(200, "PATCH", NODE, "{\"groups\":null,\"options\":{\"tty\":\"S0\"}}").json();
    assertThat(patched.at("/options/disk").textValue()).isEqualTo("/dev/sda");
    assertThat(patched.get("groups")).isEmpty();
    ask(200, "POST", NODE + "/boot", "{\"kernel\":\"here\"}");
    ask(200, "POST", NODE + "/reinstall", "");
    ask(200, "POST", NODE + "/commission", "");
    ask(200, "POST", NODE + "/fail", "{\"reason\":\"smoke\"}");
    ask(200, "POST", NODE + "/provisioned", "");
    assertThat(get(NODE + "/files").text()).contains("{\"path\":\"meta-data\"");
    assertThat(get(NODE + "/files/meta-data").text()).contains("local-hostname: \"otter\"");
    ask(409, "PATCH", "/api/v1/nodes/declared", "{\"hostname\":\"other\"}");
    ask(204, "DELETE", NODE, "");
  }

  private static void kernels() {
    assertThat(get("/lookup/here").json().get("source").textValue()).isEqualTo("file");
    ask(
        201,
        "POST",
        "/api/v1/kernels",
        "{\"name\":\"mine\",\"arch\":\"any\",\"kernel\":\"m/vmlinuz\",\"initrd\":[\"m/initrd\"]}");
    get("/api/v1/kernels?search=mine");
    get("/api/v1/kernels/all");
    get("/api/v1/kernels/count");
    get("/api/v1/kernels/lookup/mine");
    JsonNode mine = get("/api/v1/kernels/mine").json();
    ask(200, "PUT", "/api/v1/kernels/mine", mine.toString());
    ask(200, "PATCH", "/api/v1/kernels/mine", "{\"cmdline\":\"console=ttyS0\"}");
    assertThat(get("/generateBootFile/declared/mine").text())
        .startsWith("#!ipxe")
        .contains("m/vmlinuz", "console=ttyS0");
    assertThat(get("/api/v1/kernels/generateBootFile/declared/here?loader=grub").text())
        .contains("linux", "quiet");
    assertThat(get("/api/v1/kernels/generateBootFile/declared").text()).startsWith("#!ipxe");
    ask(422, "PATCH", "/api/v1/kernels/mine", "{\"kernl\":\"x\"}");
    ask(409, "DELETE", "/api/v1/kernels/here", "");
    ask(204, "DELETE", "/api/v1/kernels/mine", "");
  }

  private static void leases() {
    String lease = "/api/v1/leases/10.0.0.10";
    ask(
        201,
        "POST",
        "/api/v1/leases",
        "{\"address\":\"10.0.0.10\",\"mac\":\"52:54:00:00:00:0a\",\"hostname\":\"imported\"}");
    get("/api/v1/leases?scope=notDeleted");
    get("/api/v1/leases/all");
    get("/api/v1/leases/count?scope=all");
    get("/api/v1/leases/lookup/10.0.0.10");
    JsonNode found = get(lease).json();
    ask(200, "PUT", lease, found.toString());
    ask(200, "PATCH", lease, "{\"hostname\":\"other\"}");
    ask(204, "DELETE", lease, "");
    assertThat(get("/api/v1/leases").json().get("total").intValue()).isZero();
    assertThat(get("/api/v1/leases?scope=all").json().get("total").intValue()).isEqualTo(1);
    assertThat(get(lease + "/history").json().get("rows")).hasSizeGreaterThanOrEqualTo(2);
  }

  private static void settings() {
    ask(201, "POST", "/api/v1/settings", "{\"name\":\"domain\",\"value\":\"example\"}");
    get("/api/v1/settings");
    get("/api/v1/settings/all");
    get("/api/v1/settings/count");
    get("/api/v1/settings/lookup/domain");
    get("/api/v1/settings/domain");
    ask(200, "PUT", "/api/v1/settings/domain", "{\"value\":\"other\"}");
    ask(200, "PATCH", "/api/v1/settings/domain", "{\"value\":\"third\"}");
    ask(204, "DELETE", "/api/v1/settings/domain", "");
    get("/api/v1/settings/domain/history");
  }
}
