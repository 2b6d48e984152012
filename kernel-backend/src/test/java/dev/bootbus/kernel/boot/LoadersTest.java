package dev.bootbus.kernel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One kernel in the language of each loader. `-Dgolden.update` writes the golden files.
class LoadersTest {
  private static final BootUrl URL = BootUrl.parse("http://192.168.77.1/");
  private static final Machine MACHINE =
      new Machine(
          MacAddress.parse("52:54:00:12:34:56"), "brave-otter", Architecture.ANY, "", true, null);
  private static final String CMDLINE = "console=ttyS0 ds=nocloud;s=http://192.168.77.1/ x=\"y z\"";
  private static final Kernel ONE = kernel("alpine/vmlinuz", List.of("alpine/initramfs"), CMDLINE);

  private static final Kernel TWO =
      new Kernel(
          "alpine",
          Architecture.X86_64,
          "/alpine/vmlinuz",
          List.of("alpine/initramfs", "http://mirror.example/alpine/modules"),
          "quiet");
  private static final Kernel BARE = kernel("Image", List.of(), "");

  @TempDir private Path folder;

  private static Kernel kernel(String kernel, List<String> initrds, String cmdline) {
    return new Kernel("alpine", Architecture.AARCH64, kernel, initrds, cmdline);
  }

  private static LoadPlan plan(Protocol protocol, Kernel kernel) throws CannotLoadException {
    BootPlan plan = Golden.plan(MACHINE, kernel, URL);
    return LoadPlan.of(plan, plan.only(), URL, protocol);
  }

  private static void golden(String name, String actual) throws IOException {
    Golden.is(name, actual);
  }

  @Test
  void pxelinux() throws Exception {
    golden("pxelinux-tftp.cfg", PxelinuxConfig.of(plan(Protocol.TFTP, ONE), false));
    golden("pxelinux-tftp-in-folder.cfg", PxelinuxConfig.of(plan(Protocol.TFTP, TWO), true));
    golden("pxelinux-http.cfg", PxelinuxConfig.of(plan(Protocol.HTTP, TWO), true));
    golden("pxelinux-no-initrd.cfg", PxelinuxConfig.of(plan(Protocol.TFTP, BARE), false));
  }

  @Test
  void grub() throws Exception {
    golden("grub-tftp.cfg", GrubConfig.of(plan(Protocol.TFTP, ONE)));
    golden("grub-http.cfg", GrubConfig.of(plan(Protocol.HTTP, TWO)));
    golden("grub-no-initrd.cfg", GrubConfig.of(plan(Protocol.TFTP, BARE)));
  }

  @ParameterizedTest
  @CsvSource({"grub-tftp.cfg", "grub-http.cfg", "grub-no-initrd.cfg"})
  void grubReadsItself(String name) throws Exception {
    assertThat(run("grub-script-check", "src/test/resources/golden/" + name)).isEmpty();
  }

  @Test
  void uBoot() throws Exception {
    golden("u-boot.txt", UBootScript.script(plan(Protocol.TFTP, ONE)));
    Kernel two = kernel("Image", List.of("a", "b"), "quiet");
    golden("u-boot-two-initrds.txt", UBootScript.script(plan(Protocol.TFTP, two)));
    golden("u-boot-no-initrd.txt", UBootScript.script(plan(Protocol.TFTP, BARE)));
  }

  @Test
  void uBootsOwnToolReadsTheImage() throws Exception {
    Path image = Files.write(folder.resolve("x"), UBootScript.image(plan(Protocol.TFTP, ONE)));
    assertThat(run("dumpimage", "-l", image.toString()))
        .contains("Image Name:   brave-otter (52:54:00:12:34:56)")
        .contains("Image Type:   AArch64 Linux Script (uncompressed)");
  }

  /// The bytes that mkimage 2023.01 writes with `-A arm64 -T script -C none -n x`, at the time 0.
  @Test
  void theImageIsMkimages() {
    String mkimage =
        "27051956860fe9d6000000000000001300000000000000003db55e6f05160600"
            + "7800000000000000000000000000000000000000000000000000000000000000"
            + "0000000b000000006563686f2068656c6c6f0a";
    assertThat(HexFormat.of().formatHex(UBootScript.image("x", "echo hello\n"))).isEqualTo(mkimage);
  }

  @Test
  void raspberryPi() throws Exception {
    golden("pi-config.txt", PiFiles.config(plan(Protocol.TFTP, ONE)));
    golden("pi-cmdline.txt", PiFiles.cmdline(plan(Protocol.TFTP, ONE)));
    golden("pi-config-no-initrd.txt", PiFiles.config(plan(Protocol.TFTP, BARE)));
  }

  private interface Loader {
    Object of(LoadPlan plan) throws CannotLoadException;
  }

  private static void fails(Kernel kernel, Loader loader, String message) {
    assertThatExceptionOfType(CannotLoadException.class)
        .isThrownBy(() -> loader.of(plan(Protocol.TFTP, kernel)))
        .withMessageContaining(message);
  }

  @Test
  void whatALoaderCannotDoIsSaid() {
    Kernel url = kernel("https://mirror.example/k", List.of(), "");
    Kernel quote = kernel("k", List.of(), "x='y'");
    Kernel ipxe = kernel("k", List.of(), "BOOTIF=01-${net0/mac:hexhyp}");
    Kernel space = kernel("a%20b", List.of(), "");
    Kernel comma = kernel("k", List.of("a,b"), "");
    Kernel pc = new Kernel("pc", Architecture.X86_64, "k", List.of(), "");
    fails(url, GrubConfig::of, "GRUB cannot load https://mirror.example/k");
    fails(url, UBootScript::image, "it speaks TFTP only");
    fails(url, PiFiles::config, "it speaks TFTP only");
    fails(quote, GrubConfig::of, "GRUB would put a backslash");
    fails(kernel("k", List.of(), "x=\"y"), GrubConfig::of, "quotation mark");
    fails(quote, UBootScript::image, "U-Boot cannot be given");
    fails(ipxe, plan -> PxelinuxConfig.of(plan, false), "that only iPXE can replace");
    fails(space, plan -> PxelinuxConfig.of(plan, false), "only iPXE can load a%20b");
    fails(comma, plan -> PxelinuxConfig.of(plan, false), "only iPXE can load a,b");
    Kernel two = kernel("k", List.of("a", "b"), "");
    fails(two, plan -> PxelinuxConfig.of(plan, false), "U-Boot's pxe loads one initrd");
    fails(pc, UBootScript::image, "the kernel is for x86_64, and this loader boots aarch64");
    fails(pc, PiFiles::cmdline, "the kernel is for x86_64");
    fails(kernel("k".repeat(92), List.of(), ""), PiFiles::config, "reads 98 characters");
  }

  static void grubReads(Path file) throws Exception {
    assertThat(run("grub-script-check", file.toString())).isEmpty();
  }

  /// What it says.
  private static String run(String... command) throws Exception {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0]))),
        "needs " + command[0] + ": apt-get install grub-common u-boot-tools");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
