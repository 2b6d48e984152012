package dev.bootbus.probe.dhcp;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.dhcp.Exchange.Oddity;
import dev.bootbus.probe.dhcp.Exchange.Sent;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which of several DISCOVERs was the first to be answered, and how fast. A switch port that has
/// just come up lets nothing through while it listens and learns (IEEE 802.1D-1998 §8.4, twice
/// the forward delay): the first ones are lost, and the next is answered at once. Pure.
///
/// @param lost that were sent before the one that was answered
/// @param silence from the first to that one
/// @param took from that one to the answer
/// @param again whether an answer came again, as from a server that is late with each
record FirstAnswer(int lost, Duration silence, Duration took, boolean again) {
  /// One packet may get lost anywhere.
  private static final int FEWEST_LOST = 2;

  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  static Optional<FirstAnswer> of(Exchange exchange) {
    if (exchange.replies().isEmpty()) {
      return Optional.empty();
    }
    Duration answer = exchange.replies().getFirst().after();
    List<Duration> before =
        exchange.sent().stream()
            .map(Sent::after)
            .filter(sent -> sent.compareTo(answer) <= 0)
            .toList();
    return before.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FirstAnswer(
                before.size() - 1,
                before.getLast().minus(before.getFirst()),
                answer.minus(before.getLast()),
                exchange.oddities().containsKey(Oddity.DUPLICATE)));
  }

  Optional<Finding> finding() {
    return lost >= FEWEST_LOST && took.compareTo(AT_ONCE) <= 0 && !again
        ? Optional.of(
            new Finding(
                Cause.FORWARDS_LATE,
                String.format(
                    Locale.ROOT,
                    "%d DISCOVERs in %.1f s were lost, the next was answered in %.1f s",
                    lost,
                    silence.toMillis() / 1e3,
                    took.toMillis() / 1e3)))
        : Optional.empty();
  }
}
