package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.api.Api;
import dev.bootbus.kernel.api.Api.Answer;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Settings are changed in one of two replicas, and count in both.
class LiveSettingsTest {
  private static final String CATALOGUE =
      """
      kernels:
        - {name: alpine, arch: any, kernel: a/vmlinuz}
        - {name: debian, arch: any, kernel: d/vmlinuz}
      default: alpine
      """;
  private static final String[] FLAGS = {
    "--api=0", "--pool=10.0.0.10-10.0.0.20", "--subnet=10.0.0.0/24", "--dns=10.0.0.1,10.0.0.2"
  };

  private static NatsServer nats;

  private Backends backends;
  private final List<Api> apis = new ArrayList<>();

  @BeforeAll
  static void startNats() throws Exception {
    nats = NatsServer.start(true);
  }

  @AfterAll
  static void stopNats() throws Exception {
    nats.close();
  }

  @BeforeEach
  void twoReplicas() throws Exception {
    backends = new Backends(nats);
    start();
    start();
  }

  private void start() throws Exception {
    Service service = backends.start(CATALOGUE, FLAGS);
    apis.add(new Api(service.apiPort().orElseThrow()));
  }

  @AfterEach
  void stop() {
    apis.forEach(Api::close);
    backends.close();
  }

  private static JsonNode setting(Api api, String name) {
    return api.get("/api/v1/settings/" + name).json();
  }

  private static Answer put(Api api, String name, String value) {
    return api.ask("PUT", "/api/v1/settings/" + name, "{\"value\":" + value + "}");
  }

  private void awaitEverywhere(String name, String value) {
    for (Api api : apis) {
      await().until(() -> setting(api, name).path("value").toString().equals(value));
    }
  }

  private long leaseTime(int machine) throws Exception {
    return backends.answer(Lab.discover(Lab.mac(machine))).dhcp().leaseTime();
  }

  @Test
  void aStoredValueGoesBeforeTheFlagUntilItIsDeleted() throws Exception {
    JsonNode before = setting(apis.getFirst(), "lease-time");
    assertThat(before.get("value").intValue()).isEqualTo(3600);
    assertThat(before.get("from").textValue()).isEqualTo("flag");
    assertThat(before.get("unit").textValue()).isEqualTo("seconds");

    Answer changed = put(apis.getFirst(), "lease-time", "600");
    assertThat(changed.status()).isEqualTo(200);
    awaitEverywhere("lease-time", "600");
    for (int i = 0; i < 8; i++) { // either replica
      assertThat(leaseTime(i)).isEqualTo(600);
    }
    JsonNode now = setting(apis.getLast(), "lease-time");
    assertThat(now.get("from").textValue()).isEqualTo("stored");
    assertThat(now.get("why").textValue()).startsWith("stored at 2026-01-01T00:00:00Z");
    assertThat(now.get("flag").intValue()).isEqualTo(3600);

    assertThat(apis.getLast().ask("DELETE", "/api/v1/settings/lease-time", "").status())
        .isEqualTo(204);
    awaitEverywhere("lease-time", "3600");
    assertThat(leaseTime(1)).isEqualTo(3600);
    JsonNode rows = apis.getFirst().get("/api/v1/settings/lease-time/history").json().get("rows");
    assertThat(rows).hasSize(2);
    assertThat(rows.at("/0/deleted").booleanValue()).isTrue();
    assertThat(rows.at("/1/value").intValue()).isEqualTo(600);
  }

  @Test
  void whatIsStoredCountsAfterARestart() throws Exception {
    put(apis.getFirst(), "pool", "\"10.0.0.100-10.0.0.101\"");
    put(apis.getFirst(), "dns", "[]");
    start();
    assertThat(setting(apis.getLast(), "pool").get("from").textValue()).isEqualTo("stored");
    assertThat(setting(apis.getLast(), "dns").get("value")).isEmpty();
    awaitEverywhere("dns", "[]");
    DhcpResponse.Answer answer = backends.answer(Lab.discover(Lab.mac(1)));
    assertThat(answer.dhcp().ipAddress().getHostAddress()).startsWith("10.0.0.10");
    assertThat(answer.dhcp().nameServers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lease-time | \"600\"                   | has to be a whole number",
        "lease-time | 0                         | --lease-time: not from 1 to 4294967295 seconds: 0",
        "lease-time | 1.5                       | has to be a whole number",
        "lease-time | null                      | has to be a whole number",
        "pool       | \"192.168.1.1-192.168.1.9\" | 192.168.1.1 is not in 10.0.0.0/24",
        "pool       | \"nonsense\"              | --pool: not FIRST-LAST: nonsense",
        "subnet     | \"192.168.1.0/24\"        | 10.0.0.10 is not in 192.168.1.0/24",
        "dns        | \"10.0.0.1\"              | has to be a list of texts without commas",
        "dns        | [\"10.0.0.1,10.0.0.2\"]   | has to be a list of texts without commas",
        "unknown    | \"maybe\"                 | --unknown: say one of register, lease, refuse, not maybe",
        "default-kernel | \"nope\"              | no kernel is called nope",
        "boot-timeout | \"never\"               | --boot-timeout",
      })
  void whatDoesNotFitIsRefusedAndChangesNothing(String name, String value, String why) {
    Answer refused = put(apis.getFirst(), name, value);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().at("/errors/0/pointer").textValue()).isEqualTo("/value");
    assertThat(refused.json().at("/errors/0/detail").textValue()).contains(why);
    assertThat(setting(apis.getFirst(), name).get("from").textValue()).isEqualTo("flag");
  }

  @Test
  void aCombinationThatAnotherVersionHasStoredIsLeftOutAndTheRestCounts() throws Exception {
    KeyValue bucket = backends.settings();
    put(apis.getFirst(), "domain", "\"example\"");
    store(bucket, "subnet", "{\"value\":\"192.168.1.0/24\",\"updated\":1}");
    store(bucket, "gateway", "{\"value\":[false],\"updated\":1}");
    store(bucket, "colour", "{\"value\":\"red\",\"updated\":1}");
    for (Api api : apis) {
      await()
          .until(
              () -> setting(api, "subnet").get("why").textValue(),
              "what is stored does not fit: 10.0.0.10 is not in 192.168.1.0/24"::equals);
      assertThat(setting(api, "subnet").get("value").textValue()).isEqualTo("10.0.0.0/24");
      await()
          .until(
              () -> setting(api, "gateway").get("why").textValue(),
              "what is stored cannot be read by this version"::equals);
    }
    awaitEverywhere("domain", "\"example\"");
    assertThat(put(apis.getFirst(), "subnet", "\"10.0.0.0/16\"").status()).isEqualTo(200);
    awaitEverywhere("subnet", "\"10.0.0.0/16\"");
  }

  private static void store(KeyValue bucket, String key, String record) throws Exception {
    bucket.put(key, record.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theDefaultKernelAndUnknownMachinesAreSettingsToo() throws Exception {
    put(apis.getFirst(), "unknown", "\"refuse\"");
    awaitEverywhere("unknown", "\"refuse\"");
    assertThat(backends.ask(Lab.discover(Lab.mac(7)))).isInstanceOf(DhcpResponse.Error.class);
    assertThat(put(apis.getFirst(), "default-kernel", "\"debian\"").status()).isEqualTo(200);
    awaitEverywhere("default-kernel", "\"debian\"");
  }

  @Test
  void aChangeOfWhatHasChangedIsStale() {
    Api api = apis.getFirst();
    String path = "/api/v1/settings/domain";
    String unset = api.get(path).header("ETag");
    assertThat(api.ask("PUT", path, "{\"value\":\"a\"}", "If-Match", unset).status())
        .isEqualTo(200);
    assertThat(api.ask("PUT", path, "{\"value\":\"b\"}", "If-Match", unset).status())
        .isEqualTo(412);
    assertThat(
            api.ask("POST", "/api/v1/settings", "{\"name\":\"domain\",\"value\":\"c\"}").status())
        .isEqualTo(409);
    assertThat(
            api.ask("POST", "/api/v1/settings", "{\"name\":\"leasetime\",\"value\":1}")
                .json()
                .at("/errors/0/detail")
                .textValue())
        .isEqualTo("there is no such setting; is it lease-time?");
    assertThat(api.get("/api/v1/settings/all").json()).hasSize(17);
  }
}
