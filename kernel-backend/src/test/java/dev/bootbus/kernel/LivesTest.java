package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What machines boot as their life goes, over a real bus, with the events that file servers
/// publish.
class LivesTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");
  private static final String ID = "52-54-00-12-34-56";
  private static final List<Integer> BIOS = List.of(0);
  private static final List<Integer> NO_LOADER = List.of();
  private static final String[] FLAGS = {
    "--pool=192.168.77.100-192.168.77.103",
    "--subnet=192.168.77.0/24",
    "--boot-url=http://192.168.77.1/"
  };
  private static final String KERNELS =
      """
      kernels:
        - {name: live, kernel: vmlinuz, modloop: modloop}
        - {name: plain, kernel: plain/vmlinuz}
        - {name: memtest, type: memdisk, kernel: memdisk, iso: memtest.iso}
        - {name: k3os, type: k3os, kernel: k3os/vmlinuz, initrd: k3os/initrd, iso: k3os.iso}
        - name: phoning
          type: k3os
          kernel: k3os/vmlinuz
          initrd: k3os/initrd
          iso: k3os.iso
          options: {provisioned-by: online}
      """;

  private static NatsServer nats;
  private Backends backends;
  private Bus fileServer;
  private Service service;

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
    fileServer = backends.service("http-server");
  }

  @AfterEach
  void disconnect() {
    fileServer.close();
    backends.close();
  }

  private void start(String kernel, String... more) throws Exception {
    String[] flags = Arrays.copyOf(FLAGS, FLAGS.length + more.length);
    System.arraycopy(more, 0, flags, FLAGS.length, more.length);
    service = backends.start(KERNELS + "default: " + kernel + "\n", flags);
  }

  private static DhcpRequest packet(Mode mode, String type, List<Integer> arch) {
    return Lab.request(MAC, mode, type, null, arch);
  }

  private Netboot discover(List<Integer> arch) throws Exception {
    return backends.answer(packet(Mode.DHCP, "DISCOVER", arch)).netboot();
  }

  private String address() throws Exception {
    return backends.address(packet(Mode.DHCP, "REQUEST", BIOS));
  }

  private FileAnswer script() throws Exception {
    return backends.ask(
        new FileRequest("boot.ipxe", Protocol.HTTP, Ipv4.parse("10.0.0.9"), MAC, ""));
  }

  private static String text(FileAnswer answer) {
    assertThat(answer).isInstanceOf(FileAnswer.Content.class);
    return new String(((FileAnswer.Content) answer).bytes(), StandardCharsets.UTF_8);
  }

  private void config(String address) throws Exception {
    text(
        backends.ask(
            new FileRequest(
                "k3os/config",
                Protocol.HTTP,
                InetAddress.ofLiteral(address),
                MacAddress.NONE,
                "")));
  }

  private void fetch(String file) {
    fileServer.publish(BootEvent.of(EventKind.HTTP_SERVED).mac(MAC).with(EventFact.FILE, file));
  }

  private ObjectNode node() {
    return service.nodeResource().find(ID).orElseThrow().body();
  }

  private String state() {
    return node().path("stage").asText() + " " + node().path("status").asText();
  }

  private void awaitState(String state) {
    await().atMost(SOON).until(this::state, state::equals);
  }

  private Change act(String action, String body) throws Exception {
    return service
        .nodeResource()
        .act(ID, action, Records.read(body.getBytes(StandardCharsets.UTF_8)), OptionalLong.empty())
        .toCompletableFuture()
        .get();
  }

  @Test
  void aLiveSystemComesUpFromTheNetworkEachTime() throws Exception {
    start("live");
    for (int i = 0; i < 5; i++) {
      assertThat(discover(BIOS).ipxeScriptUrl()).endsWith("boot.ipxe?mac=" + ID);
      assertThat(text(script())).contains("boots live");
      awaitState("commissioning booting");
      fetch("vmlinuz");
      fetch("modloop");
      awaitState("commissioning running");
      discover(NO_LOADER);
    }
  }

  @Test
  void aKernelThatAsksForNothingElseRunsWhenItIsFetched() throws Exception {
    start("plain");
    discover(BIOS);
    script();
    fetch("plain/vmlinuz");
    awaitState("commissioning running");
  }

  @Test
  void aMachineThatHasItsSystemGetsNoBootOptions() throws Exception {
    start("k3os");
    String address = address();
    assertThat(text(script())).contains("boots k3os");
    awaitState("provisioning booting");
    fetch("k3os/vmlinuz");
    config(address);
    awaitState("provisioned running");

    assertThat(discover(BIOS)).isEqualTo(Netboot.DENIED);
    assertThat(backends.answer(packet(Mode.PROXY, "REQUEST", BIOS)).netboot())
        .isEqualTo(Netboot.DENIED);
    assertThat(script())
        .isEqualTo(
            new FileAnswer.Denied(
                "steady-hornet boots from its disk: it has its system: tell it to reinstall"));
    awaitState("provisioned booting");
    discover(NO_LOADER); // its system
    awaitState("provisioned running");
    config(address); // which reads that again, as cloud-init does
    assertThat(discover(BIOS)).isEqualTo(Netboot.DENIED);

    assertThat(act("reinstall", "{}")).isInstanceOf(Change.Done.class);
    config(address); // still the old system
    assertThat(state()).startsWith("provisioning");
    assertThat(discover(BIOS).ipxeScriptUrl()).isNotEmpty();
    assertThat(text(script())).contains("boots k3os");
    awaitState("provisioning booting");
    config(address);
    awaitState("provisioned running");
    assertThat(discover(BIOS)).isEqualTo(Netboot.DENIED);
  }

  @Test
  void aMachineIsNotInstalledForEver() throws Exception {
    start("k3os");
    try (HeardEvents changed = new HeardEvents(backends, EventKind.NODE_CHANGED);
        Log log = new Log()) {
      for (int i = 1; i <= 3; i++) {
        assertThat(discover(BIOS).allowNetboot()).isTrue();
        assertThat(text(script())).contains("boots k3os");
        int attempts = i;
        await().atMost(SOON).until(() -> node().path("attempts").asInt() == attempts);
        fetch("k3os/vmlinuz");
      }
      assertThat(discover(BIOS)).isEqualTo(Netboot.DENIED);
      assertThat(script())
          .isEqualTo(
              new FileAnswer.Denied(
                  "steady-hornet boots from its disk: it was given its installer 3 times and did"
                      + " not get on: tell it to reinstall"));
      awaitState("provisioning failed");
      await().atMost(SOON).until(() -> changed.count() == 2); // it was installing, it failed
      assertThat(changed.each("Reason")).containsExactly("script-fetched", "install-loop");
      assertThat(changed.each("Stage")).containsOnly("provisioning");
      assertThat(changed.each("NodeStatus")).containsExactly("booting", "failed");
      assertThat(log.lines("node changed")).hasSize(2);
      assertThat(log.lines("node changed").getLast())
          .contains("cause=install-loop reason=\"it was given its installer 3 times");

      act("reinstall", "{\"kernel\":\"live\"}");
      assertThat(discover(BIOS).allowNetboot()).isTrue();
      assertThat(text(script())).contains("boots live");
    }
  }

  @Test
  void whereItsSystemHasToSayThatItIsUpTheInstallerIsGivenAgain() throws Exception {
    start("phoning");
    String address = address();
    script();
    config(address);
    awaitState("provisioning running");
    assertThat(text(script())).contains("boots phoning");
    awaitState("provisioning booting");
    fileServer.publish(BootEvent.of(EventKind.HTTP_ONLINE).mac(MAC));
    awaitState("provisioned running");
    assertThat(script()).isInstanceOf(FileAnswer.Denied.class);
  }

  @Test
  void anotherKernelIsBootedOnce() throws Exception {
    start("k3os");
    String address = address();
    script();
    config(address);
    awaitState("provisioned running");
    assertThat(act("boot", "{\"kernel\":\"memtest\"}")).isInstanceOf(Change.Done.class);
    assertThat(discover(BIOS).allowNetboot()).isTrue();
    assertThat(text(script())).contains("boots memtest");
    assertThat(text(script())).contains("boots memtest"); // it has not come through yet
    fetch("memdisk");
    await().atMost(SOON).until(() -> node().path("bootOnce").asText().isEmpty());
    assertThat(state()).isEqualTo("provisioned running");
    assertThat(discover(BIOS)).isEqualTo(Netboot.DENIED);
    assertThat(script()).isInstanceOf(FileAnswer.Denied.class);
  }

  @Test
  void oneOfTheReplicasTellsThatABootHasTakenTooLong() throws Exception {
    start("live", "--boot-timeout=10m");
    Service first = service;
    start("live", "--boot-timeout=10m");
    discover(BIOS);
    script();
    awaitState("commissioning booting");
    try (HeardEvents changed = new HeardEvents(backends, EventKind.NODE_CHANGED)) {
      backends.clock.pass(Duration.ofMinutes(9));
      script();
      backends.clock.pass(Duration.ofMinutes(2));
      awaitState("commissioning failed");
      assertThat(node().path("reason").asText())
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
    assertThat(text(script())).contains("boots live"); // and may try again
    awaitState("commissioning booting");
  }

  @ParameterizedTest
  @CsvSource({
    "exit, exit 1",
    "sanboot, sanboot --no-describe --drive 0x80 || exit 1",
    "'x86_64=exit,any=deny', exit 1",
  })
  void aScriptMaySendAMachineToItsDisk(String how, String line) throws Exception {
    start("k3os", "--provisioned=" + how);
    discover(BIOS);
    await().atMost(SOON).until(() -> service.nodeResource().find(ID).isPresent());
    act("provisioned", "{}");
    assertThat(discover(BIOS).ipxeScriptUrl()).endsWith("boot.ipxe?mac=" + ID);
    assertThat(text(script())).startsWith("#!ipxe\n").contains(line);
    assertThat(node().path("attempts").asInt()).isZero();
  }

  @Test
  void aStrangerIsGivenNoInstaller() throws Exception {
    start("k3os", "--unknown=lease");
    assertThat(discover(BIOS)).isEqualTo(Netboot.DENIED);
    assertThat(script())
        .isEqualTo(
            new FileAnswer.Denied(
                "steady-hornet-3456 is no node, and only nodes are given an installer"));
  }

  @Test
  void anAddressThatIsAnothersContradictsTheMachineThatAUrlNames() throws Exception {
    start("plain");
    discover(BIOS);
    script();
    awaitState("commissioning booting");
    String other = backends.address(Lab.request(Lab.mac(9), null));
    fileServer.publish(
        BootEvent.of(EventKind.HTTP_SERVED)
            .mac(MAC)
            .address(Ipv4.parse(other))
            .with(EventFact.FILE, "plain/vmlinuz"));
    fileServer.publish(
        BootEvent.of(EventKind.HTTP_SERVED)
            .address(Ipv4.parse(other))
            .with(EventFact.FILE, "plain/vmlinuz"));
    await()
        .atMost(SOON)
        .until(
            () ->
                service
                    .nodeResource()
                    .find("52-54-00-00-00-09")
                    .orElseThrow()
                    .body()
                    .path("status")
                    .asText()
                    .equals("running"));
    assertThat(state()).isEqualTo("commissioning booting");
  }

  @Test
  void aLifeOutlastsItsReplica() throws Exception {
    start("k3os");
    String address = address();
    script();
    config(address);
    awaitState("provisioned running");
    backends.stopNewest();
    start("k3os");
    assertThat(state()).isEqualTo("provisioned running");
    assertThat(discover(BIOS)).isEqualTo(Netboot.DENIED);
  }
}
