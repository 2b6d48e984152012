package dev.bootbus.schema;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// The name that somebody most likely meant.
public final class Nearest {
  /// Beyond that a guess is no help. A distance costs the product of both lengths.
  private static final int MAX_LENGTH = 64;

  private static final int MISTAKES_PER_LETTERS = 3;

  private Nearest() {}

  /// The closest of the names, if it is close: at most one mistake in three letters.
  public static Optional<String> of(String said, Collection<String> names) {
    String name = said.toLowerCase(Locale.ROOT).replace('_', '-');
    if (name.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    return names.stream()
        .min(Comparator.<String>comparingInt(known -> distance(name, known)).thenComparing(k -> k))
        .filter(
            known -> distance(name, known) <= Math.max(1, known.length() / MISTAKES_PER_LETTERS));
  }

  /// As many letters must be put in, taken out or changed to make the one of the other
  /// (Levenshtein).
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
