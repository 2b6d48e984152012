package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A dry run says what a machine would get, and changes nothing.
@ExtendWith(OnNats.class)
class DryRunTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final List<Integer> UEFI = List.of(7);
  private static final MacAddress NEW = MacAddress.parse("52:54:00:00:00:10");
  private static final MacAddress DECLARED = MacAddress.parse("52:54:00:00:00:50");
  private static final MacAddress LATER = MacAddress.parse("52:54:00:00:00:99");
  private static final String KERNELS =
      """
      kernels:
        - {name: alpine, arch: x86_64, kernel: vmlinuz, initrd: initrd.img,
           cmdline: "host=${hostname} seed=${seed-url} at=${address}"}
      default: {x86_64: alpine}
      nodes:
        - {mac: 52:54:00:00:00:50, hostname: storage-1, address: 192.168.77.50, kernel: alpine}
        - {mac: 52:54:00:00:00:51, netboot: false, address: 192.168.77.102}
      """;

  private Backends backends;

  @BeforeEach
  void connect(Backends own) throws Exception {
    backends = own;
    backends.start(KERNELS, Lab.SMALL_POOL);
  }

  /// What each stream has come to: the buckets of nodes, leases, kernels and settings, the events.
  private Map<String, Long> revisions() throws Exception {
    Map<String, Long> revisions = new TreeMap<>();
    String mine = backends.streamName().replace("-events", "-");
    for (var stream : backends.streams().getStreams()) {
      String name = stream.getConfiguration().getName();
      if (name.replace("KV_", "").startsWith(mine)) {
        revisions.put(name, stream.getStreamState().getLastSequence());
      }
    }
    return revisions;
  }

  private static DhcpRequest packet(MacAddress mac, Mode mode, String type, String address) {
    return Lab.request(mac, mode, type, address.isEmpty() ? null : address, UEFI);
  }

  private static DhcpResponse withoutNote(DhcpResponse response) {
    if (!(response instanceof Answer answer)) {
      return response;
    }
    Extensions e = answer.extensions();
    return new Answer(
        answer.dhcp(),
        answer.netboot(),
        new Extensions(e.options(), e.bootFile(), e.nextServer(), "", e.maxAge(), e.probe()));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # RFC 2131 §3.1, PXE 2.1 §2.2.4; what it says is what the machine gets right after
          52:54:00:00:00:10, DHCP,  DISCOVER, ''
          52:54:00:00:00:10, DHCP,  REQUEST,  192.168.77.101
          52:54:00:00:00:10, DHCP,  REQUEST,  192.168.77.9
          52:54:00:00:00:10, DHCP,  INFORM,   ''
          52:54:00:00:00:10, DHCP,  RELEASE,  192.168.77.101
          52:54:00:00:00:10, PROXY, DISCOVER, ''
          52:54:00:00:00:50, DHCP,  DISCOVER, ''
          52:54:00:00:00:50, DHCP,  REQUEST,  192.168.77.50
          52:54:00:00:00:51, DHCP,  DISCOVER, ''
          52:54:00:00:00:51, PROXY, DISCOVER, ''
          52:54:00:00:00:10, DHCP,  LEASEQUERY, ''
          """)
  void saysWhatTheMachineThenGets(String mac, Mode mode, String type, String address)
      throws Exception {
    DhcpRequest request = packet(MacAddress.parse(mac), mode, type, address);

    DhcpResponse dry = backends.ask(request.asDryRun());

    assertThat(withoutNote(dry)).isEqualTo(backends.ask(request));
  }

  @Test
  void leavesEverythingAsItIs() throws Exception {
    backends.ask(packet(DECLARED, Mode.DHCP, "REQUEST", "192.168.77.50"));
    await().atMost(SOON).until(() -> backends.nodes().keys().size(), size -> size == 1);
    await().atMost(SOON).until(() -> revisions().get(backends.streamName()) >= 2);
    Map<String, Long> before = revisions();
    String totals = backends.newest().totals().toString();
    for (MacAddress mac : List.of(NEW, DECLARED)) {
      for (String type : List.of("DISCOVER", "REQUEST", "INFORM", "RELEASE", "DECLINE")) {
        String address = mac.equals(NEW) ? "192.168.77.101" : "192.168.77.50";
        backends.ask(packet(mac, Mode.DHCP, type, address).asDryRun());
        backends.ask(packet(mac, Mode.PROXY, type, address).asDryRun());
      }
      for (String path : List.of("boot.ipxe", "boot-failed", "apkovl", "online", "none")) {
        backends.ask(
            new FileRequest(path, Protocol.HTTP, Ipv4.parse("192.168.77.50"), mac, "")
                .asDryRun(UEFI));
      }
    }
    assertThat(backends.newest().totals().toString()).isEqualTo(totals);

    backends.ask(packet(LATER, Mode.DHCP, "DISCOVER", "")); // written after all there was to write
    await()
        .atMost(SOON)
        .until(() -> revisions().get(backends.nodeStream()) > before.get(backends.nodeStream()));
    await()
        .atMost(SOON)
        .until(() -> revisions().get(backends.streamName()) > before.get(backends.streamName()));
    Map<String, Long> expected = new TreeMap<>(before);
    expected.merge(backends.nodeStream(), 1L, Long::sum);
    expected.merge(backends.streamName(), 1L, Long::sum); // it became a node
    assertThat(revisions()).isEqualTo(expected);
  }

  @Test
  void holdsNoAddress() throws Exception {
    for (int machine = 0; machine < 10; machine++) {
      DhcpRequest request = packet(Lab.mac(machine), Mode.DHCP, "DISCOVER", "");
      assertThat(backends.ask(request.asDryRun())).isInstanceOf(Answer.class);
    }
    for (int machine = 0; machine < 3; machine++) { // as many as the pool has
      assertThat(backends.ask(packet(Lab.mac(machine), Mode.DHCP, "DISCOVER", "")))
          .isInstanceOf(Answer.class);
    }
    DhcpRequest last = packet(Lab.mac(3), Mode.DHCP, "DISCOVER", "");
    DhcpResponse exhausted = backends.ask(last.asDryRun());
    assertThat(exhausted).isInstanceOf(DhcpResponse.Error.class).isEqualTo(backends.ask(last));
  }

  @Test
  void saysWhatIsNotSoYet() throws Exception {
    Answer fresh = backends.answer(packet(NEW, Mode.DHCP, "DISCOVER", "").asDryRun());
    assertThat(fresh.extensions().message())
        .isEqualTo(
            "dry run: it is no node yet, and would become %s; the address is the one that it would"
                    .formatted(fresh.dhcp().hostname())
                + " be offered now, and is not held for it");

    backends.ask(packet(NEW, Mode.DHCP, "REQUEST", fresh.dhcp().ipAddress().getHostAddress()));

    Answer known = backends.answer(packet(NEW, Mode.DHCP, "DISCOVER", "").asDryRun());
    assertThat(known.extensions().message()).isEmpty();
    assertThat(known.dhcp()).isEqualTo(fresh.dhcp());
  }

  /// What a machine reads at its address, but for what is its own secret.
  @ParameterizedTest
  @EnumSource(Protocol.class)
  void showsTheScriptWithoutTheSecrets(Protocol protocol) throws Exception {
    backends.ask(packet(DECLARED, Mode.DHCP, "REQUEST", "192.168.77.50"));
    await().atMost(SOON).until(() -> backends.nodes().keys().size(), size -> size == 1);
    FileRequest request =
        new FileRequest("boot.ipxe", protocol, Ipv4.parse("192.168.77.50"), DECLARED, "");

    String dry = Lab.text(backends.ask(request.asDryRun(List.of())));
    String real = Lab.text(backends.ask(request));

    assertThat(dry).contains("seed=http://192.168.77.1/t/***/ at=192.168.77.50");
    assertThat(real.replaceAll("/t/[^/]+/", "/t/***/")).isEqualTo(dry).isNotEqualTo(real);
  }

  @Test
  void showsANewMachineWhatItWouldReadAtItsAddress() throws Exception {
    assertThat(
            Lab.text(
                backends.ask(
                    Lab.script(Protocol.HTTP, "boot.ipxe", "192.168.77.101", NEW).asDryRun(UEFI))))
        .contains("seed=http://192.168.77.1/t/***/ at=192.168.77.101");
    assertThat(backends.nodes().keys()).isEmpty();
  }
}
