package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is printed of what the API answers; 12:00 is now.
class ListingTest {
  private static final String NODES =
      """
      {"rows":[
      {"id":"52-54-00-12-34-56","revision":7,"mac":"52:54:00:12:34:56","hostname":"brave-otter",
       "address":"192.168.77.50","arch":"x86_64","kernel":"alpine","stage":"provisioning",
       "status":"booting","since":1767268740000,"groups":["web","db"],
       "options":{"disk":"/dev/sda"},"vendorClass":"PXEClient"},
      {"id":"52-54-00-12-34-57","revision":8,"mac":"52:54:00:12:34:57","hostname":"calm-yak",
       "arch":"any","stage":"commissioning","status":"unknown","since":1767182400000}],
      "total":2,"page":1,"pageSize":100,"totalPages":1}
      """;
  private static final String PAGE = "GET /api/v1/nodes?page=1&pageSize=100";

  private CannedApi api;

  @BeforeEach
  void start() throws IOException {
    api = new CannedApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({"nodes", "nodes list", "-o table nodes list", "nodes list -o table"})
  void aTable(String line) {
    api.on(PAGE, NODES);
    assertThat(Run.of(api, line))
        .isEqualTo(
            new Run(
                0,
                """
                ID                 HOSTNAME     ADDRESS        ARCH    KERNEL  STAGE          STATUS   SINCE
                52-54-00-12-34-56  brave-otter  192.168.77.50  x86_64  alpine  provisioning   booting  60s
                52-54-00-12-34-57  calm-yak     -              any     -       commissioning  unknown  24h
                """,
                ""));
  }

  @Test
  void aWideTableHasAllColumns() {
    api.on(PAGE, NODES);
    assertThat(Run.of(api, "nodes -o wide").out().lines().toList())
        .first()
        .asString()
        .matches(
            "ID +HOSTNAME +ADDRESS +ARCH +KERNEL +STAGE +STATUS +SINCE +REASON +ONCE +GROUPS +UUID +MACS"
                + " +VENDOR +LINK +CIRCUIT +SEEN");
  }

  @Test
  void jsonIsAnArrayOfWhatTheApiSaid() throws IOException {
    api.on(PAGE, NODES);
    Run run = Run.of(api, "nodes -o json");
    assertThat(Api.JSON.readTree(run.out())).isEqualTo(Api.JSON.readTree(NODES).path("rows"));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void yamlIsTheSame() {
    api.on(PAGE, NODES);
    assertThat(Run.of(api, "nodes -o yaml").out())
        .startsWith(
            """
            - id: 52-54-00-12-34-56
              revision: 7
              mac: 52:54:00:12:34:56
              hostname: brave-otter
            """)
        .contains("\n  options:\n    disk: /dev/sda\n");
  }

  @Test
  void namesAreForLoops() {
    api.on(PAGE, NODES);
    assertThat(Run.of(api, "nodes -o name").out())
        .isEqualTo("52-54-00-12-34-56\n52-54-00-12-34-57\n");
  }

  @Test
  void noneIsSaidToPeopleOnly() {
    String none = "{\"rows\":[],\"total\":0,\"page\":1,\"pageSize\":100,\"totalPages\":0}";
    api.on("GET /api/v1/leases?page=1&pageSize=100", none);
    assertThat(Run.of(api, "leases")).isEqualTo(new Run(0, "", "bootctl: no leases\n"));
    assertThat(Run.of(api, "leases -o name")).isEqualTo(new Run(0, "", ""));
    assertThat(Run.of(api, "leases -o json")).isEqualTo(new Run(0, "[ ]\n", ""));
  }

  @Test
  void whatWasNotShownIsTold() {
    api.on(
        "GET /api/v1/kernels?page=2&pageSize=1",
        "{\"rows\":[{\"name\":\"a\"}],\"total\":5,\"page\":2,\"pageSize\":1,\"totalPages\":5}");
    assertThat(Run.of(api, "kernels --page=2 --page-size=1").err())
        .isEqualTo("bootctl: 1 of 5 kernels: --page 3 has more, --all has all\n");
    api.on(
        "GET /api/v1/kernels?page=9&pageSize=1",
        "{\"rows\":[],\"total\":5,\"page\":9,\"pageSize\":1,\"totalPages\":5}");
    assertThat(Run.of(api, "kernels --page=9 --page-size=1").err())
        .isEqualTo("bootctl: there are 5 pages\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nodes --search=a%20&b | /api/v1/nodes?search=a%2520%26b&page=1&pageSize=100",
        "nodes --search=web --in=groups,options.x |"
            + " /api/v1/nodes?search=web&searchFields=groups%2Coptions.x&page=1&pageSize=100",
        "nodes --sort=-since,hostname | /api/v1/nodes?sort=-since%2Chostname&page=1&pageSize=100",
        "nodes --sort=-hostname | /api/v1/nodes?sort=-hostname&page=1&pageSize=100",
        "nodes --sort -options.disk | /api/v1/nodes?sort=-options.disk&page=1&pageSize=100",
        "leases list --deleted | /api/v1/leases?scope=all&page=1&pageSize=100",
        "nodes get brave-otter | /api/v1/nodes/brave-otter",
        "nodes get 52:54:00:12:34:5A | /api/v1/nodes/52-54-00-12-34-5a",
        "nodes get 52-54-00-12-34-5A | /api/v1/nodes/52-54-00-12-34-5A",
        "kernels get .. | /api/v1/kernels/%2E%2E",
        "kernels get a/b?c | /api/v1/kernels/a%2Fb%3Fc",
        "leases history 10.0.0.1 | /api/v1/leases/10.0.0.1/history",
        "settings history pool | /api/v1/settings/pool/history",
      })
  void isAskedFor(String line, String path) {
    assertThat(Run.of(api, line).code()).isEqualTo(1);
    assertThat(api.asked()).containsExactly("GET " + path);
  }

  @Test
  void allAreStreamed() {
    String rows =
        IntStream.range(0, 2500)
            .mapToObj("{\"id\":\"%1$d\",\"address\":\"%1$d\"}"::formatted)
            .collect(Collectors.joining(","));
    api.on("GET /api/v1/leases/all?search=x", "[" + rows + "]");
    Run run = Run.of(api, "leases --all --search=x -o name");
    assertThat(run.out().lines()).hasSize(2500).startsWith("0", "1").endsWith("2499");
    assertThat(Run.of(api, "leases --all --search=x").out().lines()).hasSize(2501);
  }

  @Test
  void allInAnOrderComeByPages() {
    for (int page = 1; page <= 2; page++) {
      api.on(
          "GET /api/v1/nodes?sort=mac&page=" + page + "&pageSize=1000",
          "{\"rows\":[{\"id\":\"%d\"}],\"total\":2,\"totalPages\":2}".formatted(page));
    }
    assertThat(Run.of(api, "nodes --all --sort=mac -o name").out()).isEqualTo("1\n2\n");
  }

  @Test
  void oneIsShownWithAllThatIsKnown() {
    api.on(
        "GET /api/v1/nodes/brave-otter",
        """
        {"id":"52-54-00-12-34-56","hostname":"brave-otter","address":null,"netboot":true,
         "since":1767268740000,"groups":["web","db"],"options":{"disk":"/dev/sda","x":""},
         "sshKeys":[],"firstSeen":0,"note":"one\\ntwo\\n"}
        """);
    assertThat(Run.of(api, "nodes get brave-otter").out())
        .isEqualTo(
            """
            id            52-54-00-12-34-56
            hostname      brave-otter
            netboot       true
            since         2026-01-01T11:59:00Z (60s)
            groups        web
                          db
            options.disk  /dev/sda
            note          one
                          two
            """);
  }

  @Test
  void historiesAreTables() {
    api.on(
        "GET /api/v1/leases/10.0.0.1/history",
        """
        {"rows":[{"revision":9,"time":1767268740000,"deleted":true},
        {"revision":3,"time":1767182400000,"mac":"52:54:00:00:00:01","state":"bound",
         "expires":1767268860000}]}
        """);
    assertThat(Run.of(api, "leases history 10.0.0.1").out())
        .isEqualTo(
            """
            TIME  MAC                HOSTNAME  STATE  EXPIRES  DELETED
            60s   -                  -         -      -        true
            24h   52:54:00:00:00:01  -         bound  in 60s   -
            """);
  }

  @Test
  void settingsSayWhoseValueCounts() {
    api.on(
        "GET /api/v1/settings?page=1&pageSize=100",
        """
        {"rows":[{"id":"dns","name":"dns","value":["1.1.1.1","9.9.9.9"],"from":"stored",
        "why":"stored","type":"list","description":"Name servers."},
        {"id":"lease-time","name":"lease-time","value":3600,"unit":"seconds","from":"flag",
        "flag":3600,"type":"number"}],"total":2,"totalPages":1}
        """);
    assertThat(Run.of(api, "settings").out())
        .isEqualTo(
            """
            NAME        VALUE            UNIT     FROM
            dns         1.1.1.1,9.9.9.9  -        stored
            lease-time  3600             seconds  flag
            """);
  }

  @Test
  void statusCounts() throws IOException {
    api.on(
        "GET /api/v1/nodes/all?fields=stage%2Cstatus",
        """
        [{"id":"1","stage":"provisioned","status":"running"},
         {"id":"2","stage":"provisioned","status":"failed"}, {"id":"3","stage":"commissioning"}]
        """);
    api.on("GET /api/v1/leases/all?fields=state", "[{\"id\":\"1\",\"state\":\"bound\"}]");
    api.on("GET /api/v1/settings/all?fields=from", "[]");
    api.on("GET /api/v1/kernels/count", "{\"count\":4}");
    assertThat(Run.of(api, "status").out())
        .isEqualTo(
            """
            API       %s
            nodes     3
              stage   commissioning 1, provisioned 2
              status  failed 1, running 1, unknown 1
            leases    1
              state   bound 1
            kernels   4
            settings  -
            """
                .formatted(api.url()));
    assertThat(
            Api.JSON.readTree(Run.of(api, "status -o json").out()).at("/nodes/stage/provisioned"))
        .hasToString("2");
  }

  @Test
  void filesArePrintedAsTheyAre() {
    api.on("GET /api/v1/nodes/a", "{\"id\":\"52-54-00-12-34-56\"}");
    String node = "52-54-00-12-34-56";
    String boot = "GET /api/v1/kernels/generateBootFile/" + node;
    api.on(boot, 200, "text/plain;charset=utf-8", "#!ipxe\nboot");
    api.on(boot + "/alpine?loader=u-boot", 200, "text/plain", "one");
    api.on("GET /api/v1/nodes/" + node + "/files/k3os/config", 200, "text/yaml", "---\n\ta: 1\n");
    api.on("GET /api/v1/nodes/" + node + "/files/ignition", 200, "application/json", "{ }");
    api.on(
        "GET /api/v1/nodes/" + node + "/files",
        "{\"rows\":[{\"path\":\"user-data\",\"mediaType\":\"text/yaml\"},"
            + "{\"path\":\"ignition\",\"why\":\"its kernel has none\"}]}");
    assertThat(Run.of(api, "render a")).isEqualTo(new Run(0, "#!ipxe\nboot", ""));
    assertThat(Run.of(api, "render a --loader=u-boot --kernel=alpine").out()).isEqualTo("one");
    assertThat(Run.of(api, "render a k3os/config").out()).isEqualTo("---\n\ta: 1\n");
    assertThat(Run.of(api, "render a ignition").out()).isEqualTo("{ }");
    assertThat(Run.of(api, "render a --files").out())
        .isEqualTo(
            """
            PATH       TYPE       WHY NOT
            user-data  text/yaml  -
            ignition   -          its kernel has none
            """);
    assertThat(Run.of(api, "render a nothing").err())
        .startsWith("bootctl render: no GET /api/v1/nodes/" + node + "/files/nothing");
  }
}
