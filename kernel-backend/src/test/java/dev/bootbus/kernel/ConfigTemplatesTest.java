package dev.bootbus.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.bootbus.kernel.boot.BootText;
import dev.bootbus.kernel.boot.LoaderFile.Loader;
import dev.bootbus.kernel.boot.Rendered;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a node of each type reads, from the templates that ship and from an operator's, over a real
/// bus. `-Dgolden.update` writes the golden files.
@ExtendWith(OnNats.class)
class ConfigTemplatesTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String KEY =
      "ssh-ed25519 AAAA \"o'ps\" $(reboot) \\ {{x}} ${mac} ops@example";
  private static final String CATALOGUE =
      """
      kernels:
        - {name: alpine, type: alpine, kernel: k, initrd: i, modloop: m, repo: r}
        - {name: k3, type: k3os, kernel: k, initrd: i, iso: d.iso, options: {labels: 'a=b c=d'}}
        - {name: flat, type: flatcar, kernel: k, initrd: i}
        - {name: core, type: coreos, kernel: k, initrd: i, rootfs: f}
        - {name: deb, type: debian, kernel: k, initrd: i}
        - {name: ubu, type: ubuntu, kernel: k, initrd: i, iso: d.iso}
        - {name: fed, type: fedora, kernel: k, initrd: i, repo: r}
        - {name: talos, type: talos, kernel: k, initrd: i}
        - {name: disk, type: local}
      menu: {timeout: 7, kernels: [alpine, talos, disk], default: disk}
      nodes:
      """;
  private static final List<String> KERNELS =
      List.of("alpine", "k3", "flat", "core", "deb", "ubu", "fed", "talos", "menu");

  @TempDir private Path folder;
  private Backends backends;
  private BootText texts;

  @BeforeEach
  void start(Backends own) throws Exception {
    backends = own;
    StringBuilder yaml = new StringBuilder(CATALOGUE);
    for (String kernel : KERNELS) {
      int number = 50 + KERNELS.indexOf(kernel);
      yaml.append(
          """
            - mac: '52:54:00:00:00:%1$d'
              hostname: %2$s-1
              address: 192.168.77.%1$d
              kernel: %2$s
              ssh-keys: ['%3$s', ssh-rsa BBBB two@example]
              options: {installDisk: /dev/vda, password: s3cret}
          """
              .formatted(number, kernel, KEY.replace("'", "''")));
    }
    yaml.append(
        """
          - {mac: '52:54:00:00:00:61', hostname: control-1, address: 192.168.77.61, kernel: k3, groups: [blue], control-node: true, options: {installDisk: /dev/vda}}
          - {mac: '52:54:00:00:00:62', hostname: agent-1, address: 192.168.77.62, kernel: k3, groups: [blue], options: {installDisk: /dev/vda}}
          - {mac: '52:54:00:00:00:63', hostname: agent-2, address: 192.168.77.63, kernel: k3, groups: [red], options: {installDisk: /dev/vda}}
          - {mac: '52:54:00:00:00:64', hostname: bare-1, address: 192.168.77.64, kernel: deb}
        """);
    Service service =
        backends.start(
            yaml.toString(),
            "--subnet=192.168.77.0/24",
            "--boot-url=http://192.168.77.1",
            "--templates=" + folder);
    texts = service.bootText();
  }

  private static String text(Rendered rendered) {
    assertThat(rendered).isInstanceOf(Rendered.Text.class);
    return ((Rendered.Text) rendered).text();
  }

  private FileAnswer get(String path, String peer) throws Exception {
    return backends.ask(
        new FileRequest(path, Protocol.HTTP, InetAddress.ofLiteral(peer), MacAddress.NONE, ""));
  }

  private static String text(FileAnswer answer) {
    assertThat(answer).isInstanceOf(FileAnswer.Content.class);
    return new String(((FileAnswer.Content) answer).bytes(), UTF_8);
  }

  private static void golden(String name, String actual) throws IOException {
    Path file = Path.of("src/test/resources/golden/config", name);
    if (System.getProperty("golden.update") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.exists(file) ? Files.readString(file) : "no file");
  }

  @ParameterizedTest
  @CsvSource({
    "alpine-1, ssh_keys",
    "alpine-1, meta-data",
    "alpine-1, user-data",
    "k3-1, k3os/config",
    "flat-1, ignition",
    "core-1, ignition",
    "deb-1, preseed",
    "ubu-1, user-data",
    "fed-1, kickstart",
  })
  void whatShips(String node, String path) throws Exception {
    String text = text(texts.file(node, path));
    golden(node + "-" + path.replace('/', '-') + ".txt", text);
    assertThat(text).doesNotContain("undefined", "s3cret");
  }

  @Test
  void yamlIsRead() throws Exception {
    JsonNode user = YAML.readTree(text(texts.file("alpine-1", "user-data")));
    assertThat(user.at("/ssh_authorized_keys/0").asText()).isEqualTo(KEY);
    assertThat(user.at("/phone_home/url").asText()).isEqualTo("http://192.168.77.1/t/***/online");
    JsonNode ubuntu = YAML.readTree(text(texts.file("ubu-1", "user-data")));
    assertThat(ubuntu.at("/autoinstall/ssh/authorized-keys/0").asText()).isEqualTo(KEY);
    assertThat(ubuntu.at("/autoinstall/storage/layout/match/path").asText()).isEqualTo("/dev/vda");
    JsonNode k3os = YAML.readTree(text(texts.file("k3-1", "k3os/config")));
    assertThat(k3os.at("/ssh_authorized_keys/0").asText()).isEqualTo(KEY);
    assertThat(k3os.at("/ssh_authorized_keys").size()).isEqualTo(2);
    assertThat(k3os.at("/k3os/labels/c").asText()).isEqualTo("d");
    assertThat(k3os.at("/k3os/k3s_args/0").asText()).isEqualTo("server");
    assertThat(k3os.at("/k3os/password").asText()).isEqualTo("***");
    assertThat(k3os.at("/k3os/token").isMissingNode()).isTrue();
  }

  @Test
  void ignitionIsRead() throws Exception {
    for (String node : List.of("flat-1", "core-1")) {
      JsonNode json = new ObjectMapper().readTree(text(texts.file(node, "ignition")));
      assertThat(json.at("/ignition/version").asText()).isEqualTo("3.3.0");
      assertThat(json.at("/passwd/users/0/sshAuthorizedKeys/0").asText()).isEqualTo(KEY);
      assertThat(json.at("/systemd/units/0/contents").asText()).contains("/t/***/online\n");
    }
  }

  @Test
  void debconfReadsThePreseed() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/debconf-set-selections")), "needs debconf");
    Path file = folder.resolve("preseed.txt");
    Files.writeString(file, text(texts.file("deb-1", "preseed")));
    Process check =
        new ProcessBuilder("debconf-set-selections", "-c", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertThat(check.waitFor()).as(said).isZero();
  }

  /// The installer's shell writes the keys as they are.
  @Test
  void aShellReadsTheKeys() throws Exception {
    String line =
        text(texts.file("deb-1", "preseed"))
            .lines()
            .filter(one -> one.startsWith("d-i preseed/late_command string "))
            .findFirst()
            .orElseThrow()
            .substring("d-i preseed/late_command string ".length())
            .replace("/target/root", folder.toString())
            .replaceFirst("wget .*", "true");
    Process shell = new ProcessBuilder("bash", "-c", line).redirectErrorStream(true).start();
    String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(said).isZero();
    assertThat(Files.readString(folder.resolve(".ssh/authorized_keys")))
        .isEqualTo(KEY + "\nssh-rsa BBBB two@example\n");
  }

  @Test
  void aMachineReadsItsSecrets() throws Exception {
    backends.address(Lab.discover(MacAddress.parse("52:54:00:00:00:51")));
    await().until(() -> backends.nodes().keys().size() == 1);
    await()
        .untilAsserted(
            () ->
                assertThat(text(get("k3os/config", "192.168.77.51")))
                    .contains("password: \"s3cret\"")
                    .containsPattern("/t/525400000051-[0-9a-f]{32}/online")
                    .doesNotContain("***"));
  }

  @Test
  void anAgentJoinsTheControlNodeOfItsGroup() throws Exception {
    assertThat(get("k3os/config", "192.168.77.62"))
        .isInstanceOfSatisfying(
            FileAnswer.NotReady.class,
            no -> assertThat(no.reason()).contains("the control node control-1 has no record yet"));
    backends.address(Lab.discover(MacAddress.parse("52:54:00:00:00:61")));
    await().until(() -> get("k3os/config", "192.168.77.62") instanceof FileAnswer.Content);

    JsonNode control = YAML.readTree(text(get("k3os/config", "192.168.77.61"))).get("k3os");
    JsonNode agent = YAML.readTree(text(get("k3os/config", "192.168.77.62"))).get("k3os");
    assertThat(control.at("/token").asText())
        .matches("[0-9a-f]{64}")
        .isEqualTo(agent.at("/token").asText());
    assertThat(control.at("/k3s_args").toString())
        .isEqualTo("[\"server\",\"--cluster-init\",\"--tls-san=192.168.77.61\"]");
    assertThat(control.at("/server_url").isMissingNode()).isTrue();
    assertThat(agent.at("/server_url").asText()).isEqualTo("https://192.168.77.61:6443");
    assertThat(agent.at("/k3s_args").toString()).isEqualTo("[\"agent\"]");
    assertThat(text(texts.file("agent-1", "k3os/config"))).contains("token: \"***\"");

    assertThat(get("k3os/config", "192.168.77.63"))
        .isInstanceOfSatisfying(
            FileAnswer.NotReady.class,
            no -> assertThat(no.reason()).contains("no node of red is a control node"));
    assertThat(texts.file("agent-2", "k3os/config")).isInstanceOf(Rendered.NotReady.class);
    // and its script all the same: it asks again when it needs it
    assertThat(texts.generate("agent-2", "", Loader.IPXE)).isInstanceOf(Rendered.Text.class);
  }

  @Test
  void aDiskThatNobodyNamedIsMissingBeforeTheInstallerStarts() throws Exception {
    for (Rendered rendered :
        List.of(
            texts.file("bare-1", "preseed"),
            texts.generate("bare-1", "deb", Loader.GRUB),
            texts.generate("bare-1", "ubu", Loader.IPXE),
            texts.generate("bare-1", "fed", Loader.PXELINUX),
            texts.generate("192.168.77.64", "k3", Loader.IPXE))) {
      assertThat(rendered)
          .isInstanceOfSatisfying(
              Rendered.Missing.class,
              no -> assertThat(no.value()).isEqualTo("options.installDisk"));
    }
    assertThat(get("boot.ipxe", "192.168.77.64").toString())
        .contains("preseed.mustache", "options.installDisk");
    assertThat(texts.generate("talos-1", "", Loader.IPXE))
        .isInstanceOfSatisfying(
            Rendered.Missing.class, no -> assertThat(no.value()).isEqualTo("talos/config"));
  }

  @Test
  void anOperatorsTemplateGoesFirstAndIsReadAgain() throws Exception {
    Files.writeString(folder.resolve("user-data.mustache"), "all {{hostname}}");
    assertThat(text(texts.file("alpine-1", "user-data"))).isEqualTo("all alpine-1");
    Files.createDirectory(folder.resolve("alpine"));
    Path own = folder.resolve("alpine/user-data.mustache");
    Files.writeString(
        own,
        "{{#shell}}it's {{options.installDisk}}{{/shell}} {{modloop}} {{^x}}no {{/x}}{{type}}");
    assertThat(text(texts.file("alpine-1", "user-data")))
        .isEqualTo("'it'\\''s /dev/vda' http://192.168.77.1/m no alpine");
    assertThat(text(texts.file("fed-1", "user-data"))).isEqualTo("all fed-1");
    Files.writeString(own, "now {{groups}}");
    await().until(() -> text(texts.file("alpine-1", "user-data")).startsWith("now "));
    Files.delete(own);
    assertThat(text(texts.file("alpine-1", "user-data"))).isEqualTo("all alpine-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a\\n{{#x}}\\nb      | user-data.mustache: ",
        "a\\nb {{hostname    | user-data.mustache:2: {{ without }}",
        "{{>other}}          | a template reads no other",
        "{{#line}}a\\nb{{/line}} | a value that has to be one line is more",
      })
  void aBrokenTemplateBreaksItsOwnFileOnly(String template, String complaint) throws Exception {
    Files.writeString(folder.resolve("user-data.mustache"), template.replace("\\n", "\n"));
    assertThat(texts.file("alpine-1", "user-data"))
        .isInstanceOfSatisfying(
            Rendered.Refused.class, no -> assertThat(no.sentence()).contains(complaint));
    assertThat(get("user-data", "192.168.77.50"))
        .isInstanceOfSatisfying(
            FileAnswer.Failed.class, no -> assertThat(no.code()).isEqualTo(500));
    assertThat(get("meta-data", "192.168.77.50")).isInstanceOf(FileAnswer.Content.class);
    assertThat(get("boot.ipxe", "192.168.77.50")).isInstanceOf(FileAnswer.Content.class);
  }

  @Test
  void aMissingValueIsNamedWithItsLine() throws Exception {
    Path file = folder.resolve("user-data.mustache");
    Files.writeString(file, "a\nb {{options.nobody}}\n");
    assertThat(texts.file("alpine-1", "user-data"))
        .isEqualTo(
            new Rendered.Missing(
                "options.nobody",
                file
                    + ":2: there is no options.nobody for this machine: set it for alpine-1 or its"
                    + " kernel"));
  }

  @Test
  void aMenuIsOfWhatTheMachineCanBoot() throws Exception {
    String script = text(get("boot.ipxe", "192.168.77.58"));
    assertThat(script)
        .contains("item entry-1 alpine\nitem entry-2 disk\n") // talos has no configuration
        .contains("choose --timeout 7000 --default entry-2 chosen");
    assertThat(text(get("pxelinux.cfg/default", "192.168.77.58")))
        .contains("DEFAULT disk\nPROMPT 1\nTIMEOUT 70\nLABEL alpine\n");
    assertThat(text(get("grub/grub.cfg", "192.168.77.58")))
        .contains("set default='disk'\nset timeout=7\nmenuentry 'alpine' ");
  }

  @Test
  void aScriptSaysThatItFailed() throws Exception {
    try (HeardEvents heard = new HeardEvents(backends, EventKind.BOOT_FAILED)) {
      String path = "boot-failed/52-54-00-00-00-50/alpine/0x2c0d603b";
      assertThat(text(get(path, "192.168.77.50"))).isEqualTo("noted\n");
      await().until(() -> heard.count() == 1);
      assertThat(heard.each("Kernel")).containsExactly("alpine");
      assertThat(get(path, "192.168.77.51")).isInstanceOf(FileAnswer.NotFound.class);
      assertThat(get("boot-failed/x", "192.168.77.50")).isInstanceOf(FileAnswer.NotFound.class);
    }
  }

  @Test
  void everyNameOfANodeLeadsToIt() {
    assertThat(text(texts.generate("52-54-00-00-00-50", "alpine", Loader.IPXE)))
        .isEqualTo(text(texts.generate("alpine-1", "", Loader.IPXE)))
        .isEqualTo(text(texts.generate("192.168.77.50", "", Loader.IPXE)));
    assertThat(texts.generate("nobody", "", Loader.IPXE))
        .isEqualTo(new Rendered.Unknown(Rendered.Kind.NODE, "nobody"));
    assertThat(texts.generate("alpine-1", "nothing", Loader.IPXE))
        .isEqualTo(new Rendered.Unknown(Rendered.Kind.KERNEL, "nothing"));
    assertThat(texts.file("alpine-1", "nothing"))
        .isEqualTo(new Rendered.Unknown(Rendered.Kind.FILE, "nothing"));
    assertThat(texts.files("nobody")).isEmpty();
    assertThat(texts.files("alpine-1").orElseThrow())
        .extracting(BootText.File::path)
        .contains("user-data", "k3os/config", "talos/config");
  }
}
