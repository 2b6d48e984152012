package dev.bootbus.kernel;

import static dev.bootbus.kernel.OneMachine.BIOS;
import static dev.bootbus.kernel.OneMachine.ID;
import static dev.bootbus.kernel.OneMachine.MAC;
import static dev.bootbus.kernel.OneMachine.NO_LOADER;
import static dev.bootbus.kernel.OneMachine.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.FileAnswer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What machines boot as their life goes, over a real bus, with the events that file servers
/// publish.
@ExtendWith(OnNats.class)
class LivesTest {
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
  void aLiveSystemComesUpFromTheNetworkEachTime() throws Exception {
    machine.start("live");
    for (int i = 0; i < 5; i++) {
      assertThat(machine.discover(BIOS).ipxeScriptUrl()).endsWith("boot.ipxe?mac=" + ID);
      assertThat(Lab.text(machine.script())).contains("boots live");
      machine.awaitState("commissioning booting");
      machine.fetch("vmlinuz");
      machine.fetch("modloop");
      machine.awaitState("commissioning running");
      machine.discover(NO_LOADER);
    }
  }

  @Test
  void aKernelThatAsksForNothingElseRunsWhenItIsFetched() throws Exception {
    machine.start("plain");
    machine.discover(BIOS);
    machine.script();
    machine.fetch("plain/vmlinuz");
    machine.awaitState("commissioning running");
  }

  @Test
  void aMachineThatHasItsSystemGetsNoBootOptions() throws Exception {
    machine.start("k3os");
    String address = machine.address();
    assertThat(Lab.text(machine.script())).contains("boots k3os");
    machine.awaitState("provisioning booting");
    machine.fetch("k3os/vmlinuz");
    machine.config(address);
    machine.awaitState("provisioned running");

    assertThat(machine.discover(BIOS)).isEqualTo(Netboot.DENIED);
    assertThat(backends.answer(OneMachine.packet(Mode.PROXY, "REQUEST", BIOS)).netboot())
        .isEqualTo(Netboot.DENIED);
    assertThat(machine.script())
        .isEqualTo(
            new FileAnswer.Denied(
                "steady-hornet boots from its disk: it has its system: tell it to reinstall"));
    machine.awaitState("provisioned booting");
    machine.discover(NO_LOADER); // its system
    machine.awaitState("provisioned running");
    machine.config(address); // which reads that again, as cloud-init does
    assertThat(machine.discover(BIOS)).isEqualTo(Netboot.DENIED);

    assertThat(machine.act("reinstall", "{}")).isInstanceOf(Change.Done.class);
    machine.config(address); // still the old system
    assertThat(machine.state()).startsWith("provisioning");
    assertThat(machine.discover(BIOS).ipxeScriptUrl()).isNotEmpty();
    assertThat(Lab.text(machine.script())).contains("boots k3os");
    machine.awaitState("provisioning booting");
    machine.config(address);
    machine.awaitState("provisioned running");
    assertThat(machine.discover(BIOS)).isEqualTo(Netboot.DENIED);
  }

  @Test
  void aMachineIsNotInstalledForEver() throws Exception {
    machine.start("k3os");
    try (HeardEvents changed = new HeardEvents(backends, EventKind.NODE_CHANGED);
        Log log = new Log()) {
      for (int i = 1; i <= 3; i++) {
        assertThat(machine.discover(BIOS).allowNetboot()).isTrue();
        assertThat(Lab.text(machine.script())).contains("boots k3os");
        int attempts = i;
        await().atMost(SOON).until(() -> machine.node().path("attempts").asInt() == attempts);
        machine.fetch("k3os/vmlinuz");
      }
      assertThat(machine.discover(BIOS)).isEqualTo(Netboot.DENIED);
      assertThat(machine.script())
          .isEqualTo(
              new FileAnswer.Denied(
                  "steady-hornet boots from its disk: it was given its installer 3 times and did"
                      + " not get on: tell it to reinstall"));
      machine.awaitState("provisioning failed");
      await().atMost(SOON).until(() -> changed.count() == 2); // it was installing, it failed
      assertThat(changed.each("Reason")).containsExactly("script-fetched", "install-loop");
      assertThat(changed.each("Stage")).containsOnly("provisioning");
      assertThat(changed.each("NodeStatus")).containsExactly("booting", "failed");
      assertThat(log.lines("node changed")).hasSize(2);
      assertThat(log.lines("node changed").getLast())
          .contains("cause=install-loop reason=\"it was given its installer 3 times");

      machine.act("reinstall", "{\"kernel\":\"live\"}");
      assertThat(machine.discover(BIOS).allowNetboot()).isTrue();
      assertThat(Lab.text(machine.script())).contains("boots live");
    }
  }

  @Test
  void whereItsSystemHasToSayThatItIsUpTheInstallerIsGivenAgain() throws Exception {
    machine.start("phoning");
    String address = machine.address();
    machine.script();
    machine.config(address);
    machine.awaitState("provisioning running");
    assertThat(Lab.text(machine.script())).contains("boots phoning");
    machine.awaitState("provisioning booting");
    machine.told(BootEvent.of(EventKind.HTTP_ONLINE).mac(MAC));
    machine.awaitState("provisioned running");
    assertThat(machine.script()).isInstanceOf(FileAnswer.Denied.class);
  }

  @Test
  void anotherKernelIsBootedOnce() throws Exception {
    machine.start("k3os");
    String address = machine.address();
    machine.script();
    machine.config(address);
    machine.awaitState("provisioned running");
    assertThat(machine.act("boot", "{\"kernel\":\"memtest\"}")).isInstanceOf(Change.Done.class);
    assertThat(machine.discover(BIOS).allowNetboot()).isTrue();
    assertThat(Lab.text(machine.script())).contains("boots memtest");
    assertThat(Lab.text(machine.script())).contains("boots memtest"); // it has not come through yet
    machine.fetch("memdisk");
    await().atMost(SOON).until(() -> machine.node().path("bootOnce").asText().isEmpty());
    assertThat(machine.state()).isEqualTo("provisioned running");
    assertThat(machine.discover(BIOS)).isEqualTo(Netboot.DENIED);
    assertThat(machine.script()).isInstanceOf(FileAnswer.Denied.class);
  }

  @Test
  void oneOfTheReplicasTellsThatABootHasTakenTooLong() throws Exception {
    Service first = machine.start("live", "--boot-timeout=10m");
    machine.start("live", "--boot-timeout=10m");
    machine.discover(BIOS);
    machine.script();
    machine.awaitState("commissioning booting");
    try (HeardEvents changed = new HeardEvents(backends, EventKind.NODE_CHANGED)) {
      backends.clock.pass(Duration.ofMinutes(9));
      machine.script();
      backends.clock.pass(Duration.ofMinutes(2));
      machine.awaitState("commissioning failed");
      assertThat(machine.node().path("reason").asText())
          .isEqualTo("nothing was heard of it for 10 minutes");
      await()
          .atMost(SOON)
          .until(
              () ->
                  first
                      .nodeResource()
                      .find(ID)
                      .orElseThrow()
                      .body()
                      .path("status")
                      .asText()
                      .equals("failed"));
      changed.flush();
      assertThat(changed.each("Reason")).containsExactly("boot-timeout");
    }
    assertThat(Lab.text(machine.script())).contains("boots live"); // and may try again
    machine.awaitState("commissioning booting");
  }

  @ParameterizedTest
  @CsvSource({
    "exit, exit 1",
    "sanboot, sanboot --no-describe --drive 0x80",
    "'x86_64=exit,any=deny', exit 1",
  })
  void aScriptMaySendAMachineToItsDisk(String how, String line) throws Exception {
    machine.start("k3os", "--provisioned=" + how);
    machine.discover(BIOS);
    await().atMost(SOON).until(() -> machine.record().isPresent());
    machine.act("provisioned", "{}");
    assertThat(machine.discover(BIOS).ipxeScriptUrl()).endsWith("boot.ipxe?mac=" + ID);
    assertThat(Lab.text(machine.script())).startsWith("#!ipxe\n").contains(line);
    assertThat(machine.node().path("attempts").asInt()).isZero();
  }

  @Test
  void aStrangerIsGivenNoInstaller() throws Exception {
    machine.start("k3os", "--unknown=lease");
    assertThat(machine.discover(BIOS)).isEqualTo(Netboot.DENIED);
    assertThat(machine.script())
        .isEqualTo(
            new FileAnswer.Denied(
                "steady-hornet-3456 is no node, and only nodes are given an installer"));
  }

  @Test
  void aLifeOutlastsItsReplica() throws Exception {
    machine.start("k3os");
    String address = machine.address();
    machine.script();
    machine.config(address);
    machine.awaitState("provisioned running");
    backends.stopNewest();
    machine.start("k3os");
    assertThat(machine.state()).isEqualTo("provisioned running");
    assertThat(machine.discover(BIOS)).isEqualTo(Netboot.DENIED);
  }
}
