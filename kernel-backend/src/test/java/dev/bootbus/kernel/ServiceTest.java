package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Lease;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.api.KeyValueEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The whole backend over a real bus.
class ServiceTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");
  private static final String[] SMALL_POOL = {
    "--pool=192.168.77.100-192.168.77.103",
    "--subnet=192.168.77.0/24",
    "--gateway=192.168.77.1",
    "--boot-url=http://192.168.77.1"
  };
  private static final String KERNELS =
      """
      kernels:
        - {name: alpine, arch: x86_64, kernel: vmlinuz, initrd: initrd.img}
        - {name: debian, arch: aarch64, kernel: linux}
      default: {x86_64: alpine, aarch64: debian}
      nodes:
        - {mac: 52:54:00:00:00:50, hostname: storage-1, address: 192.168.77.50, kernel: alpine}
        - {mac: 52:54:00:00:00:51, netboot: false, address: 192.168.77.102}
      """;

  private static NatsServer nats;
  private Backends backends;

  @BeforeAll
  static void startNats() throws IOException {
    nats = NatsServer.start(true);
  }

  @AfterAll
  static void stopNats() throws IOException {
    nats.close();
  }

  @BeforeEach
  void connect() {
    backends = new Backends(nats);
  }

  @AfterEach
  void disconnect() {
    backends.close();
  }

  @Test
  void offersAnAddressAndThenLeasesIt() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    String offered = backends.address(Lab.discover(MAC));
    assertThat(offered).isBetween("192.168.77.100", "192.168.77.103");
    assertThat(backends.address(Lab.discover(MAC))).isEqualTo(offered); // it is sent again
    assertThat(backends.storedLeases()).isEmpty();

    DhcpResponse.Answer answer = backends.answer(Lab.select(MAC, offered));
    assertThat(answer.dhcp())
        .isEqualTo(
            new Dhcp(
                MAC,
                Ipv4.parse(offered),
                Ipv4.parse("255.255.255.0"),
                Ipv4.parse("192.168.77.1"),
                List.of(),
                "steady-hornet",
                "",
                Ipv4.parse("192.168.77.255"),
                List.of(),
                3600,
                List.of()));
    Lease bound = backends.storedLeases().get(offered);
    assertThat(bound.state()).isEqualTo(Lease.State.BOUND);
    assertThat(bound.expires()).isEqualTo(backends.clock.instant().plusSeconds(3600));
    assertThat(bound.hostname()).isEqualTo("steady-hornet");
  }

  @Test
  void renewsALease() throws Exception {
    backends.start("", SMALL_POOL);
    String first = backends.address(Lab.request(MAC, null));
    backends.clock.pass(Duration.ofSeconds(1800));
    assertThat(backends.address(Lab.request(MAC, first))).isEqualTo(first);
    assertThat(backends.storedLeases().get(first).expires())
        .isEqualTo(backends.clock.instant().plusSeconds(3600));
    assertThat(backends.storedLeases()).hasSize(1);
  }

  @Test
  void showsAMachineItsOwnAddressWhenItAsksForAnother() throws Exception {
    backends.start("", SMALL_POOL);
    String mine = backends.address(Lab.request(MAC, "192.168.77.101"));
    String other = backends.address(Lab.request(Lab.mac(7), "192.168.77.103"));
    assertThat(backends.address(Lab.request(MAC, other))).isEqualTo(mine);
    assertThat(backends.ask(Lab.request(Lab.mac(8), other)))
        .isEqualTo(new DhcpResponse.Error(409, "192.168.77.103 belongs to another machine"));
    assertThat(backends.storedLeases().get(other).mac()).isEqualTo(Lab.mac(7));
  }

  @Test
  void anExhaustedPoolSaysSoUntilALeaseExpires() throws Exception {
    backends.start("", SMALL_POOL);
    for (int i = 0; i < 4; i++) {
      backends.address(Lab.request(Lab.mac(i), null));
    }
    DhcpResponse exhausted =
        new DhcpResponse.Error(
            503, "pool exhausted: all 4 addresses of 192.168.77.100-192.168.77.103 are leased");
    assertThat(backends.ask(Lab.discover(MAC))).isEqualTo(exhausted);
    backends.clock.pass(Duration.ofSeconds(3599));
    assertThat(backends.ask(Lab.discover(MAC))).isEqualTo(exhausted);
    backends.clock.pass(Duration.ofSeconds(1));
    assertThat(backends.address(Lab.discover(MAC))).startsWith("192.168.77.10");
    assertThat(backends.storedLeases()).hasSize(4);
  }

  @Test
  void anOfferThatNobodyTakesIsFreeAgain() throws Exception {
    backends.start("", "--pool=192.168.77.100-192.168.77.100", "--subnet=192.168.77.0/24");
    assertThat(backends.address(Lab.discover(Lab.mac(1)))).isEqualTo("192.168.77.100");
    assertThat(backends.ask(Lab.discover(MAC))).isInstanceOf(DhcpResponse.Error.class);
    backends.clock.pass(Duration.ofSeconds(60));
    assertThat(backends.address(Lab.discover(MAC))).isEqualTo("192.168.77.100");
  }

  @Test
  void aFixedAddressIsItsMachinesAlone() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    MacAddress storage = MacAddress.parse("52:54:00:00:00:50");
    DhcpResponse.Answer answer = backends.answer(Lab.discover(storage));
    assertThat(answer.dhcp().ipAddress()).isEqualTo(Ipv4.parse("192.168.77.50"));
    assertThat(answer.dhcp().hostname()).isEqualTo("storage-1");
    for (int i = 0; i < 3; i++) {
      assertThat(backends.address(Lab.request(Lab.mac(i), null))).isNotEqualTo("192.168.77.102");
    }
    assertThat(backends.ask(Lab.discover(Lab.mac(3)))).isInstanceOf(DhcpResponse.Error.class);
    MacAddress inside = MacAddress.parse("52:54:00:00:00:51");
    assertThat(backends.address(Lab.request(inside, null))).isEqualTo("192.168.77.102");
  }

  @Test
  void registersEachMachineOnce() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    DhcpRequest first = Lab.request(MAC, Mode.DHCP, "DISCOVER", null, List.of(7));
    backends.ask(first);
    long revision = node(MAC).getRevision();
    backends.ask(first);
    backends.ask(Lab.request(MAC, null));
    assertThat(backends.nodes().get(MAC.dashed()).getRevision()).isEqualTo(revision);
    assertThat(backends.nodes().get(MAC.dashed()).getValueAsString())
        .matches(
            "\\{\"mac\":\"52:54:00:12:34:56\",\"hostname\":\"steady-hornet\",\"kernel\":\"\","
                + "\"arch\":\"x86_64\",\"uuid\":\"\",\"firstSeen\":1767225600000,"
                + "\"token\":\"525400123456-[0-9a-f]{32}\"}");
  }

  /// The record of a machine, which is stored after the machine has its answer.
  private KeyValueEntry node(MacAddress mac) throws Exception {
    await().until(() -> backends.nodes().get(mac.dashed()) != null);
    return backends.nodes().get(mac.dashed());
  }

  @Test
  void learnsTheArchitectureLater() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    assertThat(backends.answer(Lab.discover(MAC)).netboot()).isEqualTo(new Netboot(true, ""));
    DhcpRequest later = Lab.request(MAC, Mode.DHCP, "DISCOVER", null, List.of(11));
    assertThat(backends.answer(later).netboot())
        .isEqualTo(new Netboot(true, "http://192.168.77.1/boot.ipxe?mac=52-54-00-12-34-56"));
    await().until(() -> backends.nodes().get(MAC.dashed()).getValueAsString().contains("aarch64"));
  }

  @Test
  void unknownMachinesMayBeRefused() throws Exception {
    String[] strict = Arrays.copyOf(SMALL_POOL, SMALL_POOL.length + 1);
    strict[SMALL_POOL.length] = "--unknown=refuse";
    backends.start(KERNELS, strict);
    assertThat(backends.ask(Lab.discover(MAC)))
        .isEqualTo(new DhcpResponse.Error(404, "52:54:00:12:34:56 is not a known node"));
    assertThat(backends.ask(script(Protocol.HTTP, "boot.ipxe", "10.0.0.1", MAC)))
        .isEqualTo(new FileAnswer.NotFound("52:54:00:12:34:56 is not a known node"));
    MacAddress declared = MacAddress.parse("52:54:00:00:00:50");
    assertThat(backends.address(Lab.discover(declared))).isEqualTo("192.168.77.50");
    backends.nodes().put(MAC.dashed(), "{\"mac\":\"525400123456\",\"firstSeen\":0}");
    await().until(() -> backends.ask(Lab.discover(MAC)) instanceof DhcpResponse.Answer);
  }

  @Test
  void unknownMachinesMayGetAnAddressAndNothingElse() throws Exception {
    String[] some = Arrays.copyOf(SMALL_POOL, SMALL_POOL.length + 1);
    some[SMALL_POOL.length] = "--unknown=lease";
    backends.start(KERNELS, some);
    DhcpRequest discover = Lab.request(MAC, Mode.DHCP, "DISCOVER", null, List.of(0));
    String address = backends.address(discover);
    DhcpResponse.Answer answer = backends.answer(Lab.select(MAC, address));
    assertThat(answer.dhcp().ipAddress()).isEqualTo(Ipv4.parse(address));
    assertThat(answer.dhcp().hostname()).isEqualTo("steady-hornet-3456");
    MacAddress declared = MacAddress.parse("52:54:00:00:00:50");
    backends.address(Lab.discover(declared));
    node(declared); // stored after it would have been
    assertThat(backends.nodes().keys()).containsExactly(declared.dashed());
  }

  @Test
  void anyReplicaBindsWhatAnotherHasOffered() throws Exception {
    backends.start("", SMALL_POOL);
    String offered = backends.address(Lab.discover(MAC));
    backends.start("", SMALL_POOL);
    backends.stopOldest();
    assertThat(backends.address(Lab.select(MAC, offered))).isEqualTo(offered);
    assertThat(backends.storedLeases().get(offered).mac()).isEqualTo(MAC);
  }

  @Test
  void aReleasedAddressIsFreeAndItsMachineGetsItAgain() throws Exception {
    backends.start("", "--pool=192.168.77.100-192.168.77.101", "--subnet=192.168.77.0/24");
    String mine = backends.address(Lab.request(MAC, null));
    String other = backends.address(Lab.request(Lab.mac(1), null));
    DhcpResponse notMine = backends.ask(release(MAC, other));
    assertThat(notMine)
        .isEqualTo(new DhcpResponse.Error(409, other + " is not leased to this machine"));
    assertThat(backends.ask(release(MAC, mine))).isInstanceOf(DhcpResponse.Answer.class);
    Lease released = backends.storedLeases().get(mine);
    assertThat(released.state()).isEqualTo(Lease.State.RELEASED);
    assertThat(released.expires()).isEqualTo(backends.clock.instant());
    assertThat(released.hostname()).isEqualTo("steady-hornet");
    assertThat(backends.address(Lab.discover(MAC))).isEqualTo(mine);
    assertThat(backends.ask(Lab.discover(Lab.mac(2)))).isInstanceOf(DhcpResponse.Error.class);
    backends.clock.pass(Duration.ofSeconds(60)); // the offer is over
    assertThat(backends.address(Lab.discover(Lab.mac(2)))).isEqualTo(mine);
  }

  private static DhcpRequest release(MacAddress mac, String address) {
    return Lab.request(mac, Mode.DHCP, "RELEASE", address, List.of());
  }

  private static DhcpRequest decline(MacAddress mac, String address) {
    return Lab.request(mac, Mode.DHCP, "DECLINE", address, List.of());
  }

  @Test
  void aDeclinedAddressIsNobodysForAWhile() throws Exception {
    backends.start("", SMALL_POOL);
    String first = backends.address(Lab.request(MAC, null));
    assertThat(backends.ask(decline(MAC, first))).isInstanceOf(DhcpResponse.Answer.class);
    assertThat(backends.ask(decline(Lab.mac(1), first))).isInstanceOf(DhcpResponse.Error.class);
    String second = backends.address(Lab.request(MAC, null));
    assertThat(second).isNotEqualTo(first);
    for (int i = 0; i < 2; i++) {
      assertThat(backends.address(Lab.request(Lab.mac(i), null))).isNotEqualTo(first);
    }
    assertThat(backends.ask(Lab.discover(Lab.mac(2)))).isInstanceOf(DhcpResponse.Error.class);
    backends.clock.pass(Duration.ofSeconds(600));
    assertThat(backends.address(Lab.discover(Lab.mac(2)))).isEqualTo(first);
  }

  /// Each of many machines that there are not declines whatever it is offered.
  @Test
  void aFloodOfDeclinesLeavesThePoolAlive() throws Exception {
    backends.start("", "--pool=10.0.0.1-10.0.0.100", "--subnet=10.0.0.0/8", "--max-declined=20");
    for (int i = 0; i < 300; i++) {
      MacAddress mac = Lab.mac(1000 + i);
      String offered = backends.address(Lab.discover(mac));
      assertThat(backends.ask(decline(mac, offered))).isInstanceOf(DhcpResponse.Answer.class);
    }
    for (int i = 0; i < 80; i++) {
      assertThat(backends.address(Lab.request(Lab.mac(i), null))).startsWith("10.0.0.");
    }
    assertThat(backends.ask(Lab.discover(Lab.mac(99)))).isInstanceOf(DhcpResponse.Error.class);
  }

  @Test
  void aProxyRequestWritesNoLease() throws Exception {
    backends.start(KERNELS, "--boot-url=http://192.168.77.1", "--subnet=192.168.77.0/24");
    DhcpRequest request = Lab.request(MAC, Mode.PROXY, "DISCOVER", null, List.of(0));
    DhcpResponse.Answer answer = backends.answer(request);
    assertThat(answer.dhcp())
        .isEqualTo(
            new Dhcp(MAC, null, null, null, List.of(), "", "", null, List.of(), 0, List.of()));
    assertThat(answer.netboot().ipxeScriptUrl())
        .isEqualTo("http://192.168.77.1/boot.ipxe?mac=52-54-00-12-34-56");
    assertThat(backends.leases().keys()).isEmpty();
    node(MAC);
    assertThat(backends.nodes().keys()).containsExactly(MAC.dashed());
    assertThat(backends.ask(Lab.discover(MAC)))
        .isEqualTo(
            new DhcpResponse.Error(
                503, "no pool in 192.168.77.0/24: set --pool, or pools of the subnet"));
  }

  @Test
  void anInformGetsSettingsAndNoAddress() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    Dhcp dhcp = backends.answer(Lab.request(MAC, Mode.DHCP, "INFORM", null, List.of())).dhcp();
    assertThat(dhcp.ipAddress()).isNull();
    assertThat(dhcp.leaseTime()).isZero();
    assertThat(dhcp.defaultGateway()).isEqualTo(Ipv4.parse("192.168.77.1"));
    assertThat(backends.leases().keys()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "RELEASE, 52:54:00:12:34:56, 409",
    "DECLINE, 52:54:00:12:34:56, 409",
    "NONSENSE, 52:54:00:12:34:56, 400",
    "DISCOVER, '', 400"
  })
  void whatCannotBeAnsweredChangesNothing(String type, String mac, int code) throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    MacAddress who = MacAddress.parse(mac);
    DhcpResponse answer = backends.ask(Lab.request(who, Mode.DHCP, type, null, List.of()));
    assertThat(answer).isInstanceOf(DhcpResponse.Error.class);
    assertThat(((DhcpResponse.Error) answer).code()).isEqualTo(code);
    assertThat(backends.nodes().keys()).isEmpty();
  }

  @Test
  void writesTheScriptOfAMachine() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    DhcpRequest request = Lab.request(MAC, Mode.DHCP, "REQUEST", null, List.of(0));
    String address = backends.address(request);
    for (String name : List.of("boot.ipxe", "main.ipxe", "autoexec.ipxe")) {
      FileAnswer byMac = backends.ask(script(Protocol.HTTP, name, "10.0.0.1", MAC));
      assertThat(text(byMac))
          .contains("# steady-hornet (52:54:00:12:34:56) boots alpine\n")
          .contains("\nkernel --timeout 60000 http://192.168.77.1/vmlinuz initrd=initrd.img || goto");
      assertThat(backends.ask(script(Protocol.TFTP, name, address, MacAddress.NONE)))
          .isEqualTo(byMac);
    }
    backends.clock.pass(Duration.ofSeconds(3600));
    assertThat(text(backends.ask(script(Protocol.TFTP, "main.ipxe", address, MacAddress.NONE))))
        .contains("chain");
  }

  @Test
  void aMachineThatNobodyKnowsIsAskedWhoItIsOnce() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    for (String name : List.of("boot.ipxe", "main.ipxe", "autoexec.ipxe")) {
      assertThat(text(backends.ask(script(Protocol.TFTP, name, "10.0.0.9", MacAddress.NONE))))
          .contains("chain http://192.168.77.1/boot.ipxe?mac=${netX/mac:hexhyp}");
    }
    assertThat(backends.ask(script(Protocol.HTTP, "boot.ipxe", "10.0.0.9", MacAddress.NONE)))
        .isEqualTo(
            new FileAnswer.NotFound("no machine at 10.0.0.9 is known: add ?mac= to the URL"));
  }

  @Test
  void saysWhyThereIsNoScript() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    assertThat(backends.ask(script(Protocol.HTTP, "boot.ipxe", "10.0.0.9", Lab.mac(1))))
        .isInstanceOf(FileAnswer.NotFound.class)
        .asString()
        .contains("name one for 52:54:00:00:00:01 under nodes, or under default");
    MacAddress off = MacAddress.parse("52:54:00:00:00:51");
    assertThat(backends.answer(Lab.discover(off)).netboot()).isEqualTo(Netboot.DENIED);
    assertThat(backends.ask(script(Protocol.TFTP, "main.ipxe", "192.168.77.102", MacAddress.NONE)))
        .isInstanceOf(FileAnswer.Denied.class);
    assertThat(backends.ask(script(Protocol.TFTP, "pxelinux.cfg/C0A8", "10.0.0.9", MAC)))
        .isEqualTo(new FileAnswer.NotFound("the backend has no such file"));
  }

  @Test
  void withoutABootUrlThereAreNoScripts() throws Exception {
    backends.start(KERNELS, "--subnet=192.168.77.0/24");
    assertThat(backends.ask(script(Protocol.HTTP, "boot.ipxe", "10.0.0.9", MAC)))
        .isEqualTo(
            new FileAnswer.NotFound("the backend writes no scripts: start it with --boot-url"));
    MacAddress storage = MacAddress.parse("52:54:00:00:00:50");
    assertThat(backends.answer(Lab.discover(storage)).netboot()).isEqualTo(new Netboot(true, ""));
  }

  @Test
  void anUnreadableRecordIsSkippedAndItsAddressLeftAlone() throws Exception {
    backends.start("", SMALL_POOL);
    backends.stopNewest();
    backends.leases().put("192-168-77-100", "not json");
    backends.leases().put("192-168-77-101", "{\"mac\":\"525400000001\",\"state\":\"declined\"}");
    backends.leases().put("hello", "{}");
    backends.leases().put("192.168.77.102", "{}"); // another spelling
    backends.nodes().put(MAC.dashed(), "[]");
    try (Log log = new Log()) {
      backends.start("", SMALL_POOL);
      assertThat(log.lines("record skipped"))
          .hasSize(5)
          .anyMatch(line -> line.endsWith("key=192-168-77-100 revision=1: not JSON"));
    }
    for (int i = 0; i < 2; i++) {
      assertThat(backends.address(Lab.request(Lab.mac(i), null)))
          .isIn("192.168.77.102", "192.168.77.103");
    }
    assertThat(backends.ask(Lab.discover(MAC))).isInstanceOf(DhcpResponse.Error.class);
    // one that turns up while the backend runs
    backends.leases().put("192-168-77-102", "broken");
    assertThat(backends.ask(Lab.request(Lab.mac(3), "192.168.77.102")))
        .isEqualTo(new DhcpResponse.Error(409, "192.168.77.102 belongs to another machine"));
    assertThat(backends.leases().get("192-168-77-102").getValueAsString()).isEqualTo("broken");
  }

  @Test
  void logsOneLineForEachOutcome() throws Exception {
    backends.start(KERNELS, SMALL_POOL);
    try (Log log = new Log()) {
      String address = backends.address(Lab.discover(MAC));
      backends.address(Lab.request(MAC, address));
      backends.ask(Lab.request(Lab.mac(1), address));
      backends.ask(script(Protocol.HTTP, "boot.ipxe", "10.0.0.9", MAC));
      backends.ask(release(MAC, address));
      await().until(() -> log.lines("node registered").size() == 2); // nobody waits for it
      assertThat(log.lines(""))
          .map(line -> line.replaceAll("ms=\\d+", "ms=0"))
          .containsExactlyInAnyOrder(
              "INFO node registered mac=52:54:00:12:34:56 hostname=steady-hornet arch=any",
              "INFO lease offered mac=52:54:00:12:34:56 ip=" + address + " ms=0",
              "INFO lease bound mac=52:54:00:12:34:56 ip=" + address + " ms=0",
              "INFO lease released mac=52:54:00:12:34:56 ip=" + address + " ms=0",
              "INFO node registered mac=52:54:00:00:00:01 hostname=brave-squid arch=any",
              "INFO refused mac=52:54:00:00:00:01 code=409 reason=\""
                  + address
                  + " belongs to another machine\"",
              "INFO no script path=boot.ipxe mac=52:54:00:12:34:56 peer=10.0.0.9 reason=\"no kernel"
                  + " for steady-hornet: name one for 52:54:00:12:34:56 under nodes, or under"
                  + " default, in the catalogue\"");
    }
  }

  @Test
  void answersAFrontEndOfTheGoOriginal() throws Exception {
    backends.start(
        "kernels: [{name: a, kernel: k}]\ndefault: a\n",
        "--pool=192.168.2.199-192.168.2.199",
        "--subnet=192.168.2.0/24",
        "--boot-url=http://192.168.2.1");
    byte[] request =
        ServiceTest.class.getResourceAsStream("/golden/request-go-notrace.json").readAllBytes();
    String answer =
        new String(
            backends
                .connection()
                .request(backends.subjects().dhcp(), request, Duration.ofSeconds(5))
                .getData(),
            StandardCharsets.UTF_8);
    assertThat(answer)
        .contains(
            "\"data\":{\"DHCP\":{\"MACAddress\":\"08:00:27:29:4e:67\","
                + "\"IPAddress\":\"192.168.2.199\",\"SubnetMask\":\"255.255.255.0\",")
        .contains("\"Hostname\":\"kind-hawk\"")
        .contains("\"LeaseTime\":3600")
        .contains("\"AllowNetboot\":true")
        .contains("\"RawQuery\":\"mac=08-00-27-29-4e-67\"")
        .contains("\"Error\":{\"Code\":0,\"Message\":\"\"}");
    assertThat(backends.storedLeases().get("192.168.2.199").state()).isEqualTo(Lease.State.BOUND);
  }

  private static FileRequest script(Protocol protocol, String name, String peer, MacAddress mac) {
    return new FileRequest(name, protocol, Ipv4.parse(peer), mac, "");
  }

  private static String text(FileAnswer answer) {
    return answer instanceof FileAnswer.Content content
        ? new String(content.bytes(), StandardCharsets.UTF_8)
        : answer.toString();
  }
}
