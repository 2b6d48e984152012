package dev.bootbus.http.mirror;

import dev.bootbus.content.BootPath;
import dev.bootbus.content.FileVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pins as `sha256sum` writes them, `HEX  alpine/vmlinuz-lts`, with blank lines and `#` comments.
/// The file is read again when it changes; while it cannot be read, the pins before stay.
public final class PinFile implements Pins {
  private static final int MAX_PINS = 100_000;
  private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64}) [ *](.+)");

  private record Read(FileVersion version, Map<BootPath, String> pins) {}

  private final Path file;
  private final Consumer<String> complaints;
  private volatile Read last;

  private PinFile(Path file, Read first, Consumer<String> complaints) {
    this.file = file;
    this.last = first;
    this.complaints = complaints;
  }

  /// @param complaints hears why a changed file could not be read
  /// @throws IOException if the file cannot be read, or has a line that is no pin
  public static PinFile read(Path file, Consumer<String> complaints) throws IOException {
    return new PinFile(file, read(file), complaints);
  }

  @Override
  public Optional<String> of(BootPath path) {
    refresh();
    return Optional.ofNullable(last.pins.get(path));
  }

  private void refresh() {
    FileVersion version = last.version;
    try {
      if (!version.isStill(file)) {
        version = FileVersion.of(file);
        last = read(file);
      }
    } catch (IOException e) {
      if (!version.equals(last.version)) {
        complaints.accept(String.valueOf(e.getMessage()));
        last = new Read(version, last.pins);
      }
    }
  }

  private static Read read(Path file) throws IOException {
    FileVersion version = FileVersion.of(file);
    Map<BootPath, String> pins = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        Matcher pin = LINE.matcher(line);
        if (!pin.matches() || pins.size() == MAX_PINS) {
          throw new IOException(file + ": no line of sha256sum: " + line);
        }
        pins.put(path(file, pin.group(2)), pin.group(1).toLowerCase(Locale.ROOT));
      }
    }
    return new Read(version, Map.copyOf(pins));
  }

  private static BootPath path(Path file, String name) throws IOException {
    try {
      return new BootPath(BootPath.ofTftp(name).segments(), false);
    } catch (BootPath.RefusedException e) {
      throw new IOException(file + ": " + name + ": " + e.getMessage(), e);
    }
  }
}
