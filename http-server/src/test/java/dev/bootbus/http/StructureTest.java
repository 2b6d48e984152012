package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What decides knows no socket, file, clock, bus or log.
class StructureTest {
  private static List<String> imports(String file) throws Exception {
    Path source = Path.of("src/main/java/dev/bootbus/http", file + ".java");
    return Files.readAllLines(source).stream()
        .filter(line -> line.startsWith("import "))
        .map(line -> line.replaceFirst("^import (static )?", ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ByteRange", "Piece", "MediaTypes", "Outcome", "Listing", "MachineUrl"})
  void pureFilesImportOnlyValuesOfTheJdk(String file) throws Exception {
    assertThat(imports(file))
        .allMatch(
            name ->
                name.matches(
                    "java\\.(util|time\\.Instant|io\\.Byte|nio\\.[Bc]).*|dev\\.bootbus\\.content\\.BootPath;"));
  }

  @ParameterizedTest
  @CsvSource({"Answer", "Representation", "Accepted"})
  void conditionsKnowHeadersOnly(String file) throws Exception {
    assertThat(imports(file))
        .allMatch(
            name ->
                name.matches(
                    "(java\\.(util|time|nio\\.charset)|org\\.eclipse\\.jetty\\.http|dev\\.bootbus\\.content\\.FileVersion).*"));
  }
}
