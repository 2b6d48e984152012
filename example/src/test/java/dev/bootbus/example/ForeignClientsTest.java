package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.example.ClientRun.Told;
import dev.bootbus.example.Wire.Seen;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that are not ours, against the whole stack: a lease, its renewal, its end.
class ForeignClientsTest {
  private static final Inet4Address SERVER = Inet4Address.ofLiteral("10.77.1.1");

  @TempDir private static Path logs;
  private static Lab lab;
  private static Link link;
  private static Program backend;

  @BeforeAll
  static void theStack() throws Exception {
    Lab.assumePossible(
        """
        udhcpc udhcpc
        dhclient isc-dhcp-client
        dhcpcd dhcpcd-base""");
    lab = Lab.open(logs);
    link = lab.link("lan");
    Host server = lab.host("server").plug("eth0", "52:54:00:01:00:01", link, "10.77.1.1/24");
    server.bus();
    backend =
        server.service(
            "kernel-backend",
            "--pool 10.77.1.100-10.77.1.120 --subnet 10.77.1.0/24 --gateway 10.77.1.1"
                + " --dns 10.77.1.1,10.77.1.2 --domain lab.example --ntp 10.77.1.3 --lease-time 6");
    server.service("dhcp-server", "--interface eth0");
  }

  @AfterAll
  static void removeTheStack() {
    if (lab != null) {
      lab.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void getsALeaseRenewsItAndGivesItBack(ForeignClient client) throws Exception {
    String mac = "52:54:00:01:01:0" + client.ordinal();
    Host host = lab.host(client.program()).plug("eth0", mac, link, "");
    try (Wire wire = link.tap()) {
      ClientRun run = client.start(host, "");

      Map<String, String> lease = run.bound();
      assertThat(lease)
          .containsAllEntriesOf(
              Map.of(
                  "router", "10.77.1.1",
                  "dns", "10.77.1.1 10.77.1.2",
                  "domain", "lab.example",
                  "ntp", "10.77.1.3"));
      assertThat(lease.get("address")).matches("10\\.77\\.1\\.1[0-2]\\d");
      assertThat(lease.get("mask")).isIn("255.255.255.0", "24");

      run.renew();
      run.await1(Told::isRenewed); // at T1, half of the lease time (RFC 2131 §4.4.5)
      Seen renewal = wire.await1(seen -> isRenewal(seen, lease.get("address")));
      assertThat(renewal.target().getAddress()).as("RENEWING is unicast").isEqualTo(SERVER);

      run.release();
      Seen release = wire.await1(seen -> seen.is(MessageType.RELEASE));
      assertThat(release.target().getAddress()).isEqualTo(SERVER);
      assertThat(wire.seen(seen -> seen.is(MessageType.NAK))).isEmpty();
    }
  }

  /// RFC 2131 §4.3.6 table 4: RENEWING has an address, and names neither server nor address.
  private static boolean isRenewal(Seen seen, String address) {
    return seen.is(MessageType.REQUEST)
        && seen.message().ciaddr().getHostAddress().equals(address)
        && !seen.message().options().has(Option.REQUESTED_ADDRESS);
  }
}
