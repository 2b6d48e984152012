package dev.bootbus.probe.ping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Main;
import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PingCommandTest {
  private record Ran(int exitCode, String out, String err) {}

  private static Ran run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("ping", "--interval", "0.01"));
    all.addAll(List.of(arguments));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Ran(exitCode, out.toString(), err.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "icmp,   127.0.0.1, 127.0.0.1 by ICMP datagram socket",
    "icmp,   ::1,       0:0:0:0:0:0:0:1 by ICMP datagram socket",
    "raw,    127.0.0.1, 127.0.0.1 by ICMP raw socket",
    "raw,    ::1,       0:0:0:0:0:0:0:1 by ICMP raw socket",
    "system, 127.0.0.1, 127.0.0.1 by the system's ping",
    "tcp,    127.0.0.1, 127.0.0.1 by TCP port 1"
  })
  void each_method_says_that_it_is_the_one(String method, String host, String line) {
    Ran ran = run(host, "--method", method, "--port", "1");
    Assumptions.assumeFalse(
        ran.err().contains("is not to be had here"), () -> ran.err().lines().findFirst().get());
    assertThat(ran.out()).startsWith(line + "\n").contains("5 of 5 answered, least ");
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void without_a_method_the_best_one_is_taken() {
    Ran ran = run("127.0.0.1", "--count", "2", "--json");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("\"method\" : \"", "\"sent\" : 2", "\"answered\" : 2");
  }

  @Test
  void an_open_port_answers_too() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ran ran =
          run("127.0.0.1", "--count", "1", "--method", "tcp", "--port", "" + socket.getLocalPort());
      assertThat(ran.out()).contains("1 of 1 answered");
    }
  }

  @Test
  void an_unknown_host_is_named_so() {
    Ran ran = run("no-such-host.invalid");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).contains("host-not-found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--count=0", "--interval=0", "--interval=NaN", "--timeout=61", "--port=0"})
  void values_out_of_range_are_refused(String option) {
    assertThat(run("127.0.0.1", option).exitCode()).isEqualTo(2);
  }

  /// In network namespaces of its own: what the system allows is set there.
  @Nested
  class InALab {
    @TempDir private Path logs;
    private Lab lab;
    private Host here;
    private Host there;

    @BeforeEach
    void plugIn() throws IOException {
      Lab.assumePossible("ping iputils-ping\nnft nftables");
      lab = Lab.open(logs, _ -> List.of());
      Link link = lab.link("ping");
      here = lab.host("here").plug("eth0", "52:54:00:0d:01:01", link, "10.79.3.1/24");
      there = lab.host("there").plug("eth0", "52:54:00:0d:01:02", link, "10.79.3.2/24");
    }

    @AfterEach
    void unplug() {
      if (lab != null) {
        lab.close();
      }
    }

    private Ran ping(String... options) throws Exception {
      return here.inside(() -> run(options));
    }

    /// A new namespace allows nobody: 1 to 0 (ip-sysctl.rst, ping_group_range).
    @Test
    void a_datagram_socket_needs_its_group_in_the_range() throws Exception {
      Ran refused = ping("10.79.3.2", "--method", "icmp");
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err()).contains("--method ICMP is not to be had here: Permission denied");
      assertThat(ping("10.79.3.2").out()).startsWith("10.79.3.2 by ICMP raw socket\n");

      here.run("sysctl -q -w net.ipv4.ping_group_range=0\t0");
      Ran allowed = ping("10.79.3.2", "--count", "3");
      assertThat(allowed.out())
          .startsWith("10.79.3.2 by ICMP datagram socket\n")
          .contains("3 of 3 answered");
      assertThat(allowed.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"icmp", "raw", "system"})
    void who_is_not_there_does_not_answer(String method) throws Exception {
      here.run("sysctl -q -w net.ipv4.ping_group_range=0\t0");
      here.run("ip neigh add 10.79.3.9 lladdr 52:54:00:0d:01:09 dev eth0");
      Ran ran = ping("10.79.3.9", "--method", method, "--count", "1");
      assertThat(ran.out()).contains("   1  no answer", "1 of 1 lost", "ping-no-answer");
      assertThat(ran.exitCode()).isEqualTo(3);
    }

    @Test
    void the_systems_own_ping_tells_its_time() throws Exception {
      Ran ran = ping("10.79.3.2", "--method", "system", "--count", "2");
      assertThat(ran.out())
          .startsWith("10.79.3.2 by the system's ping\n")
          .containsPattern("   2  \\d+\\.\\d{3} ms")
          .contains("2 of 2 answered");
      assertThat(ran.exitCode()).isZero();
    }

    /// As on a bad cable.
    @ParameterizedTest
    @ValueSource(strings = {"icmp", "raw", "system"})
    void losses_are_counted(String method) throws Exception {
      here.run("sysctl -q -w net.ipv4.ping_group_range=0\t0");
      there.run("nft add table ip f");
      there.run("nft add chain ip f in { type filter hook input priority 0 ; }");
      there.run(
          "nft add rule ip f in icmp type echo-request limit rate over 1/hour burst 2 packets drop");
      Ran ran = ping("10.79.3.2", "--method", method, "--count", "3");
      assertThat(ran.out()).contains("2 of 3 answered", "1 of 3 lost", "ping-loss");
      assertThat(ran.exitCode()).isZero();
    }
  }
}
