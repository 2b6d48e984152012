package dev.bootbus.schema.conformance;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/// Requests and replies with nothing in between but NATS: each request has an inbox of its own.
final class Conversation {
  private static final Headers HEADERS =
      new Headers().put("content-type", "application/cloudevents+json");
  private static final int NO_RESPONDERS = 503;
  private static final Duration LONGEST_BURST = Duration.ofSeconds(60);

  private final Connection connection;
  private final Duration patience;

  /// @param patience how long to wait for one reply; longer than a front end would, so that late
  ///     ones are told apart from none
  Conversation(Connection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  Duration patience() {
    return patience;
  }

  boolean isUp() {
    return connection.getStatus() == Connection.Status.CONNECTED;
  }

  long maxPayload() {
    return connection.getServerInfo().getMaxPayload();
  }

  Reply ask(String subject, byte[] request) throws InterruptedException {
    return ask(subject, request, patience);
  }

  Reply ask(String subject, byte[] request, Duration patience) throws InterruptedException {
    try {
      connection.clearLastError();
      String inbox = connection.createInbox();
      Subscription replies = connection.subscribe(inbox);
      try {
        long sent = System.nanoTime();
        connection.publish(subject, inbox, HEADERS, request);
        Message message = replies.nextMessage(patience);
        Duration after = Duration.ofNanos(System.nanoTime() - sent);
        return message == null ? silence(after) : reply(subject, message, after);
      } finally {
        replies.unsubscribe();
      }
    } catch (IllegalStateException e) {
      return new Reply.Lost();
    }
  }

  private Reply silence(Duration waited) {
    String trouble = Objects.requireNonNullElse(connection.getLastError(), "");
    return isUp() ? new Reply.Silence(waited, trouble) : new Reply.Lost();
  }

  private static Reply reply(String subject, Message message, Duration after) {
    return isNobody(message) ? new Reply.Nobody(subject) : new Reply.Came(message.getData(), after);
  }

  private static boolean isNobody(Message message) {
    return message.isStatusMessage() && message.getStatus().getCode() == NO_RESPONDERS;
  }

  /// Asks many at once, on one inbox, and counts what comes.
  ///
  /// @param settle how long to look for further replies when each request has one
  Burst burst(String subject, int count, Supplier<byte[]> request, Duration settle)
      throws InterruptedException {
    var burst = new Burst(count);
    try {
      String inbox = connection.createInbox() + ".";
      Subscription replies = connection.subscribe(inbox + "*");
      try {
        for (int i = 0; i < count; i++) {
          connection.publish(subject, inbox + i, HEADERS, request.get());
        }
        collect(replies, burst, settle);
      } finally {
        replies.unsubscribe();
      }
    } catch (IllegalStateException e) {
      // the connection is lost: what has not come by now never will
    }
    return burst;
  }

  private void collect(Subscription replies, Burst burst, Duration settle)
      throws InterruptedException {
    long end = System.nanoTime() + LONGEST_BURST.toNanos();
    while (System.nanoTime() - end < 0) {
      if (burst.isComplete() && settle.isZero()) {
        return;
      }
      Message message = replies.nextMessage(burst.isComplete() ? settle : patience);
      if (message == null) {
        return;
      }
      if (!isNobody(message)) {
        String subject = message.getSubject();
        int index = Integer.parseInt(subject, subject.lastIndexOf('.') + 1, subject.length(), 10);
        burst.came(index, message.getData());
      }
    }
  }
}
