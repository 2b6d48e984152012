package dev.bootbus.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A password or token, which is never shown.
public final class Secret {
  private static final long MAX_LENGTH = 64 << 10;

  private final char[] chars;

  private Secret(String text) {
    this.chars = text.toCharArray();
  }

  public static Secret of(String text) {
    return new Secret(text);
  }

  /// The first line of a file.
  ///
  /// @throws IllegalArgumentException if it cannot be read, is empty, or is larger than 64 KiB
  public static Secret ofFile(Path file) {
    try {
      if (Files.size(file) > MAX_LENGTH) {
        throw new IllegalArgumentException(file + " is too large for a secret");
      }
      String text = Files.readString(file).lines().findFirst().orElse("");
      if (text.isEmpty()) {
        throw new IllegalArgumentException(file + " is empty; it should hold the secret");
      }
      return new Secret(text);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  char[] chars() {
    return chars.clone();
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
