package dev.bootbus.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The probe shares no decision with the servers, so it cannot be wrong in the same way.
class StructureTest {
  private static final Pattern FOREIGN =
      Pattern.compile(
          "import (?:static )?(dev\\.bootbus\\.(?:dhcp|tftp|http|kernel|content)\\.\\S+);");

  @Test
  void onlyTheWireIsShared() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      List<String> imports =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .flatMap(StructureTest::lines)
              .flatMap(line -> FOREIGN.matcher(line).results().map(match -> match.group(1)))
              .distinct()
              .toList();

      assertThat(imports)
          .isNotEmpty()
          .allMatch(
              name ->
                  name.startsWith("dev.bootbus.dhcp.wire.")
                      || name.startsWith("dev.bootbus.tftp.wire."));
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
