package dev.bootbus.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.LiveCatalogue;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a catalogue that changes means to machines, over a real bus.
class ChangingCatalogueTest {
  private static final MacAddress MAC = Lab.mac(1);
  private static final String[] FLAGS = {
    "--pool=192.168.77.100-192.168.77.101",
    "--subnet=192.168.77.0/24",
    "--boot-url=http://192.168.77.1/"
  };
  private static final String KERNELS =
      "kernels:\n  - {name: a, kernel: k/a}\n  - {name: b, kernel: k/b}\n";

  @TempDir Path folder;
  private NatsServer nats;
  private Backends backends;

  @BeforeEach
  void start() throws Exception {
    nats = NatsServer.start(true);
    backends = new Backends(nats);
  }

  @AfterEach
  void stop() throws Exception {
    backends.close();
    nats.close();
  }

  private Path file(String text) throws Exception {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, KERNELS + text);
    return file;
  }

  private String script(MacAddress mac) throws BackendUnavailableException {
    FileAnswer answer =
        backends.ask(new FileRequest("boot.ipxe", Protocol.HTTP, Ipv4.parse("10.0.0.9"), mac, ""));
    return answer instanceof FileAnswer.Content content
        ? new String(content.bytes(), UTF_8)
        : answer.toString();
  }

  @Test
  void aKernelAndAFixedAddressAreFollowedWithoutARestart() throws Exception {
    LiveCatalogue live = LiveCatalogue.open(file("default: a\n"), Catalogue.EMPTY, true, _ -> {});
    backends.start(live, FLAGS);
    assertThat(backends.address(Lab.request(MAC, null))).startsWith("192.168.77.10");
    assertThat(script(MAC)).contains("http://192.168.77.1/k/a ");

    String taken = backends.address(Lab.discover(MAC)).endsWith("100") ? "101" : "100";
    file(
        "default: b\nnodes:\n  - {mac: '%s', hostname: chosen, address: 192.168.77.%s}\n"
            .formatted(Lab.mac(2), taken));
    live.reload();
    assertThat(script(MAC)).contains("http://192.168.77.1/k/b ");
    assertThat(backends.ask(Lab.discover(Lab.mac(3)))).isInstanceOf(DhcpResponse.Error.class);
    assertThat(backends.answer(Lab.discover(Lab.mac(2))).dhcp())
        .returns(Ipv4.parse("192.168.77." + taken), DhcpResponse.Dhcp::ipAddress)
        .returns("chosen", DhcpResponse.Dhcp::hostname);

    file("default: b\n");
    live.reload();
    backends.clock.pass(Duration.ofMinutes(5)); // so that what was offered is nobody's
    assertThat(backends.ask(Lab.discover(Lab.mac(3)))).isInstanceOf(DhcpResponse.Answer.class);
  }

  @Test
  void aKernelMadeByApiIsBootedFromEveryReplicaAndAnEvent() throws Exception {
    Service mine = backends.start("default: ''", FLAGS);
    backends.start("default: ''", FLAGS);
    try (HeardEvents heard = new HeardEvents(backends, EventKind.KERNEL_CHANGED)) {
      Change made =
          mine.kernels()
              .create(Records.object().put("name", "mine").put("kernel", "k/mine"))
              .toCompletableFuture()
              .get(5, TimeUnit.SECONDS);
      assertThat(made).isInstanceOf(Change.Created.class);
      await().until(() -> heard.count() == 1);
      assertThat(heard.each("Kernel")).containsExactly("mine");
      backends.stopOldest();
      assertThat(backends.newest().kernels().find("mine")).isPresent();
      assertThat(
              backends
                  .newest()
                  .kernels()
                  .delete("mine", OptionalLong.empty())
                  .toCompletableFuture()
                  .get(5, TimeUnit.SECONDS))
          .isEqualTo(new Change.Gone("mine"));
    }
  }

  @Test
  void sighupHasAProcessReadItAgain() throws Exception {
    Path file = file("default: a\n");
    Process process =
        backends.startProcess("--catalogue=" + file, "--boot-url=http://192.168.77.1");
    await()
        .atMost(30, TimeUnit.SECONDS)
        .ignoreExceptions()
        .until(() -> script(MAC).contains("/k/a "));
    file("default: b\n");
    assertThat(new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start().waitFor())
        .isZero();
    await().until(() -> script(MAC).contains("/k/b "));
    assertThat(process.isAlive()).isTrue();
  }
}
