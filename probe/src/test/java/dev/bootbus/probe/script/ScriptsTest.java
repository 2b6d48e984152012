package dev.bootbus.probe.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Finding;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of whole scripts: those that our kernel-backend writes, and ones in the manner of
/// other projects. Beside each stands what it leads to; `-Dgolden.update` writes that anew.
class ScriptsTest {
  private static final Path FOLDER = Path.of("src/test/resources/scripts");

  static Stream<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> kind(file) != null)
          .sorted(Comparator.comparing(Path::toString))
          .toList()
          .stream();
    }
  }

  private static Loader.Kind kind(Path file) {
    String name = file.getFileName().toString();
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "ipxe" -> Loader.Kind.IPXE;
      case "pxelinux" -> Loader.Kind.PXELINUX;
      case "grub" -> Loader.Kind.GRUB;
      case "uboot" -> Loader.Kind.U_BOOT;
      case "freebsd" -> Loader.Kind.FREEBSD;
      case "pi" -> Loader.Kind.RASPBERRY_PI;
      default -> null;
    };
  }

  private static String from(Loader.Kind kind) {
    return switch (kind) {
      case IPXE -> "http://192.168.77.1/boot/";
      case PXELINUX, SYSLINUX_EFI -> "tftp://192.168.77.1/pxelinux.cfg/";
      case GRUB -> "tftp://192.168.77.1//grub/";
      case U_BOOT -> "tftp://192.168.77.1/";
      case FREEBSD -> "http://192.168.77.1/fb/boot/";
      case RASPBERRY_PI -> "tftp://192.168.77.1/12345678/";
    };
  }

  private static List<Integer> architectures(Loader.Kind kind) {
    return switch (kind) {
      case U_BOOT -> List.of(22);
      case RASPBERRY_PI -> List.of(41);
      case IPXE, PXELINUX, SYSLINUX_EFI, GRUB, FREEBSD -> List.of(0, 7);
    };
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void leadsWhereItShould(Path script) throws Exception {
    Loader.Kind kind = kind(script);
    StringBuilder read = new StringBuilder();
    for (int architecture : architectures(kind)) {
      Machine machine = Machines.of(architecture);
      Served served = new Served(machine.target());
      served.with("boot.cfg", Files.readString(FOLDER.resolve("foreign/boot.cfg")));
      served.with("chains-itself.ipxe", "#!ipxe\nchain chains-itself.ipxe\n");
      served.with("screens/menu.cfg", Files.readString(FOLDER.resolve("foreign/debian-menu.cfg")));
      served.with("screens/txt.cfg", Files.readString(FOLDER.resolve("foreign/debian-txt.cfg")));
      served.with("includes-itself.pxelinux", "INCLUDE includes-itself.pxelinux\n");
      served.with("sources-itself.grub", "source $prefix/sources-itself.grub\n");
      served.with("usercfg.txt", "cmdline=words.txt\n");
      served.with("words.txt", "console=tty1 root=/dev/nfs\nnot this\n");
      served.absent(uri -> uri.endsWith(".gz") && uri.contains("/fb/"));
      served.with(
          "boot-esxi.cfg", "prefix=esxi\nkernel=b.b00\nkernelopt=runweasel\nmodules=a --- b\n");
      Outcome outcome =
          Loader.of(kind)
              .read(
                  Files.readString(script, StandardCharsets.ISO_8859_1),
                  URI.create(from(kind) + script.getFileName()),
                  machine,
                  served);
      read.append("==== ").append(machine.target()).append('\n').append(text(served, outcome));
    }
    Path golden = script.resolveSibling(script.getFileName() + ".read");
    if (System.getProperty("golden.update") != null) {
      Files.writeString(golden, read);
    }
    assertThat(read.toString()).isEqualTo(Files.readString(golden));
  }

  static String text(Served served, Outcome outcome) {
    List<String> lines = new ArrayList<>();
    int many = 12;
    served.asked.stream().limit(many).forEach(lines::add);
    if (served.asked.size() > many) {
      lines.add("… " + served.asked.size() + " in all");
    }
    for (Menu menu : outcome.menus()) {
      lines.add(
          "menu `%s` %s, takes `%s` %s"
              .formatted(
                  menu.title(),
                  menu.entries(),
                  menu.chosen(),
                  menu.timeout().map(t -> "after " + t).orElse("if told")));
    }
    outcome.said().stream().limit(many).forEach(said -> lines.add("says " + said));
    for (Finding finding : outcome.findings()) {
      lines.add("finding " + finding.cause().code() + ": " + finding.detail());
    }
    lines.add("→ " + reading(outcome.reading()));
    return String.join("\n", lines) + "\n";
  }

  static String reading(Reading reading) {
    return switch (reading) {
      case Reading.Kernel kernel ->
          "kernel %s with %s%s: %s"
              .formatted(
                  kernel.kernel().uri(),
                  kernel.initrds().stream().map(Image::uri).toList(),
                  kernel.deviceTree().map(tree -> " and " + tree.uri()).orElse(""),
                  kernel.commandLine());
      case Reading.Program program ->
          "program %s with %s: %s"
              .formatted(
                  program.program().uri(),
                  program.with().stream().map(Image::uri).toList(),
                  program.arguments());
      case Reading.San san -> "san " + san.uri();
      case Reading.Disk disk -> "disk, by " + disk.how();
      case Reading.Exit exit -> (exit.failed() ? "fails: " : "exits: ") + exit.how();
      case Reading.Off off -> "off, by " + off.how();
      case Reading.Prompt prompt -> "prompt, by " + prompt.how();
      case Reading.Broken broken ->
          "broken, " + broken.finding().cause().code() + ": " + broken.finding().detail();
    };
  }
}
