package dev.bootbus.kernel.boot;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What stands in the place of `${hostname}` and its like, in command lines and in the operator's
/// files, for one machine. `$${hostname}` becomes `${hostname}`; what is no [Name] stays as it is,
/// for iPXE or a shell to replace.
public record Values(Map<Name, String> known) {
  /// In a text: in lower case, with `-`.
  enum Name {
    HOSTNAME,
    /// `52:54:00:12:34:56`
    MAC,
    /// `52-54-00-12-34-56`
    MAC_DASHED,
    ARCH,
    KERNEL,
    /// with a slash at its end
    BOOT_URL,
    /// the address from which the machine asks
    ADDRESS,
    TOKEN,
    /// the folder of what only this machine may read, with a slash at its end
    SEED_URL;

    String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final Pattern PLACE =
      Pattern.compile(
          Stream.of(Name.values())
              .map(Name::key)
              .collect(Collectors.joining("|", "\\$?\\$\\{(", ")\\}")));

  public Values {
    known = new EnumMap<>(known);
  }

  /// A name that the text has, and for which there is no value.
  Optional<Name> missing(String text) {
    return PLACE
        .matcher(text)
        .results()
        .filter(place -> !place.group().startsWith("$$"))
        .map(place -> name(place.group(1)))
        .filter(name -> !known.containsKey(name))
        .findFirst();
  }

  /// What is missing stays as it is.
  String fill(String text) {
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> {
              String given = place.group();
              String value = known.getOrDefault(name(place.group(1)), given);
              return Matcher.quoteReplacement(given.startsWith("$$") ? given.substring(1) : value);
            });
  }

  private static Name name(String key) {
    return Name.valueOf(key.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
