package dev.bootbus.tftp;

import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What server and client agree on for one transfer (RFC 2347).
///
/// Only options that were asked for are answered, in the order and spelling of the request. One
/// that is unknown or has no valid value is left out of the answer, which means "as if never
/// requested".
///
/// @param blksize payload bytes in each block but the last (RFC 2348)
/// @param windowsize blocks sent before an ACK is awaited (RFC 7440)
/// @param patience the server's own, or the client's where it set a timeout (RFC 2349)
/// @param accepted the OACK; where it would be empty, none is sent
record Negotiation(int blksize, int windowsize, Patience patience, Options accepted) {
  static final int MIN_BLKSIZE = 8;
  static final int MAX_BLKSIZE = 65464;
  static final int MAX_WINDOWSIZE = 65535;
  private static final int DEFAULT_BLKSIZE = 512;
  private static final int MAX_TIMEOUT = 255;
  private static final int MAX_DIGITS = 18;

  /// The server's side of the bargain.
  record Limits(int maxBlksize, int maxWindowsize, Patience patience) {
    /// The same with smaller blocks, where the way to a client takes no larger ones.
    Limits capped(int blksize) {
      int least = Math.max(MIN_BLKSIZE, Math.min(maxBlksize, blksize));
      return new Limits(least, maxWindowsize, patience);
    }
  }

  /// @param size what tsize is answered with, if it is known
  static Negotiation of(Options requested, OptionalLong size, Limits limits) {
    // "less than or equal to the value specified by the client" (RFC 2348, and so RFC 7440)
    OptionalLong blksize =
        atMost(limits.maxBlksize(), number(requested, "blksize", MIN_BLKSIZE, MAX_BLKSIZE));
    OptionalLong windowsize =
        atMost(limits.maxWindowsize(), number(requested, "windowsize", 1, MAX_WINDOWSIZE));
    OptionalLong timeout = number(requested, "timeout", 1, MAX_TIMEOUT);
    OptionalLong tsize = number(requested, "tsize", 0, Long.MAX_VALUE);

    Map<String, OptionalLong> answers =
        Map.of(
            "blksize", blksize,
            "windowsize", windowsize,
            "timeout", timeout,
            "tsize", tsize.isPresent() ? size : OptionalLong.empty());
    return new Negotiation(
        (int) blksize.orElse(DEFAULT_BLKSIZE),
        (int) windowsize.orElse(1),
        timeout.isPresent()
            ? Patience.constant(Duration.ofSeconds(timeout.getAsLong()))
            : limits.patience(),
        inOrderOf(requested, answers));
  }

  private static OptionalLong atMost(long limit, OptionalLong asked) {
    return asked.isPresent() ? OptionalLong.of(Math.min(asked.getAsLong(), limit)) : asked;
  }

  private static OptionalLong number(Options options, String name, long least, long most) {
    String text = options.value(name).orElse("");
    boolean digits =
        !text.isEmpty()
            && text.length() <= MAX_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(text);
    return least <= number && number <= most ? OptionalLong.of(number) : OptionalLong.empty();
  }

  private static Options inOrderOf(Options requested, Map<String, OptionalLong> answers) {
    List<Option> accepted = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Option option : requested.list()) {
      String name = option.name().toLowerCase(Locale.ROOT);
      OptionalLong answer = answers.getOrDefault(name, OptionalLong.empty());
      if (seen.add(name) && answer.isPresent()) {
        accepted.add(new Option(option.name(), Long.toString(answer.getAsLong())));
      }
    }
    return new Options(accepted);
  }
}
