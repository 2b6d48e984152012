package dev.bootbus.kernel.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.api.Api.Answer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The routes, over HTTP, on things in memory.
class ApiTest {
  private static final String NODE =
      "{\"mac\":\"52:54:00:00:00:0%d\",\"hostname\":\"%s\",\"address\":\"10.0.0.%d\","
          + "\"options\":{\"disk\":\"/dev/sd%c\"}}";

  private static TestApi served;
  private static Api api;

  @BeforeAll
  static void start() {
    served = new TestApi();
    api = new Api(served.port());
  }

  @AfterAll
  static void stop() {
    api.close();
    served.close();
  }

  @BeforeEach
  void threeNodes() {
    served.clear();
    create(NODE.formatted(1, "otter", 9, 'a'));
    create(NODE.formatted(2, "Badger", 10, 'b'));
    create(NODE.formatted(3, "crow", 2, 'c'));
  }

  private static Answer create(String node) {
    return api.ask("POST", "/api/v1/nodes", node);
  }

  private static List<String> hostnames(Answer answer) {
    JsonNode rows = answer.json().isArray() ? answer.json() : answer.json().get("rows");
    return rows.findValuesAsText("hostname");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                    | otter Badger crow",
        "?sort=hostname                        | Badger crow otter",
        "?sort=-hostname                       | otter crow Badger",
        "?sort=address                         | crow otter Badger",
        "?sort=arch,-address                   | Badger otter crow",
        "?sort=options.disk                    | otter Badger crow",
        "?page=2&pageSize=2                    | crow",
        "?page=3&pageSize=2                    | ''",
        "?page=2147483647&pageSize=1000        | ''",
        "?search=badg                          | Badger",
        "?search=sda                           | otter",
        "?search=10&searchFields=address,macs  | otter Badger crow",
        "?search=otter&searchFields=address    | ''",
        "?search=sdc&searchFields=options.disk | crow",
      })
  void listsPages(String query, String expected) {
    Answer answer = api.get("/api/v1/nodes" + query);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(String.join(" ", hostnames(answer))).isEqualTo(expected);
  }

  @Test
  void aPageSaysHowManyThereAre() {
    JsonNode page = api.get("/api/v1/nodes?pageSize=2").json();
    assertThat(page.toString()).endsWith("\"total\":3,\"page\":1,\"pageSize\":2,\"totalPages\":2}");
    assertThat(api.get("/api/v1/nodes/count?search=otter").text()).isEqualTo("{\"count\":1}");
    assertThat(api.get("/api/v1/kernels").json().get("totalPages").intValue()).isZero();
  }

  @Test
  void onlyFieldsThatAreAskedForAreAnswered() {
    assertThat(api.get("/api/v1/nodes?pageSize=1&fields=hostname,options.disk,nope").text())
        .contains(
            "[{\"id\":\"52-54-00-00-00-01\",\"hostname\":\"otter\","
                + "\"options\":{\"disk\":\"/dev/sda\"}}]");
  }

  @ParameterizedTest
  @CsvSource({
    "page=0,page",
    "page=x,page",
    "pageSize=1001,pageSize",
    "pageSize=-1,pageSize",
    "scope=some,scope",
    "seach=x,seach",
    "page=1&page=2,page",
    "fields=a%2Cb%2Cc%2Cd%2Ce%2Cf%2Cg%2Ch%2Ci%2Cj%2Ck%2Cl%2Cm%2Cn%2Co%2Cp%2Cq,fields"
  })
  void whatAParameterCannotMeanIsABadRequest(String query, String named) {
    Answer answer = api.get("/api/v1/nodes?" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("detail").textValue()).startsWith(named);
  }

  @Test
  void allAreStreamed() {
    assertThat(hostnames(api.get("/api/v1/nodes/all"))).containsExactly("otter", "Badger", "crow");
    assertThat(api.get("/api/v1/kernels/all").text()).isEqualTo("[]\n");
    String text = "x".repeat(100_000);
    for (int i = 4; i < 9; i++) {
      create("{\"mac\":\"52:54:00:00:00:0%d\",\"vendorClass\":\"%s\"}".formatted(i, text));
    }
    assertThat(api.get("/api/v1/nodes/all").json()).hasSize(8);
  }

  @Test
  void anItemHasATagThatSavesTheNextAnswer() {
    Answer first = api.get("/api/v1/nodes/52-54-00-00-00-01");
    String tag = first.header("ETag");
    assertThat(tag).matches("\"\\d+\"");
    assertThat(first.json().get("revision").asText()).isEqualTo(tag.replace("\"", ""));
    Answer again = api.get("/api/v1/nodes/otter", "If-None-Match", "\"x\", W/" + tag);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(api.get("/api/v1/nodes/otter", "If-None-Match", "\"0\"").status()).isEqualTo(200);
    assertThat(api.get("/api/v1/nodes/lookup/crow").json().get("id").textValue())
        .isEqualTo("52-54-00-00-00-03");
  }

  @Test
  void whatIsCreatedHasAPlace() {
    Answer created = create(NODE.formatted(7, "new", 7, 'n'));
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo("/api/v1/nodes/52-54-00-00-00-07");
    assertThat(api.get(created.header("Location")).header("ETag"))
        .isEqualTo(created.header("ETag"));
    assertThat(create(NODE.formatted(7, "new", 7, 'n')).status()).isEqualTo(409);
  }

  @Test
  void aPatchChangesFieldsAndANullTakesThemAway() {
    Answer patched =
        api.ask(
            "PATCH",
            "/api/v1/nodes/52-54-00-00-00-01",
            "{\"hostname\":\"seal\",\"address\":null,\"options\":{\"tty\":\"S0\"}}",
            "Content-Type",
            "application/merge-patch+json");
    assertThat(patched.status()).isEqualTo(200);
    assertThat(patched.json().at("/options/disk").textValue()).isEqualTo("/dev/sda");
    assertThat(patched.json().at("/options/tty").textValue()).isEqualTo("S0");
    assertThat(patched.json().has("address")).isFalse();
  }

  @Test
  void aChangeOfWhatHasChangedIsStale() {
    String path = "/api/v1/nodes/52-54-00-00-00-01";
    String tag = api.get(path).header("ETag");
    assertThat(api.ask("PATCH", path, "{\"kernel\":\"a\"}", "If-Match", tag).status())
        .isEqualTo(200);
    for (String method : List.of("PATCH", "PUT", "DELETE")) {
      Answer stale =
          api.ask(method, path, method.equals("DELETE") ? "" : "{\"mac\":\"x\"}", "If-Match", tag);
      assertThat(stale.status()).as(method).isEqualTo(412);
      assertThat(stale.json().get("type").textValue()).isEqualTo("/api/v1/problems#stale");
    }
    assertThat(api.ask("DELETE", path, "", "If-Match", "W/" + tag).status()).isEqualTo(412);
    assertThat(api.ask("DELETE", path, "", "If-Match", "1").status()).isEqualTo(400);
    assertThat(api.ask("DELETE", path, "", "If-Match", "*").status()).isEqualTo(204);
    assertThat(api.ask("DELETE", path, "").status()).isEqualTo(404);
  }

  @Test
  void patchesOfDifferentFieldsAtTheSameTimeAllCount() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> patches =
          IntStream.range(0, 8)
              .<Callable<Integer>>mapToObj(
                  i ->
                      () ->
                          api.ask(
                                  "PATCH",
                                  "/api/v1/nodes/52-54-00-00-00-02",
                                  "{\"options\":{\"k%d\":\"v\"}}".formatted(i))
                              .status())
              .toList();
      for (var patch : threads.invokeAll(patches)) {
        assertThat(patch.get()).isEqualTo(200);
      }
    }
    assertThat(api.get("/api/v1/nodes/Badger").json().get("options")).hasSize(9);
  }

  @Test
  void faultsAreListedByPointer() {
    Answer invalid = create("{\"hostname\":\"x\"}");
    assertThat(invalid.status()).isEqualTo(422);
    assertThat(invalid.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(invalid.json().get("errors").toString())
        .isEqualTo("[{\"pointer\":\"/mac\",\"detail\":\"has to be there\"}]");
  }

  @Test
  void anActionIsAPost() {
    String path = "/api/v1/nodes/52-54-00-00-00-01/boot";
    assertThat(api.ask("POST", path, "{\"kernel\":\"memtest\"}").json().get("bootOnce").textValue())
        .isEqualTo("memtest");
    assertThat(api.get(path).status()).isEqualTo(405);
    assertThat(api.get(path).header("Allow")).isEqualTo("POST");
    assertThat(api.ask("POST", "/api/v1/nodes/otter/explode", "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /                                 | ''  | 404",
        "GET    | /api/v1                           | ''  | 404",
        "GET    | /api/v1/                          | ''  | 404",
        "GET    | /api/v1/nodes/                    | ''  | 404",
        "GET    | /api/v1//nodes                    | ''  | 400",
        "GET    | /api/v1/nodes/nobody              | ''  | 404",
        "GET    | /api/v1/nodes/%FF                 | ''  | 400",
        "GET    | /api/v1/nodes/otter/history       | ''  | 404",
        "GET    | /api/v1/leases/10.0.0.1/history   | ''  | 404",
        "PUT    | /api/v1/nodes                     | {}  | 405",
        "DELETE | /lookup/alpine                    | ''  | 405",
        "OPTIONS| /api/v1/nodes                     | ''  | 405",
        "POST   | /api/v1/nodes                     | [1] | 400",
        "POST   | /api/v1/nodes                     | {   | 400",
        "POST   | /api/v1/nodes                     | {}1 | 400",
        "POST   | /api/v1/nodes                     | {\"mac\":\"a\",\"mac\":\"b\"} | 400",
        "POST   | /api/v1/nodes                     | ''  | 422",
        "GET    | /lookup/nope                      | ''  | 404",
        "GET    | /generateBootFile/nope/x          | ''  | 404",
        "GET    | /api/v1/kernels/generateBootFile/nope/x?loader=lilo | '' | 400",
        "GET    | /api/v1/nodes/nope/files          | ''  | 404",
        "GET    | /api/v1/nodes/nope/files/k3os%2Fconfig | ''  | 404",
        "GET    | /api/v1/docs/swagger-ui.js        | ''  | 404",
      })
  void refusesWithAProblem(String method, String path, String body, int status) {
    Answer answer = api.ask(method, path, body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().get("status").intValue()).isEqualTo(status);
  }

  @Test
  void whatIsNoJsonIsNotRead() {
    Answer form = api.ask("POST", "/api/v1/nodes", "a=b", "Content-Type", "text/plain");
    assertThat(form.status()).isEqualTo(415);
    Answer patch =
        api.ask(
            "PATCH", "/api/v1/nodes/otter", "[]", "Content-Type", "application/json-patch+json");
    assertThat(patch.status()).isEqualTo(415);
    assertThat(patch.header("Accept-Patch")).isEqualTo("application/merge-patch+json");
  }

  @Test
  void whoTakesNoJsonGetsAProblemAnyway() {
    assertThat(api.get("/api/v1/nodes", "Accept", "text/html").status()).isEqualTo(406);
    assertThat(api.get("/api/v1/nodes", "Accept", "text/html, application/*;q=0.1").status())
        .isEqualTo(200);
    assertThat(api.get("/api/v1/nodes", "Accept", "application/json;q=0").status()).isEqualTo(406);
  }

  @Test
  void aBodyHasAnEnd() {
    String large = "{\"x\":\"" + "y".repeat(1 << 20) + "\"}";
    assertThat(create(large).status()).isEqualTo(413);
  }

  @Test
  void headIsGetWithoutABody() {
    for (String path : List.of("/api/v1/nodes", "/api/v1/nodes/otter", "/api/v1/nodes/all")) {
      Answer head = api.ask("HEAD", path, "");
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.header("Content-Type")).isEqualTo("application/json");
    }
  }

  @Test
  void leasesThatAreRememberedOnlyAreShownWhenAskedFor() {
    api.ask("POST", "/api/v1/leases", "{\"address\":\"10.0.0.1\"}");
    api.ask("POST", "/api/v1/leases", "{\"address\":\"10.0.0.2\",\"deleted\":1}");
    assertThat(api.get("/api/v1/leases").json().get("total").intValue()).isEqualTo(1);
    assertThat(api.get("/api/v1/leases?scope=all").json().get("total").intValue()).isEqualTo(2);
    assertThat(api.get("/api/v1/leases/10.0.0.2/history").json().at("/rows/0/time").intValue())
        .isEqualTo(1);
  }
}
