package dev.bootbus.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Message;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What REST says is said over the bus as well, by one of two replicas.
class ApiBusTest {
  private static NatsServer nats;
  private static Backends backends;

  @BeforeAll
  static void start() throws Exception {
    nats = NatsServer.start(true);
    backends = new Backends(nats);
    backends.start("{}");
    backends.start("{}");
  }

  @AfterAll
  static void stop() throws Exception {
    backends.close();
    nats.close();
  }

  private static Message request(String what, String json) throws Exception {
    return backends
        .connection()
        .request(backends.subjects().ofApi(what), json.getBytes(UTF_8), Duration.ofSeconds(10));
  }

  private static String header(Message answer, String name) {
    return answer.hasHeaders() && answer.getHeaders().containsKey(name)
        ? answer.getHeaders().getLast(name)
        : "";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "settings.list    | {\"pageSize\":1}                 | {\"rows\":[{\"id\":\"boot-timeout\"",
        "settings.list    | {\"fields\":\"unit\",\"search\":\"percent\",\"searchFields\":\"unit\"} | {\"rows\":[{\"id\":\"max-declined\",\"unit\":\"percent\"}],\"total\":1",
        "settings.count   | ''                               | {\"count\":17}",
        "settings.lookup  | {\"id\":\"pool\"}                | {\"id\":\"pool\",\"revision\":0",
        "settings.history | {\"id\":\"pool\"}                | {\"rows\":[]}",
        "settings.delete  | {\"id\":\"pool\"}                | {\"id\":\"pool\"}",
      })
  void answersInJson(String what, String asked, String expected) throws Exception {
    Message answer = request(what, asked);
    assertThat(new String(answer.getData(), UTF_8)).startsWith(expected);
    assertThat(header(answer, "content-type")).isEqualTo("application/json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "settings.get     | {\"id\":\"nope\"}                | 404 | among the settings there is no nope",
        "settings.get     | {}                               | 400 | id: has to be text",
        "settings.get     | nonsense                         | 400 | the body is not JSON (line 1, column 1)",
        "settings.get     | {\"idd\":\"x\"}                  | 400 | idd: there is no such field; there are [id]",
        "settings.list    | {\"page\":0}                     | 400 | page: not a number from 1 to 2147483647: 0",
        "settings.patch   | {\"id\":\"dns\",\"revision\":7,\"body\":{}} | 412 | dns has changed since: get it again, and change that",
        "settings.replace | {\"id\":\"dns\",\"body\":{\"value\":1}} | 422 | nothing was changed: see errors",
        "config.set       | {\"key\":\"max-declined\",\"value\":101} | 422 | nothing was changed: see errors",
      })
  void anErrorIsAHeaderAndAProblem(String what, String asked, int code, String why)
      throws Exception {
    Message answer = request(what, asked);
    assertThat(header(answer, "Nats-Service-Error-Code")).isEqualTo(Integer.toString(code));
    assertThat(header(answer, "Nats-Service-Error")).isEqualTo(why);
    assertThat(header(answer, "content-type")).isEqualTo("application/problem+json");
    assertThat(new String(answer.getData(), UTF_8)).contains("\"status\":" + code);
  }

  @Test
  void configIsSetByARequestAndByAnEvent() throws Exception {
    assertThat(new String(request("config.set", "{\"key\":\"domain\",\"value\":\"a\"}").getData()))
        .contains("\"value\":\"a\"");
    backends
        .connection()
        .publish(
            backends.subjects().ofApi("config.set"),
            "{\"key\":\"domain\",\"value\":\"b\"}".getBytes(UTF_8));
    await()
        .until(
            () ->
                new String(request("settings.get", "{\"id\":\"domain\"}").getData())
                    .contains("\"value\":\"b\""));
    request("config.set", "{\"key\":\"domain\",\"value\":null}");
    await()
        .until(
            () ->
                !new String(request("settings.get", "{\"id\":\"domain\"}").getData())
                    .contains("\"value\""));
  }

  @Test
  void theServiceTellsOfItsEndpoints() throws Exception {
    String info =
        new String(
            backends
                .connection()
                .request("$SRV.INFO.backend", new byte[0], Duration.ofSeconds(5))
                .getData());
    assertThat(info)
        .contains("\"settings-patch\"", backends.subjects().ofApi("config.set"), "queue_group");
  }
}
