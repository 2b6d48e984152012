package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Option;

/// The README's table is that of the program.
class FlagsReadmeTest {
  /// Not of every process: each that asks or answers has flags of its own for them.
  private static final Set<String> OF_SOME_PROCESSES =
      Set.of(
          BusEnvironment.SUBJECT,
          BusEnvironment.FILE_SUBJECT,
          BusEnvironment.DHCP_TYPE,
          BusEnvironment.DEADLINE,
          BusEnvironment.ANSWER_CACHE);

  private static List<String> column(int number) throws Exception {
    return Files.readAllLines(Path.of("README.md")).stream()
        .filter(line -> line.matches("\\| (`--[a-z-]+` )?\\| `BOOTBUS_.*"))
        .map(line -> line.split("\\|")[number].strip().replace("`", ""))
        .filter(text -> !text.isEmpty())
        .toList();
  }

  @Test
  void everyFlagIsThereInOrder() throws Exception {
    assertThat(column(1))
        .isEqualTo(
            Arrays.stream(BusFlags.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(Option.class))
                .map(field -> field.getAnnotation(Option.class).names()[0])
                .toList());
  }

  @Test
  void everyVariableIsThere() throws Exception {
    assertThat(column(2))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(BusEnvironment.class.getDeclaredFields())
                .filter(field -> field.getType() == String.class)
                .map(FlagsReadmeTest::value)
                .filter(name -> !OF_SOME_PROCESSES.contains(name))
                .toList());
  }

  private static String value(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
