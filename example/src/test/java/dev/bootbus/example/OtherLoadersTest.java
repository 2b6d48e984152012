package dev.bootbus.example;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.example.Capture.Segment;
import dev.bootbus.tftp.wire.MalformedPacketException;
import dev.bootbus.tftp.wire.TftpPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Boot loaders that are not iPXE run what kernel-backend writes for them. What each asked for is a
/// golden file; `-Dgolden.update` writes it anew.
class OtherLoadersTest {
  private static final Path GOLDEN = Path.of("src/test/resources/loaders");
  private static final int TFTP = 69;
  private static final int HTTP = 80;

  /// What the iPXE asks for that loads PXELINUX.
  private static final String IPXE = "GET /boot.ipxe";

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "pxelinux-folder, BIOS, x86_64, pxelinux syslinux-common ipxe-qemu",
    "lpxelinux, BIOS, x86_64, pxelinux syslinux-common ipxe-qemu",
    "syslinux-efi, UEFI, x86_64, syslinux-efi syslinux-common ovmf",
    "grub, UEFI, x86_64, grub-efi-amd64-signed ovmf",
    "grub-netdir, UEFI, x86_64, grub-common grub-efi-amd64-bin ovmf",
    "grub-http, UEFI, x86_64, grub-common grub-efi-amd64-bin ovmf",
    "u-boot, devicetree, aarch64, u-boot-qemu",
    "u-boot-pxe, devicetree, aarch64, u-boot-qemu u-boot-tools",
  })
  void boots(String loader, String firmware, String processor, String packages, @TempDir Path logs)
      throws Exception {
    assumeInstalled("x86_64".equals(processor) ? "x86" : "arm", packages);

    Script boot = Script.run("boot", loader, "--capture", "--logs", logs.toString());

    assertThat(boot.status()).as(boot.output()).isZero();
    assertThat(boot.output())
        .contains("\nbooted\n", "firmware=" + firmware, "words=\"a;b c\"")
        .contains("kernel fetched ");
    if (!loader.equals("u-boot-pxe")) { // which takes no list of initrds
      assertThat(boot.output()).contains("second-initrd=yes");
    }
    golden(loader, asked(Capture.read(logs.resolve("boot.pcap"))));
  }

  /// The loader's own menu, written by the backend.
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "pxelinux, pxelinux syslinux-common ipxe-qemu",
    "grub, grub-efi-amd64-signed ovmf",
  })
  void aMenuBootsItsDefault(String loader, String packages, @TempDir Path logs) throws Exception {
    assumeInstalled("x86", packages);

    Script boot = Script.run("boot", loader, "--menu", "--capture", "--logs", logs.toString());

    assertThat(boot.status()).as(boot.output()).isZero();
    assertThat(boot.output())
        .contains("\nbooted\n", "words=\"a;b c\"", "second-initrd=yes")
        .containsPattern("script path=(pxelinux.cfg|grub)/\\S+ mac=\\S+ kernel=menu")
        .containsPattern("kernel fetched .* kernel=demo ");
  }

  private static void assumeInstalled(String qemu, String packages) throws Exception {
    String wish = System.getenv().getOrDefault("BOOTBUS_TEST_BOOT", "auto");
    if (wish.equals("required")) {
      return; // the script installs what is missing
    }
    assumeTrue(!wish.equals("off"), "BOOTBUS_TEST_BOOT=off");
    boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    assumeTrue(root, "booting real loaders needs root");
    List<String> absent =
        Arrays.stream(("tcpdump qemu-system-" + qemu + " " + packages).split(" "))
            .filter(name -> !Files.exists(Path.of("/var/lib/dpkg/info", name + ".list")))
            .toList();
    assumeTrue(absent.isEmpty(), "apt-get install " + String.join(" ", absent));
  }

  /// In order, each question once: one that is repeated on a slow machine says nothing new.
  private static String asked(Capture capture) throws MalformedPacketException {
    Set<String> asked = new LinkedHashSet<>();
    for (Segment segment : capture.segments()) {
      if (segment.protocol() == Capture.UDP && segment.targetPort() == TFTP) {
        if (TftpPacket.decode(ByteBuffer.wrap(segment.payload()))
            instanceof TftpPacket.ReadRequest read) {
          asked.add("RRQ " + read.filename() + options(read));
        }
      }
      if (segment.protocol() == Capture.TCP && segment.targetPort() == HTTP) {
        new String(segment.payload(), StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> line.endsWith(" HTTP/1.1") || line.endsWith(" HTTP/1.0"))
            .filter(line -> !line.startsWith(IPXE))
            .forEach(asked::add);
      }
    }
    return String.join("\n", asked) + "\n";
  }

  private static String options(TftpPacket.ReadRequest read) {
    return read.options().list().stream()
        .map(option -> " " + option.name() + "=" + option.value())
        .collect(joining());
  }

  /// The versions of one Debian ask the same; others are only seen to boot.
  private static void golden(String loader, String asked) throws IOException {
    Path file = GOLDEN.resolve(loader + ".txt");
    String here = "# " + debian() + "\n" + asked;
    if (System.getProperty("golden.update") != null) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, here);
    }
    String golden = Files.readString(file);
    if (golden.startsWith("# " + debian() + "\n")) {
      assertThat(here).isEqualTo(golden);
    }
  }

  private static String debian() throws IOException {
    Path release = Path.of("/etc/os-release");
    if (!Files.exists(release)) {
      return "another system";
    }
    return Files.readAllLines(release).stream()
        .filter(line -> line.startsWith("VERSION_CODENAME="))
        .map(line -> line.substring("VERSION_CODENAME=".length()))
        .findFirst()
        .orElse("another system");
  }
}
