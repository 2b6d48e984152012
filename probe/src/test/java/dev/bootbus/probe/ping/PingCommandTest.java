package dev.bootbus.probe.ping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
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
}
