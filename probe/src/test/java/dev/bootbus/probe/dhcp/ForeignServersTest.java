package dev.bootbus.probe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Link.Ports;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The client beside servers of others, on a wire and as a relay.
class ForeignServersTest {
  private static final Ports PORTS = Ports.STANDARD;
  private static final Inet4Address ELSEWHERE = Inet4Address.ofLiteral("10.80.0.5");

  /// Option 43 with the first item of a menu of dnsmasq (PXE specification 2.1 §2.2.3, tag 71).
  private static final Options FIRST_ITEM =
      Options.builder().put(43, Bytes.ofHex("470480000000ff")).build();
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(8), 4, Duration.ofMillis(300));
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(200), Duration.ofMillis(200), 1, Duration.ofMillis(200));

  @TempDir static Path logs;
  private static Lab lab;
  private static int machines;

  /// One link for each, with its server at 1 and the probe at 9.
  private enum Server {
    DNSMASQ,
    KEA,
    ISC;

    String net() {
      return "10.79." + (ordinal() + 1);
    }

    Inet4Address address(int host) {
      return Inet4Address.ofLiteral(net() + "." + host);
    }
  }

  private static final List<Host> PROBES = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    Lab.assumePossible(
        """
        dnsmasq dnsmasq-base
        kea-dhcp4 kea-dhcp4-server
        dhcpd isc-dhcp-server""");
    lab =
        Lab.open(
            logs,
            service -> {
              throw new IOException("no " + service + " here");
            });
    for (Server server : Server.values()) {
      dev.bootbus.schema.testing.lab.Link link = lab.link("pdhcp" + server.ordinal());
      Host host =
          lab.host("s" + server.ordinal())
              .plug("eth0", mac(server, 1), link, server.net() + ".1/24");
      PROBES.add(
          lab.host("p" + server.ordinal())
              .plug("eth0", mac(server, 9), link, server.net() + ".9/24"));
      start(server, host);
    }
  }

  private static String mac(Server server, int host) {
    return "52:54:00:79:%02x:%02x".formatted(server.ordinal(), host);
  }

  private static void start(Server server, Host host) throws IOException {
    switch (server) {
      case DNSMASQ -> dnsmasq(host, server.net());
      case KEA -> kea(host, server.net());
      case ISC -> isc(host, server.net());
    }
  }

  private static Program dnsmasq(Host host, String net) throws IOException {
    return host.start(
            "dnsmasq",
            "--no-daemon",
            "--conf-file=/dev/null",
            "--port=0",
            "--user=root",
            "--leasefile-ro",
            "--no-ping",
            "--log-dhcp",
            "--dhcp-authoritative",
            "--interface=eth0",
            "--dhcp-range=%s.20,%s.250,255.255.255.0,1h".formatted(net, net),
            "--dhcp-boot=loader.efi,boot,%s.1".formatted(net),
            "--pxe-service=X86-64_EFI,network,loader.efi")
        .awaitSaid("dnsmasq-dhcp: ");
  }

  private static void kea(Host host, String net) throws IOException {
    Path folder = lab.folder("kea-");
    Path config =
        Files.writeString(
            folder.resolve("kea.json"),
            """
            {"Dhcp4": {"interfaces-config": {"interfaces": ["eth0"]},
              "lease-database": {"type": "memfile", "persist": false},
              "valid-lifetime": 3600, "authoritative": true,
              "next-server": "NET.1", "boot-file-name": "loader.efi",
              "subnet4": [{"subnet": "NET.0/24", "pools": [{"pool": "NET.20 - NET.250"}],
                "option-data": [{"name": "routers", "data": "NET.1"}]}],
              "loggers": [{"name": "kea-dhcp4", "severity": "INFO",
                "output_options": [{"output": "stdout"}]}]}}
            """
                .replace("NET", net));
    host.start(
            Map.of("KEA_PIDFILE_DIR", folder.toString(), "KEA_LOCKFILE_DIR", folder.toString()),
            List.of("kea-dhcp4", "-c", config.toString()))
        .awaitSaid("DHCP4_STARTED");
  }

  private static void isc(Host host, String net) throws IOException {
    Path folder = lab.folder("isc-");
    Path leases = Files.createFile(folder.resolve("leases"));
    Path config =
        Files.writeString(
            folder.resolve("dhcpd.conf"),
            """
            authoritative; ping-check false; default-lease-time 3600;
            subnet NET.0 netmask 255.255.255.0 {
              range NET.20 NET.250; option routers NET.1;
              next-server NET.1; filename "loader.efi";
            }
            """
                .replace("NET", net));
    host.start(
            "dhcpd",
            "-4",
            "-f",
            "-d",
            "--no-pid",
            "-cf",
            config.toString(),
            "-lf",
            leases.toString(),
            "eth0")
        .awaitSaid("Sending on   Socket/fallback");
  }

  @AfterAll
  static void stop() {
    if (lab != null) {
      lab.close();
    }
  }

  private static Link wire(Server server) throws Exception {
    return PROBES
        .get(server.ordinal())
        .inside(() -> RawLink.open(NetworkInterface.getByName("eth0"), PORTS));
  }

  private static Link relay(Server server) throws Exception {
    return PROBES
        .get(server.ordinal())
        .inside(
            () ->
                RelayLink.open(
                    server.address(9), 67, List.of(server.address(1)), PORTS, Optional.empty()));
  }

  private static Identity machine() {
    machines++;
    MacAddress mac =
        MacAddress.parse("02:b0:07:00:%02x:%02x".formatted(machines >> 8, machines & 0xFF));
    return identity(mac);
  }

  private static Identity identity(MacAddress mac) {
    return new Identity(
        mac,
        Optional.empty(),
        Optional.of("PXEClient:Arch:00007:UNDI:003000"),
        List.of(7),
        Optional.of(Bytes.of((byte) 1, (byte) 3, (byte) 0)),
        Optional.empty(),
        List.of(1, 3, 6, 51, 54, 60, 66, 67),
        1472,
        true,
        Options.EMPTY);
  }

  private static Answer.Acknowledged acknowledged(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Acknowledged.class);
    assertThat(answer.exchange().oddities()).isEmpty();
    return (Answer.Acknowledged) answer;
  }

  @ParameterizedTest
  @EnumSource
  void a_machine_on_the_wire_leads_a_whole_life(Server server) throws Exception {
    try (Link link = wire(server)) {
      live(link, server);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_machine_behind_a_relay_leads_a_whole_life(Server server) throws Exception {
    try (Link link = relay(server)) {
      live(link, server);
    }
  }

  private static void live(Link link, Server server) throws Exception {
    Identity identity = machine();
    Lease lease;
    try (DhcpClient client = DhcpClient.join(link, identity, PATIENCE)) {
      Offers offers = client.discover();
      assertThat(offers.exchange().oddities()).isEmpty();
      assertThat(offers.all()).hasSize(1);
      Reply offer = offers.first().orElseThrow();
      assertThat(offer.sender().address().getAddress()).isEqualTo(server.address(1));
      assertThat(offer.serverId()).contains(server.address(1));
      if (link instanceof RawLink) {
        assertThat(offer.sender().mac()).contains(MacAddress.parse(mac(server, 1)));
      }
      Answer.Acknowledged bound = acknowledged(client.request(offer));
      assertThat(bound.reply().message().yiaddr()).isEqualTo(offer.message().yiaddr());
      lease = bound.lease();
      assertThat(lease.time()).isEqualTo(Duration.ofHours(1));
      assertThat(lease.server()).isEqualTo(server.address(1));
      assertThat(client.conflict(lease)).isEmpty();

      assertThat(acknowledged(client.renew(lease)).lease().address()).isEqualTo(lease.address());
      assertThat(acknowledged(client.rebind(lease)).lease().address()).isEqualTo(lease.address());
      if (server != Server.DNSMASQ || link instanceof RawLink) {
        // dnsmasq without a lease file takes what a relay asks for as new
        assertThat(acknowledged(client.reboot(lease.address())).lease().address())
            .isEqualTo(lease.address());
      }
    }
    try (DhcpClient again = DhcpClient.join(link, identity, PATIENCE)) {
      Answer.Acknowledged informed = acknowledged(again.inform(lease));
      assertThat(informed.reply().givesAddress()).isFalse();
      assertThat(again.reboot(ELSEWHERE)).isInstanceOf(Answer.Refused.class);
      again.release(lease);
      Reply offer = again.discover().first().orElseThrow();
      Lease second = acknowledged(again.request(offer)).lease();
      again.decline(second);
      assertThat(again.discover().first().orElseThrow().message().yiaddr())
          .isNotEqualTo(second.address());
    }
  }

  @Test
  void a_boot_server_is_asked_from_the_port_that_firmware_asks_from() throws Exception {
    for (int from : new int[] {PORTS.client(), PORTS.bootServer()}) {
      try (Link link = wire(Server.DNSMASQ);
          DhcpClient client = DhcpClient.join(link, machine(), PATIENCE)) {
        Reply offer = client.discover().first().orElseThrow();
        Lease lease = acknowledged(client.request(offer)).lease();
        Inet4Address server = Server.DNSMASQ.address(1);
        Answer.Acknowledged boot =
            acknowledged(client.ask(new BootRequest(server, from, FIRST_ITEM), lease));
        assertThat(boot.reply().message().file()).isEqualTo("loader.efi");
        assertThat(boot.reply().sender().address().getPort()).isEqualTo(PORTS.bootServer());
      }
    }
  }

  @Test
  void a_boot_server_is_asked_from_a_relays_address() throws Exception {
    try (Link link = relay(Server.DNSMASQ);
        DhcpClient client = DhcpClient.join(link, machine(), PATIENCE)) {
      Reply offer = client.discover().first().orElseThrow();
      Lease lease = acknowledged(client.request(offer)).lease();
      BootRequest boot = new BootRequest(Server.DNSMASQ.address(1), 4011, FIRST_ITEM);
      assertThat(acknowledged(client.ask(boot, lease)).reply().message().file())
          .isEqualTo("loader.efi");
    }
  }

  @Test
  void nobody_answers_for_a_boot_server_that_is_not_there() throws Exception {
    try (Link link = wire(Server.DNSMASQ);
        DhcpClient client = DhcpClient.join(link, machine(), SHORT)) {
      Reply offer = client.discover().first().orElseThrow();
      Lease lease = acknowledged(client.request(offer)).lease();
      BootRequest boot = new BootRequest(Server.DNSMASQ.address(5), 4011, Options.EMPTY);
      assertThat(client.ask(boot, lease))
          .isInstanceOfSatisfying(
              Answer.Unsent.class,
              unsent -> assertThat(unsent.why()).contains("ARP for 10.79.1.5"));
    }
  }

  @Test
  void a_hundred_machines_share_a_link() throws Exception {
    Set<Inet4Address> given = new HashSet<>();
    try (Link link = wire(Server.KEA);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Lease>> leases = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Identity identity = machine();
        leases.add(threads.submit(() -> leased(link, identity)));
      }
      for (Future<Lease> lease : leases) {
        given.add(lease.get().address());
      }
      assertThat(link.traffic().overflowed()).isZero();
    }
    assertThat(given).hasSize(100);
  }

  private static Lease leased(Link link, Identity identity) throws InterruptedException {
    try (DhcpClient client = DhcpClient.join(link, identity, PATIENCE)) {
      Reply offer = client.discover().first().orElseThrow();
      return acknowledged(client.request(offer)).lease();
    }
  }

  @Test
  void whoever_asks_gets_the_options_of_the_answer() throws Exception {
    try (Link link = wire(Server.ISC);
        DhcpClient client = DhcpClient.join(link, machine(), PATIENCE)) {
      Reply offer = client.discover().first().orElseThrow();
      assertThat(offer.type()).contains(MessageType.OFFER);
      assertThat(offer.message().options().get(Option.ROUTERS))
          .contains(List.of(Server.ISC.address(1)));
      assertThat(offer.message().file()).isEqualTo("loader.efi");
    }
  }
}
