package dev.bootbus.dhcp;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags about the other settings.
final class ConfigFlags {
  static final String VARIABLE = "BOOTBUS_CONFIG";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "YAML file with settings: its keys are the names of these options. A variable goes before it,"
            + " and an option before both. SIGHUP has it read again."
      })
  private @Nullable Path file;

  @Option(
      names = "--check-config",
      description = "Read all settings, say ok or what is wrong with them, and end.")
  private boolean check;

  @Option(
      names = "--print-config",
      description = "Print all settings as such a file, with the source of each, and end.")
  private boolean print;

  /// @return null if there is none
  @Nullable Path file(@Nullable String variable) {
    return file == null && variable != null && !variable.isBlank() ? Path.of(variable) : file;
  }

  boolean isCheck() {
    return check;
  }

  boolean isPrint() {
    return print;
  }
}
