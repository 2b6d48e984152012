package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What may know what.
class StructureTest {
  private static final Path MAIN = Path.of("src/main/java/dev/bootbus/dhcp");

  private static List<String> imports(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("import "))
          .map(line -> line.replaceFirst("import (static )?", ""))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void the_wire_knows_only_java() throws IOException {
    try (Stream<Path> files = Files.list(MAIN.resolve("wire"))) {
      assertThat(files.flatMap(file -> imports(file).stream()))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("java.") || name.startsWith("org.jspecify."));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Architecture",
        "BootFile",
        "BootMenu",
        "BootOptions",
        "BootPolicy",
        "BootService",
        "BootSettings",
        "BootWords",
        "Client",
        "ClientClass",
        "Delivery",
        "Destination",
        "Draft",
        "DropReason",
        "FullDhcp",
        "Intent",
        "LeaseTimes",
        "ProxyDhcp",
        "ProxyStyle",
        "PxeOption",
        "RaspberryPi",
        "Reply",
        "Responder",
        "Subnet"
      })
  void a_decision_knows_no_socket_clock_or_log(String name) {
    assertThat(imports(MAIN.resolve(name + ".java")))
        .noneMatch(used -> used.startsWith("org.slf4j") || used.startsWith("picocli"))
        .noneMatch(
            used ->
                (used.startsWith("java.io") && !used.endsWith(".ByteArrayOutputStream;"))
                    || (used.startsWith("java.nio") && !used.endsWith(".StandardCharsets;")))
        .noneMatch(used -> used.startsWith("java.time") || used.contains("concurrent"))
        .noneMatch(used -> used.endsWith("Bus;") || used.endsWith("DatagramSocket;"));
  }
}
