package dev.bootbus.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What is one machine's and nobody else's, over a real bus.
@ExtendWith(OnNats.class)
class MachineFilesTest {
  private static final MacAddress STORAGE = MacAddress.parse("52:54:00:00:00:50");
  private static final MacAddress WORKER = MacAddress.parse("52:54:00:00:00:51");
  private static final String STORAGE_AT = "192.168.77.50";
  private static final String WORKER_AT = "192.168.77.51";
  private static final String[] OPTIONS = {
    "--pool=192.168.77.100-192.168.77.103",
    "--subnet=192.168.77.0/24",
    "--boot-url=http://192.168.77.1"
  };

  @TempDir private Path folder;
  private Backends backends;

  @BeforeEach
  void start(Backends own) throws Exception {
    backends = own;
    List<String> config = new ArrayList<>();
    for (ConfigFile file : ConfigFile.values()) {
      if (file != ConfigFile.SSH_KEYS && file != ConfigFile.META_DATA) {
        Path template = folder.resolve(file.name());
        Files.writeString(
            template, file.path() + " of ${hostname} ${mac} ${address} ${token} $${mac} ${HOME}\n");
        config.add(file.path() + ": " + template);
      }
    }
    backends.start(
        """
        kernels:
          - name: alpine
            kernel: vmlinuz
            cmdline: ds=nocloud;s=${seed-url} hostname=${hostname}
            apkovl: alpine/default.apkovl.tar.gz
            ssh-keys: [ssh-ed25519 AAAA all@example]
            config: {%s}
          - {name: plain, kernel: vmlinuz}
        default: alpine
        nodes:
          - {mac: '%s', hostname: storage-1, address: %s, ssh-keys: ['ssh-rsa "B${mac}" one']}
          - {mac: '%s', hostname: worker-1, address: %s}
          - {mac: '52:54:00:00:00:52', address: 192.168.77.52, kernel: plain}
        """
            .formatted(String.join(", ", config), STORAGE, STORAGE_AT, WORKER, WORKER_AT),
        OPTIONS);
    backends.address(Lab.discover(STORAGE));
    backends.address(Lab.discover(WORKER));
    await().until(() -> backends.nodes().keys().size() == 2);
  }

  private static FileRequest request(Protocol protocol, String path, String peer) {
    return new FileRequest(path, protocol, InetAddress.ofLiteral(peer), MacAddress.NONE, "");
  }

  private FileAnswer get(String path, String peer) throws Exception {
    return backends.ask(request(Protocol.HTTP, path, peer));
  }

  private static String text(FileAnswer answer) {
    assertThat(answer).isInstanceOf(FileAnswer.Content.class);
    return new String(((FileAnswer.Content) answer).bytes(), UTF_8);
  }

  private String token(MacAddress mac) throws Exception {
    return new ObjectMapper()
        .readTree(backends.nodes().get(mac.dashed()).getValue())
        .path("token")
        .asText();
  }

  @Test
  void aMachineReadsItsOwnByItsAddress() throws Exception {
    assertThat(text(get("user-data", STORAGE_AT)))
        .isEqualTo(
            "user-data of storage-1 52:54:00:00:00:50 192.168.77.50 %s ${mac} ${HOME}\n"
                .formatted(token(STORAGE)));
    assertThat(text(get("k3os/config", WORKER_AT))).startsWith("k3os/config of worker-1 ");
    assertThat(text(get("meta-data", WORKER_AT)))
        .isEqualTo("instance-id: \"52-54-00-00-00-51\"\nlocal-hostname: \"worker-1\"\n");
    assertThat(text(get("ssh_keys", WORKER_AT))).isEqualTo("ssh-ed25519 AAAA all@example\n");
    assertThat(text(get("ssh_keys", STORAGE_AT)))
        .isEqualTo("ssh-rsa \"B${mac}\" one\nssh-ed25519 AAAA all@example\n");
    assertThat(text(get("apkovl", WORKER_AT)))
        .isEqualTo("52-54-00-00-00-51\nalpine/default.apkovl.tar.gz\n");
    assertThat(text(get("online", WORKER_AT))).isEqualTo("52-54-00-00-00-51\n");
  }

  @Test
  void aLeaseIsAnAddressTooUntilItEnds() throws Exception {
    String address = backends.address(Lab.request(Lab.mac(7), null));
    assertThat(text(get("meta-data", address))).contains("52-54-00-00-00-07");
    backends.clock.pass(Duration.ofSeconds(3600));
    assertThat(get("meta-data", address)).isInstanceOf(FileAnswer.NotFound.class);
  }

  @Test
  void whatTheOperatorHasNotSaidIsMissing() throws Exception {
    String plain = "192.168.77.52";
    assertThat(get("preseed", plain).toString()).contains("name a file for it under config");
    assertThat(get("ssh_keys", plain).toString()).contains("list them under ssh-keys");
    assertThat(text(get("k3os/config", plain))).contains("\nssh_authorized_keys: []\n");
    assertThat(text(get("apkovl", plain))).endsWith("\n\n");
  }

  /// Every file, by every lie.
  @Test
  void nobodyReadsAnothersFiles() throws Exception {
    String own = token(STORAGE);
    String others = token(WORKER);
    String swapped = own.substring(0, 13) + others.substring(13);
    List<String> paths =
        new ArrayList<>(Arrays.stream(ConfigFile.values()).map(ConfigFile::path).toList());
    paths.addAll(List.of("apkovl", "online"));
    for (String path : paths) {
      String mine = text(get(path, STORAGE_AT));
      FileRequest stranger = request(Protocol.HTTP, path, "10.0.0.9");
      assertThat(backends.ask(stranger)).as(path).isInstanceOf(FileAnswer.NotFound.class);
      // the token is proof from anywhere
      assertThat(text(backends.ask(stranger.withToken(own))).replace("10.0.0.9", STORAGE_AT))
          .isEqualTo(mine);
      FileRequest worker = request(Protocol.HTTP, path, WORKER_AT);
      for (String token : List.of("x", swapped, own + "0", own.toUpperCase(Locale.ROOT))) {
        assertThat(backends.ask(stranger.withToken(token))).isInstanceOf(FileAnswer.Denied.class);
        assertThat(backends.ask(worker.withToken(token))).isInstanceOf(FileAnswer.Denied.class);
      }
      FileRequest lie =
          new FileRequest(path, Protocol.HTTP, InetAddress.ofLiteral(WORKER_AT), STORAGE, "");
      assertThat(backends.ask(lie)).isInstanceOf(FileAnswer.Denied.class);
      FileRequest claim =
          new FileRequest(path, Protocol.HTTP, InetAddress.ofLiteral("10.0.0.9"), STORAGE, "");
      assertThat(backends.ask(claim)).isInstanceOf(FileAnswer.NotFound.class);
    }
  }

  @Test
  void aTokenIsMadeOnceAndTold() throws Exception {
    String token = token(STORAGE);
    assertThat(token).matches("525400000050-[0-9a-f]{32}").isNotEqualTo(token(WORKER));
    backends.address(Lab.request(STORAGE, null));
    assertThat(token(STORAGE)).isEqualTo(token);
    String script = text(get("boot.ipxe", STORAGE_AT));
    assertThat(script)
        .contains(" ds=nocloud;s=http://192.168.77.1/t/" + token + "/ hostname=storage-1 ");
    assertThat(text(backends.ask(request(Protocol.TFTP, "pxelinux.cfg/default", STORAGE_AT))))
        .contains("/t/" + token + "/");
  }

  @Test
  void aTokenIsNotToldToWhoeverNamesTheMachine() throws Exception {
    for (String path :
        List.of("boot.ipxe", "pxelinux.cfg/01-52-54-00-00-00-50", "grub/grub.cfg-C0A84D32")) {
      for (String peer : List.of("10.0.0.9", WORKER_AT)) {
        FileRequest claim =
            new FileRequest(path, Protocol.HTTP, InetAddress.ofLiteral(peer), STORAGE, "");
        assertThat(backends.ask(claim))
            .isInstanceOf(FileAnswer.NotFound.class)
            .asString()
            .contains(" has ${seed-url} in it, and " + peer + " is not known to be storage-1");
      }
    }
  }

  @Test
  void aRecordOfAnOlderVersionGetsItsToken() throws Exception {
    backends.nodes().delete(WORKER.dashed());
    backends.nodes().put(WORKER.dashed(), "{\"mac\":\"525400000051\",\"firstSeen\":0,\"x\":1}");
    await().until(() -> !(get("user-data", WORKER_AT) instanceof FileAnswer.Content));
    backends.address(Lab.discover(WORKER));
    await().until(() -> token(WORKER).startsWith("525400000051-"));
    assertThat(backends.nodes().get(WORKER.dashed()).getValueAsString()).contains("\"x\":1");
  }

  @Test
  void everyLoaderGetsTheKernelOfTheMachine() throws Exception {
    for (String path :
        List.of(
            "boot.ipxe",
            "pxelinux.cfg/01-52-54-00-00-00-50",
            "pxelinux.cfg/C0A84D32",
            "bios/pxelinux.cfg/default",
            "grub/grub.cfg-01-52-54-00-00-00-50",
            "grub/grub.cfg",
            "boot.scr.uimg",
            "9ffefdef/config.txt",
            "52-54-00-00-00-50/config.txt")) {
      assertThat(text(backends.ask(request(Protocol.TFTP, path, STORAGE_AT))))
          .as(path)
          .contains("storage-1 (52:54:00:00:00:50) boots alpine\n")
          .contains("vmlinuz");
    }
    assertThat(get("pxelinux.cfg/default", "10.0.0.9"))
        .isEqualTo(
            new FileAnswer.NotFound(
                "neither pxelinux.cfg/default nor 10.0.0.9 leads to a machine"));
  }
}
