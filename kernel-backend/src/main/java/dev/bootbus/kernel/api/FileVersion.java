package dev.bootbus.kernel.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;

/// By which a changed file is told from what it was.
///
/// @param inode empty where there is no file
record FileVersion(Instant modified, long size, String inode) {
  private static final FileVersion NONE = new FileVersion(Instant.EPOCH, 0, "");

  /// A file that changed only just now may be half of what is to come.
  private static final Duration SETTLING = Duration.ofMillis(200);

  static FileVersion of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileVersion(
          attributes.lastModifiedTime().toInstant(),
          attributes.size(),
          String.valueOf(attributes.fileKey()));
    } catch (IOException e) {
      return NONE;
    }
  }

  boolean isSettled() {
    return modified.isBefore(Instant.now().minus(SETTLING));
  }
}
