package dev.bootbus.probe.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionTest {
  @TempDir private Path proc;
  private final StringWriter out = new StringWriter();
  private Session session = new Session(new Kernel(Path.of("/")), Main.commandLine(), writer());

  private PrintWriter writer() {
    return new PrintWriter(out);
  }

  @BeforeEach
  void proc() throws IOException {
    write(
        "arp",
        """
        IP address       HW type     Flags       HW address            Mask     Device
        192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0
        192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0
        broken
        """);
    write(
        "route",
        """
        Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
        eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
        eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
        eth0\tzz\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
        """);
    write(
        "tcp",
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
           0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
           1: 0100007F:8F52 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0
        """);
    write(
        "udp6",
        """
          sl  local_address                         remote_address                        st
           0: 00000000000000000000000001000000:0045 00000000000000000000000000000000:0000 07
        """);
    write("sockstat", "sockets: used 61\nTCP: inuse 2 orphan 0\n");
    session = new Session(new Kernel(proc), Main.commandLine(), writer());
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(proc.resolve(name), text);
  }

  private String said(String line) {
    out.getBuffer().setLength(0);
    session.line(line);
    return out.toString();
  }

  @Test
  void the_kernel_s_tables_are_read() {
    assertThat(said("arp").lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly("192.0.2.1 02:fc:00:00:00:05 eth0", "192.0.2.9 no answer eth0");
    assertThat(said("arp stats")).isEqualTo("2 neighbours, 1 did not answer\n");
    assertThat(said("route print").lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "0.0.0.0/0 via 192.0.2.1 eth0 metric 100", "192.0.2.0/24 on the link eth0 metric 0");
    assertThat(said("connections").lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly(
            "tcp 127.0.0.1:80 0.0.0.0:* listen",
            "tcp 127.0.0.1:36690 127.0.0.1:80 established",
            "udp6 [0:0:0:0:0:0:0:1]:69 [0:0:0:0:0:0:0:0]:*");
    assertThat(said("socket stats")).contains("TCP: inuse 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fetch boot.test/kernel        | Probe[arguments=[http, get, http://boot.test/kernel]]
          fetch https://h/k --close     | Probe[arguments=[http, get, https://h/k, --close]]
          fetch tftp://h/k              | Probe[arguments=[tftp, get, tftp://h/k]]
          resolve h                     | Probe[arguments=[dns, h, --server, 192.0.2.3]]
          resolve h aaaa                | Probe[arguments=[dns, h, --type, aaaa, --server, 192.0.2.3]]
          ping h                        | Probe[arguments=[ping, h]]
          tftp get h "a b"              | Probe[arguments=[tftp, get, h, a b]]
          socket tcptest h 22           | TcpTest[host=h, port=22]
          socket tcptest h              | TcpTest[host=h, port=80]
          socket tcptest h 99999        | Wrong[why=99999 is no port]
          ns 192.0.2.4                  | NameServer[address=[192.0.2.4]]
          route                         | RoutePrint[]
          quit                          | Quit[]
          ''                            | Empty[]
          """)
  void verbs_of_the_loader_become_what_a_host_can_do(String line, String verb) {
    assertThat(Verb.parse(Lines.words(line), List.of("192.0.2.3")).toString()).isEqualTo(verb);
  }

  @ParameterizedTest
  @CsvSource({"await", "filters", "arp ip 192.0.2.1", "route add x", "route del x", "console"})
  void verbs_without_sense_on_a_host_say_so(String line) {
    assertThat(Verb.parse(Lines.words(line), List.of())).isInstanceOf(Verb.Pointless.class);
    assertThat(said(line)).contains(": ");
  }

  @Test
  void help_knows_every_verb_and_the_name_server_is_remembered() {
    assertThat(said("help")).contains("arp", "connections", "fetch", "ns", "ping", "resolve");
    assertThat(said("ns 192.0.2.4")).isEqualTo("192.0.2.4\n");
    assertThat(said("ns")).isEqualTo("192.0.2.4\n");
    assertThat(said("ns -")).doesNotContain("192.0.2.4");
    assertThat(session.line("quit").end()).isTrue();
    assertThat(session.line("arp stats stats").exitCode()).isEqualTo(2);
    assertThat(session.line("ping 127.0.0.1 --count 1").exitCode()).isZero();
  }

  @Test
  void a_TCP_connection_is_tried() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
      assertThat(said("socket tcptest 127.0.0.1 " + port)).contains("port " + port + " is open");
    }
    assertThat(said("socket tcptest 127.0.0.1 " + port)).contains("refused");
    assertThat(said("socket tcptest no-such-host.invalid"))
        .contains("no-such-host.invalid port 80: ");
  }

  @Test
  void long_lines_are_cut_off_and_the_rest_is_not_a_line_of_its_own() throws Exception {
    StringReader in = new StringReader("x".repeat(10_000) + "\r\nhelp");
    assertThat(Lines.read(in, 10)).isEqualTo("xxxxxxxxxx");
    assertThat(Lines.read(in, 10)).isEqualTo("help");
    assertThat(Lines.read(in, 10)).isNull();
  }
}
