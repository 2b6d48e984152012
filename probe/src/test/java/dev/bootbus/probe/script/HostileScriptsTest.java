package dev.bootbus.probe.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.artefact.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Texts of somebody who means harm: each ends soon, within the memory of the JVM, and with nothing
/// thrown.
class HostileScriptsTest {
  private static final int ROUNDS = Integer.getInteger("bootbus.hostile.scripts", 400);

  static Stream<Arguments> bombs() {
    String lines = "x".repeat(100) + "\n";
    return Stream.of(
        Arguments.of("ten megabytes", Loader.Kind.IPXE, "#!ipxe\n" + "echo a\n".repeat(1_500_000)),
        Arguments.of(
            "a million labels", Loader.Kind.IPXE, "#!ipxe\n" + ":a\n".repeat(300_000) + "goto a\n"),
        Arguments.of("goto its own line", Loader.Kind.IPXE, "#!ipxe\n:a\ngoto a\n"),
        Arguments.of("joined lines", Loader.Kind.IPXE, "#!ipxe\n" + "a\\\n".repeat(300_000)),
        Arguments.of(
            "a value of itself",
            Loader.Kind.IPXE,
            "#!ipxe\nset a:hex 24:7b:61:7d\nset a ${a:string}x\necho ${${${a}}}\n"),
        Arguments.of(
            "nested expansions",
            Loader.Kind.IPXE,
            "#!ipxe\necho " + "${".repeat(100_000) + "}".repeat(100_000)),
        Arguments.of(
            "values that double",
            Loader.Kind.IPXE,
            "#!ipxe\nset a aaaaaaaa\n:b\nset a ${a}${a}\ngoto b\n"),
        Arguments.of(
            "menu of many",
            Loader.Kind.IPXE,
            "#!ipxe\nmenu a\n" + "item a b\n".repeat(15_000) + "choose --timeout 1 c\n"),
        Arguments.of("a long line", Loader.Kind.IPXE, "#!ipxe\n" + "a ".repeat(500_000)),
        Arguments.of("no lines end", Loader.Kind.PXELINUX, "A".repeat(1_000_000)),
        Arguments.of("labels", Loader.Kind.PXELINUX, "LABEL a\nKERNEL b\n".repeat(60_000)),
        Arguments.of(
            "submenus",
            Loader.Kind.PXELINUX,
            "MENU BEGIN\n".repeat(15_000) + "UI menu.c32\nLABEL a\n"),
        Arguments.of(
            "initrds",
            Loader.Kind.PXELINUX,
            "DEFAULT a\nLABEL a\nKERNEL b\nINITRD " + "a,".repeat(400_000)),
        Arguments.of("one if in another", Loader.Kind.GRUB, "if ".repeat(300_000)),
        Arguments.of("blocks", Loader.Kind.GRUB, "submenu a {\n".repeat(80_000)),
        Arguments.of("quotes", Loader.Kind.GRUB, "\"\n".repeat(500_000)),
        Arguments.of("braces", Loader.Kind.GRUB, "}\n".repeat(500_000)),
        Arguments.of("endless loop", Loader.Kind.GRUB, "while true; do true; done"),
        Arguments.of(
            "loops in loops",
            Loader.Kind.GRUB,
            "while true; do\n".repeat(30) + "true\n" + "done\n".repeat(30)),
        Arguments.of("function of itself", Loader.Kind.GRUB, "function a { a; }\na\n"),
        Arguments.of("menu of itself", Loader.Kind.GRUB, "menuentry a { configfile /self.cfg }"),
        Arguments.of("backtracking", Loader.Kind.GRUB, "regexp '(a*)*b' " + "a".repeat(200)),
        Arguments.of(
            "groups", Loader.Kind.GRUB, "regexp '" + "(".repeat(120) + ")".repeat(120) + "' a"),
        Arguments.of("values that double", Loader.Kind.GRUB, "a=xxxx\nwhile true; do a=$a$a; done"),
        Arguments.of("parentheses", Loader.Kind.GRUB, "test " + "'(' ".repeat(100_000)),
        Arguments.of("long names", Loader.Kind.GRUB, "linux /" + "a/".repeat(300_000)),
        Arguments.of("run of itself", Loader.Kind.U_BOOT, "setenv a 'run a; run a'\nrun a\n"),
        Arguments.of(
            "a lying length",
            Loader.Kind.U_BOOT,
            new String(
                Samples.uImage(22, 6, new byte[] {-1, -1, -1, -1, 0, 0, 0, 0}),
                StandardCharsets.ISO_8859_1)),
        Arguments.of("fetches", Loader.Kind.U_BOOT, "while true; do tftpboot 1 a; done"),
        Arguments.of("settings", Loader.Kind.FREEBSD, "a_load=\"YES\"\n".repeat(15_000)),
        Arguments.of("modules", Loader.Kind.FREEBSD, manyModules()),
        Arguments.of("lines", Loader.Kind.FREEBSD, lines.repeat(9_000)),
        Arguments.of("includes", Loader.Kind.RASPBERRY_PI, "include self.cfg\n".repeat(10)),
        Arguments.of("ramdisks", Loader.Kind.RASPBERRY_PI, "initramfs " + "a,".repeat(300_000)));
  }

  private static String manyModules() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 15_000; i++) {
      text.append('m').append(i).append("_load=YES\n");
    }
    return text.toString();
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("bombs")
  void ends(String name, Loader.Kind kind, String script) {
    Machine machine = Machines.of(kind == Loader.Kind.U_BOOT ? 22 : 0);
    Served served = new Served(machine.target()).with("self.cfg", script);
    Outcome outcome =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                Loader.of(kind)
                    .read(script, URI.create("tftp://192.168.77.1/a/self.cfg"), machine, served));
    assertThat(outcome.reading()).isNotNull();
    assertThat(outcome.findings()).hasSizeLessThanOrEqualTo(50);
    assertThat(served.asked).hasSizeLessThanOrEqualTo(200);
  }

  /// Pieces of real scripts, mixed with noise.
  @ParameterizedTest
  @EnumSource(Loader.Kind.class)
  void noTextThrowsAnything(Loader.Kind kind) throws IOException, InterruptedException {
    long seed = Long.getLong("bootbus.hostile.seed", 7);
    Random random = new Random(seed);
    List<String> pieces;
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/scripts"))) {
      pieces =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.toString().endsWith(".read"))
              .sorted()
              .flatMap(file -> read(file).lines())
              .toList();
    }
    for (int round = 0; round < ROUNDS; round++) {
      String script = mixed(random, pieces, kind);
      Machine machine = Machines.of(random.nextInt(45));
      Served served = new Served(machine.target()).with(".cfg", script).with("conf", script);
      URI from = URI.create("tftp://192.168.77.1/a/b.cfg");
      try {
        assertThat(Loader.of(kind).read(script, from, machine, served).reading()).isNotNull();
        assertThat(Loader.of(kind).start(from, machine, served).reading()).isNotNull();
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + " round " + round + ":\n" + script, e);
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mixed(Random random, List<String> pieces, Loader.Kind kind) {
    StringBuilder script = new StringBuilder(kind == Loader.Kind.IPXE ? "#!ipxe\n" : "");
    int lines = 1 + random.nextInt(30);
    for (int i = 0; i < lines; i++) {
      String line = pieces.get(random.nextInt(pieces.size()));
      if (random.nextInt(3) == 0 && !line.isEmpty()) {
        StringBuilder changed = new StringBuilder(line);
        for (int j = 0; j < 3; j++) {
          int at = random.nextInt(changed.length());
          switch (random.nextInt(3)) {
            case 0 -> changed.setCharAt(at, (char) random.nextInt(256));
            case 1 -> changed.insert(at, "${}\"'\\;|&[]()<>=:#".charAt(random.nextInt(18)));
            default -> changed.insert(at, line, 0, random.nextInt(line.length() + 1));
          }
        }
        line = changed.toString();
      }
      script.append(line).append('\n');
    }
    return script.toString();
  }
}
