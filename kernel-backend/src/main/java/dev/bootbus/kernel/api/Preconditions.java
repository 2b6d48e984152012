package dev.bootbus.kernel.api;

import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Entity tags (RFC 9110 §8.8.3), of which each is a revision in quotes, and what callers ask of
/// them.
final class Preconditions {
  private static final Pattern TAG = Pattern.compile("(W/)?\"([!#-~]*)\"\\s*(?:,\\s*|$)");

  private Preconditions() {}

  static String tag(long revision) {
    return "\"" + revision + "\"";
  }

  /// §13.1.2, with the weak comparison.
  static boolean isKnown(@Nullable String ifNoneMatch, long revision) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (ifNoneMatch.strip().equals("*")) {
      return true;
    }
    Matcher tag = TAG.matcher(ifNoneMatch.strip());
    while (tag.lookingAt()) {
      if (tag.group(2).equals(Long.toString(revision))) {
        return true;
      }
      tag.region(tag.end(), tag.regionEnd());
    }
    return false;
  }

  /// The revision that a caller insists on (§13.1.1); none for no header, and for `*`, which is
  /// what every change of something asks for.
  static OptionalLong insisted(@Nullable String ifMatch) throws RefusedException {
    if (ifMatch == null || ifMatch.strip().equals("*")) {
      return OptionalLong.empty();
    }
    Matcher tag = TAG.matcher(ifMatch.strip());
    if (!tag.matches()) {
      throw Problem.of(Kind.BAD_REQUEST, "If-Match: not one entity tag, as \"42\" in quotes")
          .refusal();
    }
    try {
      if (tag.group(1) == null) {
        return OptionalLong.of(Long.parseLong(tag.group(2)));
      }
    } catch (NumberFormatException e) {
      // no revision of ours
    }
    throw Problem.of(Kind.STALE, "If-Match: no revision of this has that tag").refusal();
  }
}
