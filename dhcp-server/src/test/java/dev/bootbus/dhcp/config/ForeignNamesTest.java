package dev.bootbus.dhcp.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The names that other servers have for our settings.
class ForeignNamesTest {
  @Test
  void every_setting_of_pypxe_is_in_the_table() throws IOException {
    String table = Files.readString(Path.of("CONFIGURATION.md"));
    assertThat(PyPxeSettings.DEFAULTS).hasSizeGreaterThan(30);
    PyPxeSettings.DEFAULTS.keySet().stream()
        .map(key -> key.startsWith("NBD_") ? "NBD_*" : key)
        .forEach(key -> assertThat(table).contains("`" + key + "`"));
  }
}
