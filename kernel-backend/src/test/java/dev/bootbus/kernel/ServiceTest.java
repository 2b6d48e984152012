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
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import io.nats.client.api.KeyValueEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The whole backend over a real bus: machines as nodes, records, logs.
@ExtendWith(OnNats.class)
class ServiceTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");

  private Backends backends;

  @BeforeEach
  void connect(Backends own) {
    backends = own;
  }

  @Test
  void registersEachMachineOnce() throws Exception {
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
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
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    assertThat(backends.answer(Lab.discover(MAC)).netboot()).isEqualTo(new Netboot(true, ""));
    DhcpRequest later = Lab.request(MAC, Mode.DHCP, "DISCOVER", null, List.of(11));
    assertThat(backends.answer(later).netboot())
        .isEqualTo(new Netboot(true, "http://192.168.77.1/boot.ipxe?mac=52-54-00-12-34-56"));
    await().until(() -> backends.nodes().get(MAC.dashed()).getValueAsString().contains("aarch64"));
  }

  @Test
  void unknownMachinesMayBeRefused() throws Exception {
    String[] strict = Arrays.copyOf(Lab.SMALL_POOL, Lab.SMALL_POOL.length + 1);
    strict[Lab.SMALL_POOL.length] = "--unknown=refuse";
    backends.start(Lab.KERNELS, strict);
    assertThat(backends.ask(Lab.discover(MAC)))
        .isEqualTo(new DhcpResponse.Error(404, "52:54:00:12:34:56 is not a known node"));
    assertThat(backends.ask(Lab.script(Protocol.HTTP, "boot.ipxe", "10.0.0.1", MAC)))
        .isEqualTo(new FileAnswer.NotFound("52:54:00:12:34:56 is not a known node"));
    MacAddress declared = MacAddress.parse("52:54:00:00:00:50");
    assertThat(backends.address(Lab.discover(declared))).isEqualTo("192.168.77.50");
    backends.nodes().put(MAC.dashed(), "{\"mac\":\"525400123456\",\"firstSeen\":0}");
    await().until(() -> backends.ask(Lab.discover(MAC)) instanceof DhcpResponse.Answer);
  }

  @Test
  void unknownMachinesMayGetAnAddressAndNothingElse() throws Exception {
    String[] some = Arrays.copyOf(Lab.SMALL_POOL, Lab.SMALL_POOL.length + 1);
    some[Lab.SMALL_POOL.length] = "--unknown=lease";
    backends.start(Lab.KERNELS, some);
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
  void aProxyRequestWritesNoLease() throws Exception {
    backends.start(Lab.KERNELS, "--boot-url=http://192.168.77.1", "--subnet=192.168.77.0/24");
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

  @ParameterizedTest
  @CsvSource({
    "RELEASE, 52:54:00:12:34:56, 409",
    "DECLINE, 52:54:00:12:34:56, 409",
    "NONSENSE, 52:54:00:12:34:56, 400",
    "DISCOVER, '', 400"
  })
  void whatCannotBeAnsweredChangesNothing(String type, String mac, int code) throws Exception {
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    MacAddress who = MacAddress.parse(mac);
    DhcpResponse answer = backends.ask(Lab.request(who, Mode.DHCP, type, null, List.of()));
    assertThat(answer).isInstanceOf(DhcpResponse.Error.class);
    assertThat(((DhcpResponse.Error) answer).code()).isEqualTo(code);
    assertThat(backends.nodes().keys()).isEmpty();
  }

  @Test
  void anUnreadableRecordIsSkippedAndItsAddressLeftAlone() throws Exception {
    backends.start("", Lab.SMALL_POOL);
    backends.stopNewest();
    backends.leases().put("192-168-77-100", "not json");
    backends.leases().put("192-168-77-101", "{\"mac\":\"525400000001\",\"state\":\"declined\"}");
    backends.leases().put("hello", "{}");
    backends.leases().put("192.168.77.102", "{}"); // another spelling
    backends.nodes().put(MAC.dashed(), "[]");
    try (Log log = new Log()) {
      backends.start("", Lab.SMALL_POOL);
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
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    try (Log log = new Log()) {
      String address = backends.address(Lab.discover(MAC));
      backends.address(Lab.request(MAC, address));
      backends.ask(Lab.request(Lab.mac(1), address));
      backends.ask(Lab.script(Protocol.HTTP, "boot.ipxe", "10.0.0.9", MAC));
      backends.ask(Lab.release(MAC, address));
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
}
