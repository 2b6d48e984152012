package dev.bootbus.http;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// Which form of a file or a listing a client would rather have (RFC 9110 §12.5). What is malformed
/// is not asked for.
final class Accepted {
  /// §12.4.2; any other parameter makes another thing of it
  private static final Pattern ELEMENT =
      Pattern.compile("([^;\"]+?)\\s*(?:;\\s*[qQ]=([01](?:\\.\\d{0,3})?)\\s*)?");

  private record Choice(String name, double quality) {}

  private Accepted() {}

  /// Whether gzip is named, and identity is not preferred to it. `*` does not count: whoever sends
  /// that may not know what it asks for.
  static boolean gzip(HttpFields headers) {
    return headers.contains(HttpHeader.ACCEPT_ENCODING)
        && best(headers, HttpHeader.ACCEPT_ENCODING, List.of("gzip", "x-gzip", "identity"))
            .filter(coding -> !coding.equals("identity"))
            .isPresent();
  }

  /// Whether JSON is named, and HTML is not preferred to it.
  static boolean json(HttpFields headers) {
    return best(headers, HttpHeader.ACCEPT, List.of("application/json", "text/html"))
        .filter("application/json"::equals)
        .isPresent();
  }

  /// The first of those that the client likes best.
  private static Optional<String> best(
      HttpFields headers, HttpHeader header, List<String> offered) {
    return headers.getValuesList(header).stream()
        .flatMap(list -> Stream.of(list.split(",")))
        .map(element -> ELEMENT.matcher(element.strip()))
        .filter(Matcher::matches)
        .map(Accepted::choice)
        .filter(choice -> offered.contains(choice.name) && choice.quality > 0)
        .sorted(Comparator.comparingDouble(Choice::quality).reversed())
        .map(Choice::name)
        .findFirst();
  }

  private static Choice choice(Matcher element) {
    String quality = element.group(2);
    return new Choice(
        element.group(1).toLowerCase(Locale.ROOT),
        quality == null ? 1 : Double.parseDouble(quality));
  }
}
