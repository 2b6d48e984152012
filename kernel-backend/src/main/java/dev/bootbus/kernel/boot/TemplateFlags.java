package dev.bootbus.kernel.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where an operator keeps templates.
public final class TemplateFlags {
  @Option(
      names = "--templates",
      paramLabel = "DIR",
      defaultValue = "${env:BOOTBUS_TEMPLATES}",
      description = "Templates of config files, which go before those that ship.")
  @Nullable String folder;

  /// @throws IllegalArgumentException if there is no such folder
  public Templates templates() {
    if (folder == null || folder.isBlank()) {
      return new Templates(null);
    }
    Path path = Path.of(folder);
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException("--templates: not a folder: " + folder);
    }
    return new Templates(path);
  }
}
