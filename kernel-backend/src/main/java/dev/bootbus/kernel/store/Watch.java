package dev.bootbus.kernel.store;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Reads a bucket: first the latest record of each key, or of each that has changed since a
/// revision, then every change.
///
/// jnats has a watch too. It makes a dozen objects of each record, and always asks for the last
/// record of each subject, for which nats-server has to go through all of them; in a bucket that
/// keeps one record of each, those are all there are.
public final class Watch implements AutoCloseable {
  /// What is read first.
  sealed interface From {
    /// @param revision that was seen last; 0 to read everything there is
    record After(long revision) implements From {}

    /// For a bucket that keeps more than that.
    ///
    /// @param records that nats-server has to look through
    record LatestOfEach(long records) implements From {}
  }

  /// Told of one record at a time.
  interface Listener {
    /// @param record null where the key was deleted
    void read(String key, long revision, byte @Nullable [] record);

    /// Everything that was there has been read.
    void caughtUp();
  }

  static final String OPERATION = "KV-Operation"; // only on markers of deleted keys

  /// A cluster may give the work to a server that has just died, and then nobody answers: the next
  /// attempt goes to another.
  private static final Duration SETUP_TIME = Duration.ofSeconds(3);

  /// What is given up sooner goes on in nats-server.
  private static final Duration LONGEST_SETUP = Duration.ofSeconds(60);

  private static final long RECORDS_PER_SECOND = 20_000; // looked through, by far the slowest seen

  private static final int REVISION = 5;
  private static final int PENDING = 8;

  private final Dispatcher dispatcher;
  private final JetStreamSubscription subscription;
  private final int prefix;
  private final Listener listener;
  private volatile boolean caughtUp;

  /// @param dispatcher in whose thread the listener is told
  /// @param bucket its name
  Watch(Connection connection, Dispatcher dispatcher, String bucket, From from, Listener listener)
      throws IOException, JetStreamApiException {
    this.dispatcher = dispatcher;
    this.listener = listener;
    String subjects = "$KV." + bucket + ".";
    this.prefix = subjects.length();
    this.subscription =
        connection
            .jetStream(JetStreamOptions.builder().requestTimeout(setupTime(from)).build())
            .subscribe(
                subjects + ">",
                dispatcher,
                this::read,
                false,
                PushSubscribeOptions.builder().stream("KV_" + bucket)
                    .ordered(true)
                    .configuration(configuration(from))
                    .build());
    if (subscription.getConsumerInfo().getCalculatedPending() == 0) {
      catchUp(); // there is nothing, and so no last message to say so
    }
  }

  private static Duration setupTime(From from) {
    return switch (from) {
      case From.After _ -> SETUP_TIME;
      case From.LatestOfEach(long records) -> {
        Duration time = SETUP_TIME.plusSeconds(records / RECORDS_PER_SECOND);
        yield time.compareTo(LONGEST_SETUP) < 0 ? time : LONGEST_SETUP;
      }
    };
  }

  private static ConsumerConfiguration configuration(From from) {
    ConsumerConfiguration.Builder all = ConsumerConfiguration.builder().ackPolicy(AckPolicy.None);
    return switch (from) {
      case From.After(long revision) ->
          all.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(revision + 1).build();
      case From.LatestOfEach _ -> all.deliverPolicy(DeliverPolicy.LastPerSubject).build();
    };
  }

  private void read(Message message) {
    @Nullable String source = message.getReplyTo();
    if (source == null || message.isStatusMessage()) {
      return;
    }
    long revision = number(source, REVISION);
    if (revision < 0) {
      return;
    }
    listener.read(
        message.getSubject().substring(prefix),
        revision,
        isMarker(message.getHeaders()) ? null : message.getData());
    if (!caughtUp && number(source, PENDING) == 0) {
      catchUp();
    }
  }

  private static boolean isMarker(@Nullable Headers headers) {
    return headers != null && headers.containsKey(OPERATION);
  }

  /// A number in `$JS.ACK.<stream>.<consumer>.<delivered>.<revision>.<sequence>.<time>.<pending>`;
  /// newer servers put a domain and an account after `ACK`, and may add a last token.
  private static long number(String source, int position) {
    int dots = 0;
    for (int i = 0; i < source.length(); i++) {
      dots += source.charAt(i) == '.' ? 1 : 0;
    }
    int at = 0;
    for (int i = dots == PENDING ? position : position + 2; i > 0; i--) {
      at = source.indexOf('.', at) + 1;
    }
    int end = source.indexOf('.', at);
    try {
      return Long.parseLong(source, at, end < 0 ? source.length() : end, 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private synchronized void catchUp() {
    if (!caughtUp) {
      caughtUp = true;
      listener.caughtUp();
    }
  }

  @Override
  public void close() {
    if (subscription.isActive() && dispatcher.isActive()) {
      dispatcher.unsubscribe(subscription);
    }
  }
}
