package dev.bootbus.probe.boot;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What files should be, by the end of their names: SHA-256 as `sha256sum` writes them.
record Checksums(Map<String, String> byName) {
  static final Checksums NONE = new Checksums(Map.of());
  private static final int MAX_LINES = 100_000;
  private static final Pattern LINE = Pattern.compile("(?i)([0-9a-f]{64}) [ *](?:\\./)?(\\S.*)");

  Checksums {
    byName = Map.copyOf(byName);
  }

  /// @throws IOException if it cannot be read, or a line is not of `sha256sum`
  static Checksums read(Path file) throws IOException {
    Map<String, String> sums = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      var match = LINE.matcher(line);
      if (!match.matches()) {
        if (line.isBlank()) {
          continue;
        }
        throw new IOException("%s: not a line of sha256sum: %s".formatted(file, line));
      }
      if (sums.size() == MAX_LINES) {
        throw new IOException("%s: more than %d lines".formatted(file, MAX_LINES));
      }
      sums.put(match.group(2), match.group(1).toLowerCase(Locale.ROOT));
    }
    return new Checksums(sums);
  }

  /// Both; what `others` says goes first.
  Checksums and(Checksums others) {
    Map<String, String> all = new HashMap<>(byName);
    all.putAll(others.byName);
    return new Checksums(all);
  }

  /// The longest name that the path ends with counts.
  Optional<Finding> check(URI uri, byte[] sha256) {
    String path = Optional.ofNullable(uri.getPath()).orElse("");
    for (int at = 0; at >= 0; at = path.indexOf('/', at + 1)) {
      String name = path.substring(path.startsWith("/", at) ? at + 1 : at);
      String wanted = byName.get(name);
      if (wanted != null) {
        String is = HexFormat.of().formatHex(sha256);
        return is.equals(wanted)
            ? Optional.empty()
            : Optional.of(
                new Finding(
                    Cause.CHECKSUM_WRONG, "%s is %s, should be %s".formatted(uri, is, wanted)));
      }
    }
    return Optional.empty();
  }
}
