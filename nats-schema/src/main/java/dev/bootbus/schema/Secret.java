package dev.bootbus.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/// A password or token, which is never shown.
public final class Secret {
  private static final long MAX_LENGTH = 64 << 10;

  private final Supplier<String> text;

  private Secret(Supplier<String> text) {
    this.text = text;
  }

  public static Secret of(String text) {
    return new Secret(() -> text);
  }

  /// The first line of a file, read anew each time it is needed, so that it may be replaced.
  ///
  /// @throws IllegalArgumentException if it cannot be read, is empty, or is larger than 64 KiB
  public static Secret ofFile(Path file) {
    firstLine(file);
    return new Secret(() -> firstLine(file));
  }

  private static String firstLine(Path file) {
    try {
      if (Files.size(file) > MAX_LENGTH) {
        throw new UnusableFileException(file + " is too large for a secret");
      }
      String line = Files.readString(file).lines().findFirst().orElse("").strip();
      if (line.isEmpty()) {
        throw new UnusableFileException(file + " is empty; its first line should be the secret");
      }
      return line;
    } catch (IOException e) {
      throw new UnusableFileException(PemFiles.unreadable(file, e), e);
    }
  }

  /// @throws IllegalArgumentException if it is in a file that cannot be read any more
  char[] chars() {
    return text.get().toCharArray();
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
