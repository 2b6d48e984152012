package dev.bootbus.kernel.store;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValueManagement;
import io.nats.client.KeyValueOptions;
import io.nats.client.Message;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.MessageGetRequest;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The stream in JetStream that a [Bucket] is kept in. Each call waits for the bus.
final class BucketStream {
  /// A history that is left as it is, and one record in a new bucket.
  static final int AS_IT_IS = 0;

  /// What JetStream says of a stream that is not there.
  static final int NOT_FOUND = 10059;

  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Duration REQUEST_TIME = Duration.ofMillis(700); // the asker waits 800 ms
  private static final Duration SETUP_TIME = Duration.ofSeconds(2);
  private static final JetStreamOptions SLOW =
      JetStreamOptions.builder().requestTimeout(SETUP_TIME).build();
  private static final long MANY = 10_000; // subjects, of which nats-server finds the latest soon
  private static final long TOO_MANY = 200_000; // for 100,000 it takes 0.8 s
  private static final int MESSAGE_NOT_FOUND = 10037;

  private final String name;
  private final int replicas;
  private final int history;
  private boolean settled;

  /// @param name of the bucket
  /// @param history records that are kept of each key, 1 to 64, or [#AS_IT_IS]
  BucketStream(String name, int replicas, int history) {
    this.name = name;
    this.replicas = replicas;
    this.history = history;
  }

  StreamInfo info(Connection connection) throws IOException, JetStreamApiException {
    return connection.keyValueManagement(options()).getStatus(name).getBackingStreamInfo();
  }

  /// What a key has held, the oldest first.
  List<KeyValueEntry> history(Connection connection, String key)
      throws IOException, JetStreamApiException, InterruptedException {
    return connection.keyValue(name, options()).history(key);
  }

  /// As the leader of the stream knows it. jnats asks any server that has a replica, and one that
  /// is behind would name the revision that was just refused.
  ///
  /// @return null if the subject has held nothing
  @Nullable KeyValueEntry latest(Connection connection, String subject)
      throws IOException, JetStreamApiException, InterruptedException {
    String stream = "KV_" + name;
    Message answer =
        connection.request(
            "$JS.API.STREAM.MSG.GET." + stream,
            MessageGetRequest.lastForSubject(subject).serialize(),
            REQUEST_TIME);
    if (answer == null) {
      throw new IOException("no answer");
    }
    MessageInfo info = new MessageInfo(answer, stream, false);
    if (info.hasError() && info.getApiErrorCode() == MESSAGE_NOT_FOUND) {
      return null;
    }
    return new KeyValueEntry(info.throwOnHasError());
  }

  /// The stream as it is, with the history that was asked for.
  StreamInfo findOrCreate(Connection connection) throws IOException, JetStreamApiException {
    KeyValueManagement buckets = connection.keyValueManagement(options());
    try {
      StreamInfo found = buckets.getStatus(name).getBackingStreamInfo();
      if (!settled && history != AS_IT_IS && kept(found) != history) {
        found = connection.jetStreamManagement(SLOW).updateStream(remembering(found));
        LOG.info("bucket updated name={} history={}", name, history);
      }
      settled = true;
      return found;
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != NOT_FOUND) {
        throw e;
      }
      settled = true;
      return buckets
          .create(
              KeyValueConfiguration.builder()
                  .name(name)
                  .storageType(StorageType.File)
                  .replicas(replicas)
                  .maxHistoryPerKey(Math.max(1, history))
                  .build())
          .getBackingStreamInfo();
    }
  }

  /// A node that has just become the leader may have yet to read what it has agreed to; one that
  /// stands alone has lost it.
  static boolean isBehind(StreamInfo info, long revision) {
    return info.getConfiguration().getReplicas() > 1
        && info.getStreamState().getLastSequence() < revision;
  }

  /// To find the latest of each of a million subjects took nats-server 2.9 longer than anybody
  /// waits, and it answered nothing else meanwhile; to read what is older as well takes seconds.
  static boolean isMostlyLatest(StreamInfo info) {
    StreamState state = info.getStreamState();
    return kept(info) == 1
        || state.getSubjectCount() > TOO_MANY
        || state.getMsgCount() < 2 * Math.max(MANY, state.getSubjectCount());
  }

  /// How many records there may be of each key.
  private static long kept(StreamInfo found) {
    return found.getConfiguration().getMaxMsgsPerSubject();
  }

  private StreamConfiguration remembering(StreamInfo found) {
    return StreamConfiguration.builder(found.getConfiguration())
        .maxMessagesPerSubject(history)
        .build();
  }

  private static KeyValueOptions options() {
    return KeyValueOptions.builder().jsRequestTimeout(SETUP_TIME).build();
  }
}
