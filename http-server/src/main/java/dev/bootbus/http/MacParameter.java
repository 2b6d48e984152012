package dev.bootbus.http;

import dev.bootbus.schema.MacAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpURI;
import org.jspecify.annotations.Nullable;

/// The hardware address in a URL: `?mac=52:54:00:12:34:56`.
final class MacParameter {
  /// As in `pxelinux.cfg/01-52-54-00-12-34-56`, `grub.cfg-01-52-54-00-12-34-56` and
  /// `/52:54:00:12:34:56/user-data`.
  private static final Pattern IN_PATH =
      Pattern.compile(
          "(?:/(?:01-)?|-01-)((?:\\p{XDigit}{2}([-:]))(?:\\p{XDigit}{2}\\2){4}\\p{XDigit}{2})(?:[/.]|$)");

  private static final int LENGTH = "52:54:00:12:34:56".length();

  private MacParameter() {}

  /// What a URL says of the machine that asks, be it in its query or in its path. Only for the log
  /// and events, as whoever writes a path need not mean it so.
  ///
  /// @return [MacAddress#NONE] if it says nothing
  static MacAddress named(HttpURI url) {
    MacAddress asked = of(url.getQuery()).orElse(MacAddress.NONE);
    String path = url.getPath();
    if (!asked.equals(MacAddress.NONE) || path == null || path.length() < LENGTH) {
      return asked;
    }
    Matcher matcher = IN_PATH.matcher(path);
    return matcher.find() ? MacAddress.parse(matcher.group(1).replace('-', ':')) : asked;
  }

  /// The first `mac=` of a URL's query. An empty one is none: iPXE writes that for `${net0/mac}`
  /// where there is no such interface.
  ///
  /// @return empty if it is no hardware address
  static Optional<MacAddress> of(@Nullable String query) {
    if (query == null) {
      return Optional.of(MacAddress.NONE);
    }
    Optional<String> value =
        Stream.of(query.split("&"))
            .filter(parameter -> parameter.startsWith("mac="))
            .map(parameter -> parameter.substring("mac=".length()))
            .findFirst();
    try {
      return Optional.of(
          value
              .map(text -> MacAddress.parse(URLDecoder.decode(text, StandardCharsets.UTF_8)))
              .orElse(MacAddress.NONE));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
