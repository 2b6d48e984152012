package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What a client said until it had an answer, or gave up, and what came back.
///
/// @param sent the same message again and again; only `secs` differs
/// @param replies those that were waited for, each once, in the order they came
/// @param oddities what else came
public record Exchange(
    List<Sent> sent, List<Reply> replies, Map<Oddity, Seen> oddities, Duration took) {

  /// @param after since the client began
  public record Sent(DhcpMessage message, Link.Path path, Duration after) {}

  /// Things that should not come.
  public enum Oddity {
    /// It cannot be read.
    MALFORMED("cannot be read"),
    /// Of a transaction that is not this client's.
    WRONG_XID("with another xid"),
    /// For another machine, of this client's transaction.
    WRONG_CHADDR("with another chaddr"),
    /// The answer to an earlier message.
    LATE("late"),
    /// The same again from the same server.
    DUPLICATE("again"),
    /// Option 53 is none that answers what was asked.
    WRONG_TYPE("of another type"),
    /// More than anybody has servers for.
    TOO_MANY("too many");

    private final String words;

    Oddity(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /// @param count how often
  /// @param first who and what, the first time; printable
  public record Seen(long count, String first) {}

  public Exchange {
    sent = List.copyOf(sent);
    replies = List.copyOf(replies);
    oddities = Map.copyOf(oddities);
  }
}
