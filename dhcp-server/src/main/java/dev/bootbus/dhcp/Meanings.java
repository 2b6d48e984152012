package dev.bootbus.dhcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What OUTCOMES.md says of each reason.
record Meanings(Map<String, String> byReason) {
  private static final Pattern SECTION =
      Pattern.compile("(?m)^### (\\S+)\\n(.*?)(?=^##|\\z)", Pattern.DOTALL);

  Meanings {
    byReason = Map.copyOf(byReason);
  }

  /// As it was when this was built.
  static Meanings ofThePage() {
    try (InputStream page = Meanings.class.getResourceAsStream("OUTCOMES.md")) {
      return of(new String(Objects.requireNonNull(page).readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Meanings of(String page) {
    Map<String, String> byReason = new HashMap<>();
    Matcher section = SECTION.matcher(page);
    while (section.find()) {
      String text =
          section
              .group(2)
              .lines()
              .filter(line -> !line.isBlank())
              .collect(Collectors.joining("\n"));
      byReason.put(section.group(1), text);
    }
    return new Meanings(byReason);
  }

  /// Lines of Markdown; empty for a reason that the page does not have.
  String ofReason(String reason) {
    return byReason.getOrDefault(reason, "");
  }
}
