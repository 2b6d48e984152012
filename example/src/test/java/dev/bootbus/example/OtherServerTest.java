package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// ProxyDHCP beside servers that are not ours, each on a link of its own: they give the addresses,
/// and whoever does not boot hears of them only.
class OtherServerTest {
  enum Other {
    DNSMASQ,
    KEA;

    /// Of its link's /24: we are 1, it is 2.
    String net() {
      return "10.77." + (ordinal() + 1);
    }

    String port() {
      return "eth" + ordinal();
    }

    String mac(String host) {
      return "52:54:00:04:%s:0%d".formatted(host, ordinal());
    }

    Inet4Address address(int host) {
      return Inet4Address.ofLiteral(net() + "." + host);
    }
  }

  @TempDir private static Path logs;
  private static Lab lab;
  private static final Map<Other, Link> links = new EnumMap<>(Other.class);

  @BeforeAll
  static void theServers() throws Exception {
    Lab.assumePossible(
        """
        udhcpc udhcpc
        dnsmasq dnsmasq-base
        kea-dhcp4 kea-dhcp4-server""");
    lab = Lab.open(logs, Service.DEPLOYED);
    Host ours = lab.host("ours");
    ours.bus();
    ours.service("kernel-backend", "--bucket-prefix proxied");
    for (Other other : Other.values()) {
      Link link = lab.link(other.name().toLowerCase(Locale.ROOT));
      links.put(other, link);
      ours.plug(other.port(), other.mac("01"), link, other.net() + ".1/24");
      ours.service("dhcp-server", "--mode proxy --interface " + other.port());
      Host host =
          lab.host("other" + other.ordinal())
              .plug("eth0", other.mac("02"), link, other.net() + ".2/24");
      switch (other) {
        case DNSMASQ -> dnsmasq(host, other);
        case KEA -> kea(host, other);
      }
    }
  }

  private static void dnsmasq(Host host, Other other) throws IOException {
    String range = "--dhcp-range=%1$s.100,%1$s.150,255.255.255.0,1h".formatted(other.net());
    host.start(
            "dnsmasq",
            "--no-daemon",
            "--conf-file=/dev/null",
            "--port=0",
            "--user=root",
            "--leasefile-ro",
            "--dhcp-authoritative",
            "--no-ping",
            range)
        .awaitSaid("IP range");
  }

  private static void kea(Host host, Other other) throws IOException {
    Path folder = lab.folder("kea");
    Path config =
        Files.writeString(
            folder.resolve("kea.json"),
            """
            {"Dhcp4": {
              "interfaces-config": {"interfaces": ["eth0"]},
              "lease-database": {"type": "memfile", "persist": false},
              "subnet4": [{"subnet": "%1$s.0/24", "pools": [{"pool": "%1$s.100 - %1$s.150"}]}],
              "loggers": [{"name": "kea-dhcp4", "severity": "INFO",
                           "output_options": [{"output": "stdout"}]}]
            }}
            """
                .formatted(other.net()));
    host.start(
            "env",
            "KEA_PIDFILE_DIR=" + folder,
            "KEA_LOCKFILE_DIR=" + folder,
            "kea-dhcp4",
            "-c",
            config.toString())
        .awaitSaid("DHCP4_STARTED");
  }

  @AfterAll
  static void removeThem() {
    if (lab != null) {
      lab.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void firmwareTakesTheAddressThereAndTheBootFromUs(Other other) throws Exception {
    Inet4Address us = other.address(1);
    Inet4Address them = other.address(2);
    Host host =
        lab.host("uefi" + other.ordinal()).plug("eth0", "52:54:00:77:00:10", links.get(other), "");
    host.run("ip route add default dev eth0"); // for its broadcasts
    try (Wire wire = Wire.on(links.get(other));
        PxeMachine machine = new PxeMachine(host)) {
      Map<Inet4Address, DhcpMessage> offers = machine.discover(2);
      assertThat(offers).containsOnlyKeys(us, them);
      DhcpMessage boot = offers.get(us);
      assertThat(boot.yiaddr()).isEqualTo(DhcpMessage.NO_ADDRESS);
      assertThat(boot.options().has(Option.LEASE_TIME)).isFalse();
      assertThat(boot.siaddr()).isEqualTo(us);
      assertThat(boot.file()).isEqualTo("ipxe.efi");
      assertThat(boot.options().get(Option.VENDOR_CLASS)).contains("PXEClient");
      DhcpMessage address = offers.get(them);
      assertThat(address.file()).isEmpty();

      DhcpMessage ack = machine.request(address);

      assertThat(ack.yiaddr()).isEqualTo(address.yiaddr());
      host.run("ip addr add %s/24 dev eth0".formatted(ack.yiaddr().getHostAddress()));
      DhcpMessage service = machine.askBootService(ack.yiaddr(), us);
      assertThat(service.file()).isEqualTo("ipxe.efi");
      assertThat(service.yiaddr()).isEqualTo(DhcpMessage.NO_ADDRESS);

      wire.await1(seen -> seen.isFrom(us) && seen.is(MessageType.ACK));
      assertThat(wire.seen(seen -> seen.isFrom(us)))
          .as("one OFFER, and one ACK from the boot service")
          .hasSize(2)
          .allMatch(seen -> seen.message().yiaddr().equals(DhcpMessage.NO_ADDRESS));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatDoesNotBootHearsNothingOfUs(Other other) throws Exception {
    Host host =
        lab.host("plain" + other.ordinal()).plug("eth0", other.mac("03"), links.get(other), "");
    try (Wire wire = Wire.on(links.get(other))) {
      Map<String, String> lease = ForeignClient.UDHCPC.start(host).bound();

      assertThat(lease.get("address")).startsWith(other.net() + ".1");
      wire.await1(seen -> seen.isFrom(other.address(2)) && seen.is(MessageType.ACK));
      assertThat(wire.seen(seen -> seen.isFrom(other.address(1)))).isEmpty();
    }
  }
}
