package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may know what.
class StructureTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/bootbus/tftp");

  private static List<String> imports(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("import "))
          .map(line -> line.replaceFirst("import (static )?", ""))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void wireKnowsBytesAndNothingElse() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES.resolve("wire"))) {
      assertThat(files.flatMap(file -> imports(file).stream()))
          .isNotEmpty()
          .allMatch(
              name ->
                  name.matches(
                      "(java\\.(nio|util)|dev\\.bootbus\\.tftp\\.wire|org\\.jspecify)\\..*"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Negotiation", "Sender", "RoundTrip", "Rollover", "Patience", "LogLimit"})
  void decisionsArePure(String name) {
    assertThat(imports(SOURCES.resolve(name + ".java")))
        .allMatch(
            imported -> imported.matches("(java\\.(util|time)|dev\\.bootbus\\.tftp\\.wire)\\..*"))
        .noneMatch(imported -> imported.matches(".*\\.(Clock|Instant|InstantSource);"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DatagramChannel", "DatagramPacket", "DatagramSocket"})
  void socketsAreOpenedInOnePlaceForEachEngine(String type) throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .filter(
                      file -> imports(file).stream().anyMatch(i -> i.endsWith("." + type + ";")))
                  .map(file -> file.getFileName().toString()))
          .isSubsetOf("NioNetwork.java");
    }
  }

  @Test
  void theBusIsKnownInFewPlaces() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .filter(
                      file ->
                          imports(file).stream().anyMatch(i -> i.startsWith("dev.bootbus.schema.")))
                  .map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "Main.java",
              "Transfer.java",
              "TransferMeters.java",
              "BootEvents.java",
              "Call.java",
              "Journal.java",
              "Spans.java");
    }
  }
}
