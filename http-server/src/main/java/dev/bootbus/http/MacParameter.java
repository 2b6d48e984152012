package dev.bootbus.http;

import dev.bootbus.schema.MacAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The hardware address in a URL: `?mac=52:54:00:12:34:56`.
final class MacParameter {
  private MacParameter() {}

  /// The first `mac=` of a URL's query. An empty one is none: iPXE writes that for `${net0/mac}`
  /// where there is no such interface.
  ///
  /// @return empty if it is no hardware address
  static Optional<MacAddress> of(@Nullable String query) {
    Optional<String> value =
        Stream.of(query == null ? new String[0] : query.split("&"))
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
