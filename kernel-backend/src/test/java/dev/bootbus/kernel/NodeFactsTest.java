package dev.bootbus.kernel;

import static dev.bootbus.kernel.OneMachine.BIOS;
import static dev.bootbus.kernel.OneMachine.ID;
import static dev.bootbus.kernel.OneMachine.MAC;
import static dev.bootbus.kernel.OneMachine.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a node knows of its machine, from packets, addresses and operators, over a real bus.
@ExtendWith(OnNats.class)
class NodeFactsTest {
  private Backends backends;
  private OneMachine machine;

  @BeforeEach
  void connect(Backends own) {
    backends = own;
    machine = new OneMachine(own);
  }

  @AfterEach
  void disconnect() {
    machine.close();
  }

  @Test
  void anAddressThatIsAnothersContradictsTheMachineThatAUrlNames() throws Exception {
    machine.start("plain");
    machine.discover(BIOS);
    machine.script();
    machine.awaitState("commissioning booting");
    String other = backends.address(Lab.request(Lab.mac(9), null));
    machine.told(
        BootEvent.of(EventKind.HTTP_SERVED)
            .mac(MAC)
            .address(Ipv4.parse(other))
            .with(EventFact.FILE, "plain/vmlinuz"));
    machine.told(
        BootEvent.of(EventKind.HTTP_SERVED)
            .address(Ipv4.parse(other))
            .with(EventFact.FILE, "plain/vmlinuz"));
    await()
        .atMost(SOON)
        .until(
            () ->
                machine
                    .record("52-54-00-00-00-09")
                    .orElseThrow()
                    .body()
                    .path("status")
                    .asText()
                    .equals("running"));
    assertThat(machine.state()).isEqualTo("commissioning booting");
  }

  /// Each hardware address has its own lease; all are one node, which boots one thing.
  @Test
  void aMachineWithTwoHardwareAddressesIsOneNode() throws Exception {
    machine.start("plain");
    String first = machine.address();
    ObjectNode body = machine.node().deepCopy();
    body.putArray("macs").add("52:54:00:00:00:09");
    assertThat(machine.replace(body)).isInstanceOf(Change.Done.class);
    String second = backends.address(Lab.request(Lab.mac(9), null));
    assertThat(second).isNotEqualTo(first);
    assertThat(backends.storedLeases().get(second).mac()).isEqualTo(Lab.mac(9));
    assertThat(backends.storedLeases().get(second).hostname()).isEqualTo("steady-hornet");
    String script =
        Lab.text(
            backends.ask(
                new FileRequest(
                    "boot.ipxe", Protocol.HTTP, Ipv4.parse(second), MacAddress.NONE, "")));
    assertThat(script).contains("steady-hornet (52:54:00:12:34:56) boots plain");
    machine.awaitState("commissioning booting");
    machine.told(
        BootEvent.of(EventKind.HTTP_SERVED)
            .address(Ipv4.parse(second))
            .with(EventFact.FILE, "plain/vmlinuz"));
    machine.awaitState("commissioning running");
    assertThat(backends.nodes().keys()).containsExactly(ID);
  }

  @Test
  void anAddressThatTheApiFixesIsNobodyElses() throws Exception {
    machine.start("plain");
    machine.discover(BIOS);
    await().atMost(SOON).until(() -> machine.record().isPresent());
    assertThat(machine.replace(machine.node().deepCopy().put("address", "192.168.77.101")))
        .isInstanceOf(Change.Done.class);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              for (int i = 0; i < 20; i++) {
                assertThat(backends.ask(Lab.discover(Lab.mac(100 + i))).toString())
                    .doesNotContain("192.168.77.101");
              }
            });
    assertThat(machine.address()).isEqualTo("192.168.77.101");
  }

  /// A packet that says nothing new costs no record.
  @Test
  void whatAPacketSaysIsStoredWhenItIsNew() throws Exception {
    machine.start("plain");
    machine.discover(BIOS);
    await().atMost(SOON).until(() -> machine.record().orElseThrow().revision() > 0);
    long revision = machine.record().orElseThrow().revision();
    for (int i = 0; i < 20; i++) {
      machine.discover(BIOS);
      machine.address();
    }
    backends.answer(sighting("PXEClient:Arch:00000:UNDI:002001", List.of(), null, "01020a0b"));
    await().atMost(SOON).until(() -> machine.record().orElseThrow().revision() == revision + 1);
    assertThat(machine.node().path("vendorClass").asText())
        .isEqualTo("PXEClient:Arch:00000:UNDI:002001");
    assertThat(machine.node().path("circuit").asText()).isEqualTo("0a0b");
    assertThat(machine.node().path("link").asText()).isEqualTo("192.168.77.1");
    // iPXE, the system, a renewal past the relay
    backends.answer(sighting("PXEClient:Arch:00000:UNDI:9", List.of("iPXE"), null, "01020a0b"));
    backends.answer(sighting("udhcp 1.36", List.of(), null, "01020a0b"));
    backends.answer(sighting("udhcp 1.36", List.of(), "192.168.77.100", ""));
    backends.answer(sighting("HTTPClient:Arch:00016", List.of(), null, "01020a0c"));
    await().atMost(SOON).until(() -> machine.node().path("circuit").asText().equals("0a0c"));
    assertThat(machine.record().orElseThrow().revision()).isEqualTo(revision + 2);
  }

  private static DhcpRequest sighting(
      String vendorClass, List<String> userClass, @Nullable String ciaddr, String agent) {
    return new DhcpRequest(
        MAC,
        "",
        new DhcpRequest.Facts(
            Mode.DHCP,
            "REQUEST",
            -1,
            List.of(),
            vendorClass,
            userClass,
            "",
            "",
            "",
            null,
            null,
            ciaddr == null ? null : Ipv4.parse(ciaddr),
            ciaddr == null ? Ipv4.parse("192.168.77.1") : null,
            null,
            agent,
            ""));
  }
}
