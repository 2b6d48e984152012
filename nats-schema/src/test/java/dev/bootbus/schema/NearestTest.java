package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> NAMES =
      List.of("allow", "deny", "boot-file", "boot-url", "http-port", "port", "interfaces");

  @ParameterizedTest
  @CsvSource({
    "alow, allow",
    "DENY, deny",
    "boot_file, boot-file",
    "bootUrl, boot-url",
    "httpport, http-port",
    "prot, ",
    "interface, interfaces",
    "pool, ",
    "x, "
  })
  void one_mistake_in_three_letters_is_understood(String said, String meant) {
    assertThat(Nearest.of(said, NAMES).orElse(null)).isEqualTo(meant);
  }

  @Test
  void what_is_too_long_is_no_name() {
    assertThat(Nearest.of("a".repeat(100_000), NAMES)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', '', 0", "kitten, sitting, 3", "abc, '', 3", "ab, ba, 2"})
  void the_distance_is_levenshtein_s(String a, String b, int distance) {
    assertThat(Nearest.distance(a, b)).isEqualTo(distance);
  }
}
