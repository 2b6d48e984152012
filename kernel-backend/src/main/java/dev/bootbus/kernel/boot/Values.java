package dev.bootbus.kernel.boot;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What stands in the place of `${hostname}` and its like, in command lines, paths and in the
/// operator's files, for one machine. `$${hostname}` becomes `${hostname}`; what is neither a
/// [Name] nor `${options.…}` stays as it is, for iPXE or a shell to replace.
///
/// @param options free values by name: the machine's own, else its kernel's
/// @param stranger why the secrets are not among the known, or empty
public record Values(Map<Name, String> known, Map<String, String> options, String stranger) {
  /// In a text: in lower case, with `-`.
  enum Name {
    HOSTNAME,
    /// `52:54:00:12:34:56`
    MAC,
    /// `52-54-00-12-34-56`
    MAC_DASHED,
    ARCH,
    KERNEL,
    /// of the kernel
    VERSION,
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

  private static final Set<Name> ASKERS = Set.of(Name.ADDRESS, Name.TOKEN, Name.SEED_URL);
  private static final String OPTION = "options.";
  private static final Pattern PLACE =
      Pattern.compile(
          Stream.of(Name.values())
              .map(Name::key)
              .collect(
                  Collectors.joining("|", "\\$?\\$\\{(", "|options\\.[A-Za-z0-9._-]{1,64})\\}")));

  public Values {
    known = new EnumMap<>(known);
    options = Map.copyOf(options);
  }

  /// The name of a place in the text for which there is no value.
  Optional<String> missing(String text) {
    return PLACE
        .matcher(text)
        .results()
        .filter(place -> !place.group().startsWith("$$"))
        .map(place -> place.group(1))
        .filter(key -> value(key) == null)
        .findFirst();
  }

  /// What is missing stays as it is.
  String fill(String text) {
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> {
              String given = place.group();
              String value = value(place.group(1));
              return Matcher.quoteReplacement(
                  given.startsWith("$$") ? given.substring(1) : value == null ? given : value);
            });
  }

  /// Why there is no value for a place: the end of a sentence.
  String why(String key) {
    boolean option = key.startsWith(OPTION);
    boolean secret = option ? isSecret(key) : ASKERS.contains(name(key));
    if (secret && !stranger.isEmpty()) {
      return stranger;
    }
    return option
        ? "neither the node nor the kernel has it under options"
        : "nothing says what that is";
  }

  /// Whether an operator means a secret by the name of an option.
  static boolean isSecret(String option) {
    String name = option.toLowerCase(Locale.ROOT);
    return name.contains("password") || name.contains("secret") || name.contains("token");
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name)).filter(value -> !value.isEmpty());
  }

  private @Nullable String value(String key) {
    return key.startsWith(OPTION)
        ? options.get(key.substring(OPTION.length()))
        : known.get(name(key));
  }

  private static Name name(String key) {
    return Name.valueOf(key.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
