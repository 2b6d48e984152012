package dev.bootbus.probe.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.probe.Main;
import dev.bootbus.probe.Report;
import dev.bootbus.probe.bus.BusView;
import dev.bootbus.probe.explain.Servers;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `probe doctor` in real places.
class DoctorCommandTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final MacAddress MAC = MacAddress.parse("52:54:00:00:00:10");

  private record Run(int code, String said) {}

  private static Run doctor(String... options) {
    StringWriter said = new StringWriter();
    String[] words = new String[options.length + 1];
    words[0] = "doctor";
    System.arraycopy(options, 0, words, 1, options.length);
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(said))
            .execute(words);
    return new Run(code, said.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "--url=ftp://x/y",
    "--url=tftp:y",
    "--arch=70000",
    "--minutes=0",
    "--mac=x",
    "--discover",
    "--nats=ftp://x"
  })
  void a_wrong_command_line_is_refused(String option) {
    assertThat(doctor(option).code()).isEqualTo(2);
  }

  @Test
  void it_says_so_where_nats_is_gone() {
    Run run = doctor("--nats=nats://127.0.0.1:1");

    assertThat(run.code()).isEqualTo(Report.BROKEN);
    assertThat(run.said()).contains("broken   bus").contains("no connection to nats-server");
  }

  /// On the bus, with services of ours.
  @Nested
  class OnTheBus {
    @TempDir private Path logs;
    private NatsServer nats;
    private Servers servers;

    @BeforeEach
    void start() throws IOException {
      nats = NatsServer.start(true);
      servers = Servers.on(nats, logs);
    }

    @AfterEach
    void stop() throws IOException {
      servers.close();
      nats.close();
    }

    @Test
    void it_tells_what_failed_and_shows_one_machines_time() throws Exception {
      assertThat(doctor("--nats=" + nats.url()).said())
          .contains("warning: no backend tells of itself")
          .contains("note     events");
      Path catalogue = logs.resolve("catalogue.yaml");
      Files.writeString(catalogue, "");
      servers.backend(catalogue);
      servers.frontEnd(Servers.freePort(), 0);
      Run healthy = doctor("--nats=" + nats.url(), "--json");
      assertThat(healthy.code()).as(healthy.said()).isEqualTo(Report.OK);
      for (var check : BusView.JSON.readTree(healthy.said()).path("checks")) {
        if (check.path("name").asText().matches("bus|events")) {
          assertThat(check.path("state").asText()).as("%s", check).isEqualTo("ok");
        }
      }

      try (Bus bus = Bus.connect(BusSettings.of("dhcp-server").withServers(nats.url()), _ -> {})) {
        bus.publish(
            BootEvent.of(EventKind.DHCP_REFUSED).mac(MAC).because("netboot-denied", "not now"));
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> {
                  Run run = doctor("--nats=" + nats.url(), "--mac=" + MAC);
                  assertThat(run.code()).isEqualTo(Report.OK);
                  assertThat(run.said())
                      .contains("warning  events")
                      .contains("dhcp-server.refused netboot-denied 1×")
                      .containsPattern("T.*Z +dhcp-server\\.refused +netboot-denied not now");
                });
      }
    }
  }

  /// In network namespaces, with programs of others.
  @Nested
  class InAPlace {
    @TempDir private Path logs;
    private Lab lab;
    private Link link;
    private Host here;
    private Host there;

    @BeforeEach
    void plugIn() throws IOException {
      Lab.assumePossible("dnsmasq dnsmasq-base\nnft nftables");
      lab = Lab.open(logs, service -> List.of());
      link = lab.link("doctor");
      here = lab.host("here").plug("eth0", "52:54:00:0d:00:01", link, "10.79.1.1/24");
      there = lab.host("there").plug("eth0", "52:54:00:0d:00:02", link, "10.79.1.2/24");
    }

    @AfterEach
    void unplug() {
      if (lab != null) {
        lab.close();
      }
    }

    private Run look(String... options) throws Exception {
      String[] words = new String[options.length + 2];
      words[0] = "--no-bus";
      words[1] = "--interface=eth0";
      System.arraycopy(options, 0, words, 2, options.length);
      return here.inside(() -> doctor(words));
    }

    private Program dnsmasq(Host host, String net) throws IOException {
      return host.start(
              "dnsmasq",
              "--no-daemon",
              "--conf-file=/dev/null",
              "--port=0",
              "--user=root",
              "--leasefile-ro",
              "--no-ping",
              "--interface=eth0",
              "--dhcp-range=" + net + ".200," + net + ".220,1h",
              "--enable-tftp",
              "--tftp-root=" + logs)
          .awaitSaid("dnsmasq-dhcp: ");
    }

    @Test
    void a_healthy_place_has_nothing() throws Exception {
      Run run = look();

      assertThat(run.code()).as(run.said()).isEqualTo(Report.OK);
      assertThat(run.said())
          .contains("ok       interface   eth0 is up, 10.79.1.1/24, MTU 1500")
          .contains("ok       ports       none is taken")
          .contains("ok       broadcasts  arrive")
          .doesNotContain("warning", "broken");
    }

    @Test
    void whoever_has_our_ports_is_named() throws Exception {
      dnsmasq(here, "10.79.1");

      assertThat(look().said())
          .containsPattern("UDP 67 belongs to dnsmasq \\(pid \\d+\\)")
          .containsPattern("UDP 69 belongs to dnsmasq \\(pid \\d+\\)");
    }

    @Test
    void two_dhcp_servers_are_found_and_one_is_nobodys_business() throws Exception {
      dnsmasq(there, "10.79.1");
      assertThat(look("--discover").said()).contains("ok       dhcp        10.79.1.2 answers");

      Host third = lab.host("third").plug("eth0", "52:54:00:0d:00:03", link, "10.79.1.3/24");
      dnsmasq(third, "10.79.1");
      assertThat(look("--discover").said())
          .contains("warning: another DHCP server answers on this network")
          .contains("10.79.1.2")
          .contains("10.79.1.3");
    }

    @Test
    void a_switch_port_that_listens_and_learns_first_is_told_from_silence() throws Exception {
      link.spanningTree();
      here.run("ip link set eth0 down");
      dnsmasq(there, "10.79.1");
      here.run("ip link set eth0 up");

      assertThat(look("--discover").said())
          .contains("warning  dhcp        10.79.1.2 answers")
          .contains("warning: nothing passes at first, and later it does")
          .containsPattern("[23] DISCOVERs in \\d\\.\\d s were lost");
    }

    @Test
    void a_small_mtu_an_interface_that_is_down_and_a_firewall_are_found() throws Exception {
      here.run("ip link set eth0 mtu 1400");
      here.run("nft add table inet f");
      here.run("nft add chain inet f in { type filter hook input priority 0 ; }");
      here.run("nft add rule inet f in udp dport 69 drop");
      assertThat(look().said())
          .contains("eth0 has 1400")
          .contains("udp dport 69 drop")
          .contains("note: this machine's firewall drops");

      here.run("ip addr flush dev eth0");
      assertThat(look().said()).contains("broken: the interface has no IPv4 address");
      here.run("ip link set eth0 down");
      Run down = look();
      assertThat(down.code()).isEqualTo(Report.BROKEN);
      assertThat(down.said()).contains("broken: the interface is down");
    }

    @Test
    void a_file_is_fetched_and_looked_into() throws Exception {
      Files.write(logs.resolve("notes.txt"), "no program".getBytes());
      logs.toFile().setReadable(true, false);
      logs.toFile().setExecutable(true, false);
      dnsmasq(there, "10.79.1");

      Run gone = look("--url=tftp://10.79.1.2/nothing.efi");
      assertThat(gone.code()).as(gone.said()).isEqualTo(Report.BROKEN);
      assertThat(gone.said()).contains("has no such file");
      Run wrong = look("--url=tftp://10.79.1.2/notes.txt", "--arch=7");
      assertThat(wrong.code()).as(wrong.said()).isEqualTo(Report.BROKEN);
      Run nobody = look("--url=http://10.79.1.2/ipxe.efi");
      assertThat(nobody.said()).contains("no web server runs there");
    }

    @Test
    void a_narrow_way_is_measured() throws Exception {
      Files.write(logs.resolve("ipxe.efi"), new byte[4000]);
      logs.toFile().setReadable(true, false);
      logs.toFile().setExecutable(true, false);
      dnsmasq(there, "10.79.1");
      String url = "--url=tftp://10.79.1.2/ipxe.efi";

      assertThat(look(url).said())
          .contains("ok       path        packets of 1500 bytes come from 10.79.1.2")
          .contains("ok       path        packets of 1500 bytes reach 10.79.1.2");

      here.narrow("eth0", 1400);
      // the bridge lets a VLAN's four bytes more through
      assertThat(look(url).said())
          .containsPattern("packets of 140[04] bytes come from 10.79.1.2, of 140[48] get lost")
          .containsPattern("--max-blksize\\s+13(68|72)")
          .containsPattern("packets of 140[04] bytes reach 10.79.1.2, of 140[48] get lost");
    }

    @Test
    void a_router_that_says_how_narrow_its_way_is_is_believed() throws Exception {
      Host router = lab.host("router").plug("eth0", "52:54:00:0d:00:04", link, "10.79.1.4/24");
      Link tunnel = lab.link("tunnel");
      router.plug("eth1", "52:54:00:0d:00:05", tunnel, "10.79.2.4/24");
      router.run("ip link set eth1 mtu 1420");
      router.run("sysctl -q -w net.ipv4.ip_forward=1");
      Host far = lab.host("far").plug("eth0", "52:54:00:0d:00:06", tunnel, "10.79.2.1/24");
      far.run("ip route add default via 10.79.2.4");
      here.run("ip route add 10.79.2.0/24 via 10.79.1.4");

      assertThat(look("--url=http://10.79.2.1/ipxe.efi").said())
          .contains("warning: full packets do not reach the server")
          .containsPattern(
              "packets of 1420 bytes reach 10.79.2.1, of 1424 somebody on the way says");
    }
  }
}
