package dev.bootbus.kernel.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Media types as callers name them (RFC 9110 §8.3.1, §12.5.1).
final class Media {
  static final String JSON = "application/json";
  static final String TEXT = "text/plain;charset=utf-8";
  static final String MERGE_PATCH = "application/merge-patch+json";

  private Media() {}

  /// Whether a body of this type can be read.
  static boolean isOneOf(@Nullable String contentType, Set<String> types) {
    return contentType != null && types.contains(essence(contentType));
  }

  /// Whether a caller takes a type. Nothing said is all.
  static boolean isAccepted(@Nullable String accept, String type) {
    if (accept == null || accept.isBlank()) {
      return true;
    }
    String essence = essence(type);
    String range = essence.substring(0, essence.indexOf('/') + 1) + "*";
    return Arrays.stream(accept.split(","))
        .filter(one -> !isRefused(one))
        .map(Media::essence)
        .anyMatch(one -> one.equals(essence) || one.equals(range) || one.equals("*/*"));
  }

  private static boolean isRefused(String one) {
    return one.replace(" ", "").matches("(?i).*;q=0(\\.0{0,3})?(;.*)?");
  }

  private static String essence(String type) {
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
