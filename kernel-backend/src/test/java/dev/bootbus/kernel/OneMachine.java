package dev.bootbus.kernel;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.api.Resource.Item;
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
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One machine and its backends: what it says, what is said of it, and what its node has become.
final class OneMachine implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(10);
  static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");
  static final String ID = "52-54-00-12-34-56";
  static final List<Integer> BIOS = List.of(0);
  static final List<Integer> NO_LOADER = List.of();
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
        - name: k3os
          type: k3os
          kernel: k3os/vmlinuz
          initrd: k3os/initrd
          iso: k3os.iso
          options: {installDisk: /dev/vda}
        - name: phoning
          type: k3os
          kernel: k3os/vmlinuz
          initrd: k3os/initrd
          iso: k3os.iso
          options: {installDisk: /dev/vda, provisioned-by: online}
      """;

  private final Backends backends;
  private final Bus fileServer;
  private Service service;

  OneMachine(Backends backends) {
    this.backends = backends;
    fileServer = backends.service("http-server");
  }

  Service start(String kernel, String... more) throws Exception {
    String[] flags = Arrays.copyOf(FLAGS, FLAGS.length + more.length);
    System.arraycopy(more, 0, flags, FLAGS.length, more.length);
    service = backends.start(KERNELS + "default: " + kernel + "\n", flags);
    return service;
  }

  static DhcpRequest packet(Mode mode, String type, List<Integer> arch) {
    return Lab.request(MAC, mode, type, null, arch);
  }

  Netboot discover(List<Integer> arch) throws Exception {
    return backends.answer(packet(Mode.DHCP, "DISCOVER", arch)).netboot();
  }

  String address() throws Exception {
    return backends.address(packet(Mode.DHCP, "REQUEST", BIOS));
  }

  FileAnswer script() throws Exception {
    return backends.ask(
        new FileRequest("boot.ipxe", Protocol.HTTP, Ipv4.parse("10.0.0.9"), MAC, ""));
  }

  void config(String address) throws Exception {
    Lab.text(
        backends.ask(
            new FileRequest(
                "k3os/config",
                Protocol.HTTP,
                InetAddress.ofLiteral(address),
                MacAddress.NONE,
                "")));
  }

  void fetch(String file) {
    told(BootEvent.of(EventKind.HTTP_SERVED).mac(MAC).with(EventFact.FILE, file));
  }

  /// What a file server tells.
  void told(BootEvent event) {
    fileServer.publish(event);
  }

  /// As the newest replica has it.
  Optional<Item> record() {
    return record(ID);
  }

  Optional<Item> record(String id) {
    return service.nodeResource().find(id);
  }

  ObjectNode node() {
    return record().orElseThrow().body();
  }

  String state() {
    return node().path("stage").asText() + " " + node().path("status").asText();
  }

  void awaitState(String state) {
    await().atMost(SOON).until(this::state, state::equals);
  }

  Change act(String action, String body) throws Exception {
    return service
        .nodeResource()
        .act(ID, action, Records.read(body.getBytes(StandardCharsets.UTF_8)), OptionalLong.empty())
        .toCompletableFuture()
        .get();
  }

  Change replace(ObjectNode body) throws Exception {
    return service
        .nodeResource()
        .replace(ID, body, OptionalLong.empty())
        .toCompletableFuture()
        .get();
  }

  @Override
  public void close() {
    fileServer.close();
  }
}
