package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PyPxeImportTest {
  private static final String BINDINGS =
      """
      {"dhcp": {"binding": {
        "5C:9A:D8:5E:F2:E5": {"ipaddr": "192.168.2.20", "rom": "x.0", "router": "192.168.2.1",
                              "dns": ["1.1.1.1"]},
        "5C:9A:D8:5E:F2:E6": {"ipaddr": "192.168.2.20"},
        "5C:9A:D8:5E:F2:E7": {}}}}
      """;

  private static final String LEASES =
      """
      {"5C:9A:D8:5E:F2:E5": {"ip": "192.168.2.101", "expire": 99999999999.5, "ipxe": false},
       "5C:9A:D8:5E:F2:E7": {"ip": "192.168.2.102", "expire": 99999999999, "ipxe": true},
       "00:00:00:00:00:01": {"ip": "192.168.2.103", "expire": 1416000000.25, "ipxe": true},
       "00:00:00:00:00:02": {"ip": "", "expire": 0, "ipxe": true}}
      """;

  @TempDir private Path folder;

  private record Run(int status, String out, List<String> err) {}

  private Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("import", "pypxe"));
    all.addAll(List.of(arguments));
    int status = commandLine.execute(all.toArray(String[]::new));
    String said = err.toString().replace(folder + "/", "");
    return new Run(status, out.toString().replace(folder + "/", ""), said.lines().toList());
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void a_proxy_with_ipxe_over_http() throws Exception {
    String json =
        """
        {
        \t"USE_IPXE": true, "USE_HTTP": true, "DHCP_MODE_PROXY": true,
        \t"DHCP_SERVER_IP": "10.0.0.2", "DHCP_FILESERVER": "10.0.0.3", "HTTP_PORT": 8080,
        \t"DHCP_BROADCAST": "10.0.0.255", "SYSLOG_SERVER": null, "MODE_DEBUG": "all,-dhcp",
        \t"NBD_BLOCK_DEVICE": "disk.img", "DHCP_LEASE": 1
        }
        """;
    Path output = folder.resolve("dhcp.yaml");
    Run run = run("--config", file("pypxe.json", json), "--output", output.toString());
    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "",
                List.of(
                    "warning: DHCP_LEASE: left out: PyPXE does not know it",
                    "warning: DHCP_BROADCAST: left out: answers go where RFC 2131 says",
                    "warning: NBD_BLOCK_DEVICE and the other NBD_*: left out: there is no NBD"
                        + " server here",
                    "warning: MODE_DEBUG: left out: say BOOTBUS_LOG_LEVEL=DEBUG to the services")));
    assertThat(Files.readString(output).replace(folder + "/", ""))
        .isEqualTo(
            """
            # from PyPXE's pypxe.json
            # beside it: tftp-server --root netboot --address 0.0.0.0 --port 69
            # beside it: http-server --root netboot --address 0.0.0.0 --http-port 8080
            mode: proxy
            address: 10.0.0.2
            port: 67
            next-server: 10.0.0.3
            http-port: 8080
            boot-file:
              bios: chainload.kpxe
            ipxe-script: http://10.0.0.3:8080/boot.http.ipxe
            pxe-only: on
            """);
    Scope scope =
        Configuration.read(Main.commandLine().parseArgs(), Map.of(), output).scopes().getFirst();
    assertThat(scope.mode()).isEqualTo(ScopeMode.PROXY);
    assertThat(scope.boot().loaders()).containsEntry("bios", "chainload.kpxe");
    assertThat(scope.boot().ipxeScript()).isEqualTo("http://10.0.0.3:8080/boot.http.ipxe");

    assertThat(
            run("--config", folder.resolve("pypxe.json").toString(), "--output", output.toString())
                .err())
        .last()
        .isEqualTo("dhcp-server import: dhcp.yaml: is there already");
  }

  @Test
  void bindings_and_leases_become_nodes() throws Exception {
    String[] arguments = {
      "--config", file("pypxe.json", "{\"USE_DHCP\": true, \"DHCP_WHITELIST\": true}"),
      "--static", file("static.json", BINDINGS),
      "--leases", file("leases.json", LEASES),
      "--catalogue", folder.resolve("catalogue.yaml").toString()
    };
    Run run = run(arguments);
    assertThat(run.err())
        .containsExactly(
            "warning: static.json:3: 5c:9a:d8:5e:f2:e5: dns: left out: kernel-backend has one network,"
                + " with 8.8.8.8",
            "warning: static.json:4: 5c:9a:d8:5e:f2:e6: 192.168.2.20: left out: another machine has"
                + " this address",
            "warning: leases.json: left out 1 leases that are over",
            "warning: NETBOOT_FILE: for BIOS only: PyPXE gives it to UEFI too, which cannot run it;"
                + " UEFI keeps the loader of --boot-file");
    assertThat(run.out())
        .isEqualTo(
            """
            # from PyPXE's pypxe.json
            # beside it: kernel-backend --pool 192.168.2.100-192.168.2.150 --subnet-mask 255.255.255.0 --gateway 192.168.2.1 --dns 8.8.8.8 --lease-time 86400
            # beside it: tftp-server --root netboot --address 0.0.0.0 --port 69
            mode: reservation
            address: 192.168.2.2
            port: 67
            next-server: 192.168.2.2
            boot-file:
              bios: pxelinux.0
            ipxe-script: ""
            machine-file:
              "5c:9a:d8:5e:f2:e5": x.0
            pxe-only: on
            allow:
              - 5c:9a:d8:5e:f2:e5
              - 5c:9a:d8:5e:f2:e6
              - 5c:9a:d8:5e:f2:e7
            """);
    assertThat(Files.readString(folder.resolve("catalogue.yaml")).replace(folder + "/", ""))
        .isEqualTo(
            """
            # from PyPXE's pypxe.json
            nodes:
              - {mac: "5c:9a:d8:5e:f2:e5", address: 192.168.2.20}
              - {mac: "5c:9a:d8:5e:f2:e7", address: 192.168.2.102}
            """);
    assertThat(run.status()).isZero();
    assertThat(run("--config", arguments[1], "--static", arguments[3]).err())
        .last()
        .asString()
        .isEqualTo("dhcp-server import: there are machines with addresses: say --catalogue FILE");
  }

  @Test
  void its_defaults_are_taken_over_too() throws Exception {
    Run run = run("--config", file("pypxe.json", "{}"));
    assertThat(run.out()).contains("mode: off\naddress: 192.168.2.2\n");
    assertThat(run.err()).first().isEqualTo("warning: USE_DHCP: is false, so the mode is off");
  }

  @Test
  void a_white_list_that_was_not_given_lets_nobody_in() throws Exception {
    Run run =
        run(
            "--config",
            file(
                "pypxe.json",
                "{\"USE_DHCP\": true, \"DHCP_WHITELIST\": true, \"STATIC_CONFIG\": \"s.json\"}"));
    assertThat(run.out()).contains("mode: off\n");
    assertThat(run.err()).contains("warning: STATIC_CONFIG: is read with --static FILE");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("config", "[]", "f.json:1: not an object"),
        arguments("config", "{", "f.json:1: not JSON: "),
        arguments("config", "{}{}", "f.json:1: a second document; one is read"),
        arguments("config", "{\"USE_HTTP\": 1}", "f.json:1: USE_HTTP: neither true nor false"),
        arguments("config", "{\n\"HTTP_PORT\": \"x\"}", "f.json:2: HTTP_PORT: not a port: x"),
        arguments("config", "{\"HTTP_PORT\": 1e9}", "f.json:1: HTTP_PORT: not a port: 1e9"),
        arguments("config", "{\"DHCP_DNS\": \"h\"}", "f.json:1: DHCP_DNS: not an IPv4 address: h"),
        arguments("config", "{\"DHCP_ROUTER\": {}}", "f.json:1: DHCP_ROUTER: not a single value"),
        arguments(
            "config", "{\"NETBOOT_FILE\": \"a\\nb\"}", "f.json:1: NETBOOT_FILE: not printable"),
        arguments(
            "config", "{\"NETBOOT_DIR\": \"a\\u2028mode: dhcp\"}", "NETBOOT_DIR: not printable"),
        arguments("config", "{\"a\": " + "[".repeat(20), "f.json:1: nested deeper than 16"),
        arguments("config", "{\"a\": 1, \"a\": 2}", "f.json:1: a is given twice, first in line 1"),
        arguments("static", "{}", "f.json:1: no object \"dhcp\""),
        arguments("static", "{\"dhcp\": 1}", "f.json:1: the file: not an object"),
        arguments("static", "{\"dhcp\": {\"binding\": {\"x\": {}}}}", "not a hardware address: x"),
        arguments(
            "static", "{\"dhcp\": {\"binding\": {\"02\": 1}}}", "f.json:1: 02: not an object"),
        arguments(
            "static",
            "{\"dhcp\": {\"binding\": {\"02\": {\"ipaddr\": [1]}}}}",
            "not an IPv4 address: [1]"),
        arguments(
            "leases", "{\"02\": {\"ip\": \"h\", \"expire\": 99999999999}}", "not an IPv4 address"),
        arguments(
            "leases", "{\"02\": {\"ip\": \"1.1.1.1\", \"expire\": \"x\"}}", "expire: not a time"),
        arguments(
            "leases",
            "{\"02\": {\"ip\": \"1.1.1.1\", \"expire\": \"NaN\"}}",
            "expire: not a time"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("mistakes")
  void a_file_that_is_not_pypxe_s_is_told_in_one_line(String which, String json, String message)
      throws IOException {
    String bad = file("f.json", json);
    String config = which.equals("config") ? bad : file("c.json", "{}");
    Run run =
        which.equals("config")
            ? run("--config", config)
            : run("--config", config, "--" + which, bad);
    assertThat(run.err()).hasSize(1).first().asString().contains(message);
    assertThat(run.err())
        .first()
        .asString()
        .startsWith("dhcp-server import: ")
        .doesNotContain("REDACTED");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void any_bytes_are_taken_over_or_refused() throws IOException {
    Random random = new Random(4);
    String text = "{\"dhcp\":{\"binding\":{\"02:00\":{\"ipaddr\":\"10.0.0.1\",\"dns\":[null,1]}}}}";
    String config = file("c.json", "{}");
    for (int i = 0; i < 500; i++) {
      StringBuilder hostile = new StringBuilder(text);
      for (int n = random.nextInt(6); n >= 0; n--) {
        hostile.setCharAt(
            random.nextInt(hostile.length()), "{}[]:,\"0 x\n".charAt(random.nextInt(11)));
      }
      String which = random.nextBoolean() ? "--static" : "--leases";
      Path catalogue = folder.resolve("catalogue" + i);
      Run run =
          run(
              "--config",
              config,
              which,
              file("f.json", hostile.toString()),
              "--catalogue",
              "" + catalogue);
      assertThat(run.status()).as(hostile.toString()).isIn(0, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dnsmasq"})
  void only_pypxe_is_known(String kind) {
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine().setErr(new PrintWriter(err)).execute("import", "--config", "x", kind);
    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).startsWith("dhcp-server import: ").hasLineCount(1);
  }
}
