package dev.bootbus.tftp;

import java.time.Duration;

/// How long to wait for an answer before sending again: doubled with each resend up to a ceiling,
/// as RFC 1123 §4.2.3.2 asks ("at least an exponential backoff").
record Patience(Duration first, Duration longest) {
  private static final int CEILING = 8;
  private static final int MAX_DOUBLINGS = 16;

  static Patience growing(Duration first) {
    return new Patience(first, first.multipliedBy(CEILING));
  }

  static Patience constant(Duration wait) {
    return new Patience(wait, wait);
  }

  boolean isConstant() {
    return first.equals(longest);
  }

  Duration after(int resends) {
    Duration wait = first.multipliedBy(1L << Math.min(resends, MAX_DOUBLINGS));
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
