package dev.bootbus.kernel.catalogue;

import dev.bootbus.schema.Nearest;
import java.util.Collection;

/// What to say of a name that is none of those that there are.
final class Guess {
  private Guess() {}

  /// `; did you mean alpine?`, or nothing.
  static String of(String said, Collection<String> known) {
    return Nearest.of(said, known).map(meant -> "; did you mean " + meant + "?").orElse("");
  }

  /// The same, with all that there are where none is near.
  static String orAll(String said, Collection<String> known) {
    String guess = of(said, known);
    return guess.isEmpty() ? "; there are " + String.join(", ", known) : guess;
  }

  static IllegalArgumentException unknown(String what, String said, Collection<String> known) {
    return new IllegalArgumentException("unknown " + what + " " + said + orAll(said, known));
  }
}
