package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.probe.dhcp.Exchange.Oddity;
import dev.bootbus.probe.dhcp.Exchange.Seen;
import dev.bootbus.probe.dhcp.Exchange.Sent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/// One message that is sent until there is an answer, or time is up. Whatever comes, it ends, and
/// keeps little.
final class Conversation {
  /// Of one message; nobody has as many servers.
  private static final int MAX_REPLIES = 64;

  private final Station station;
  private final Patience patience;
  private final long began;
  private final Set<Long> earlier;
  private final List<Sent> sent = new ArrayList<>();
  private final List<Reply> replies = new ArrayList<>();
  private final Set<Bytes> known = new HashSet<>();
  private final Map<Oddity, Seen> oddities = new EnumMap<>(Oddity.class);
  private final long start = System.nanoTime();

  /// @param began of [System#nanoTime]
  /// @param earlier the transactions that were before
  Conversation(Station station, Patience patience, long began, Set<Long> earlier) {
    this.station = station;
    this.patience = patience;
    this.began = began;
    this.earlier = earlier;
  }

  /// What is waited for.
  ///
  /// @param types of the answers
  /// @param all whether to go on for a while after the first
  record Wanted(Set<MessageType> types, boolean all) {}

  /// @param message made anew for each sending, of `secs`
  /// @throws IOException if it cannot be sent the first time
  Exchange hold(IntFunction<DhcpMessage> message, Link.Path path, Wanted wanted)
      throws IOException, InterruptedException {
    for (int attempt = 0; attempt < patience.tries() && replies.isEmpty(); attempt++) {
      send(message.apply((int) Duration.ofNanos(System.nanoTime() - start).toSeconds()), path);
      double chance = ThreadLocalRandom.current().nextDouble();
      listen(System.nanoTime() + patience.pause(attempt, chance).toNanos(), wanted, true);
    }
    if (!replies.isEmpty() && wanted.all()) {
      long first = began + replies.getFirst().after().toNanos();
      listen(first + patience.offers().toNanos(), wanted, false);
    }
    return exchange();
  }

  /// Says it once, to whoever does not answer.
  Exchange say(DhcpMessage message, Link.Path path) throws IOException, InterruptedException {
    send(message, path);
    return exchange();
  }

  private void send(DhcpMessage message, Link.Path path) throws IOException, InterruptedException {
    sent.add(new Sent(message, path, Duration.ofNanos(System.nanoTime() - began)));
    try {
      station.send(message, path);
    } catch (IOException e) {
      if (sent.size() == 1) {
        throw e;
      }
      // lost like any other packet
    }
  }

  private void listen(long deadline, Wanted wanted, boolean untilFirst)
      throws InterruptedException {
    while (System.nanoTime() < deadline && !(untilFirst && !replies.isEmpty())) {
      Optional<Heard> heard = station.next(deadline);
      if (heard.isPresent()) {
        take(heard.get(), wanted.types());
      }
    }
  }

  private void take(Heard heard, Set<MessageType> types) {
    switch (heard) {
      case Heard.Garbage garbage ->
          count(Oddity.MALFORMED, garbage.sender() + ": " + garbage.why());
      case Heard.Message message -> take(message, types);
    }
  }

  private void take(Heard.Message heard, Set<MessageType> types) {
    DhcpMessage asked = sent.getLast().message();
    DhcpMessage message = heard.message();
    Reply reply =
        new Reply(
            message,
            heard.sender(),
            heard.broadcast(),
            Duration.ofNanos(heard.at() - began),
            heard.payload().length());
    String who = heard.sender().toString();
    if (message.xid() != asked.xid()) {
      count(
          earlier.contains(message.xid()) ? Oddity.LATE : Oddity.WRONG_XID,
          "%s: xid %08x, not %08x".formatted(who, message.xid(), asked.xid()));
    } else if (!message.chaddr().equals(asked.chaddr()) || message.hlen() != asked.hlen()) {
      count(Oddity.WRONG_CHADDR, who + ": chaddr " + message.chaddr());
    } else if (reply.type().filter(types::contains).isEmpty()) {
      count(
          Oddity.WRONG_TYPE,
          who + ": " + reply.type().map(MessageType::name).orElse("no message type"));
    } else if (known.contains(heard.payload())) {
      count(Oddity.DUPLICATE, who);
    } else if (replies.size() == MAX_REPLIES) {
      count(Oddity.TOO_MANY, who);
    } else {
      known.add(heard.payload());
      replies.add(reply);
    }
  }

  private void count(Oddity oddity, String what) {
    oddities.merge(oddity, new Seen(1, what), (a, _) -> new Seen(a.count() + 1, a.first()));
  }

  Exchange exchange() {
    return new Exchange(sent, replies, oddities, Duration.ofNanos(System.nanoTime() - start));
  }
}
