package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Option;

class ReadmeTest {
  @Test
  void theTableOfOptionsIsTheProgramsOwn() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| `--"))
            .map(line -> line.replaceFirst("^((\\| [^|]* ){3})\\|.*", "$1").strip())
            .toList();

    assertThat(rows)
        .isEqualTo(
            Stream.of(Main.class, TlsFlags.class, MirrorFlags.class)
                .flatMap(flags -> Arrays.stream(flags.getDeclaredFields()))
                .filter(field -> field.isAnnotationPresent(Option.class))
                .map(field -> row(field.getAnnotation(Option.class)))
                .toList());
  }

  @Test
  void everyFlagIsNamed() throws Exception {
    String readme = Files.readString(Path.of("README.md"));

    Main.commandLine().getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .forEach(option -> assertThat(readme).contains("`" + option.longestName() + "`"));
  }

  /// The default is declared as `${env:NAME:-value}`.
  private static String row(Option option) {
    String[] declared = option.defaultValue().replaceAll("^\\$\\{env:|}$", "").split(":-", 2);
    String value = declared[1].isEmpty() ? "none" : "`" + declared[1] + "`";
    return "| `%s` | `%s` | %s".formatted(option.names()[0], declared[0], value);
  }
}
