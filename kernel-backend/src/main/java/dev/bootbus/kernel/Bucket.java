package dev.bootbus.kernel;

import dev.bootbus.kernel.Entry.Readable;
import dev.bootbus.kernel.Entry.Unreadable;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.KeyValueOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.NatsKeyValueWatchSubscription;
import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A JetStream key-value bucket, with a copy in memory that a watch keeps up to date.
///
/// The copy may be old, and every decision made by it is safe all the same: a write names the
/// revision that it was decided by, and the server takes it only if that is still the latest.
final class Bucket<K, V> implements Kept, AutoCloseable {

  /// How keys and values are spelt in the bucket.
  interface Format<K, V> {
    String key(K key);

    /// @throws IllegalArgumentException if there is no such key
    K key(String text);

    byte[] write(V value);

    V read(byte[] bytes) throws UnreadableRecordException;
  }

  /// Told of each change of the copy, one at a time.
  interface Listener<K, V> {
    void changed(K key, @Nullable V before, @Nullable V after);
  }

  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Duration REQUEST_TIME = Duration.ofMillis(700); // the asker waits 800 ms
  private static final Duration READ_TIME = Duration.ofSeconds(10);
  private static final int STREAM_NOT_FOUND = 10059;
  private static final int WRONG_LAST_SEQUENCE = 10071;
  private static final int LAST_SEQUENCE_UNKNOWN = 10164;

  private final String name;
  private final int replicas;
  private final Format<K, V> format;
  private final Listener<K, V> listener;
  private final Map<K, Entry<V>> copy = new ConcurrentHashMap<>();

  private volatile @Nullable KeyValue keyValue;
  private volatile @Nullable NatsKeyValueWatchSubscription watch;
  private @Nullable ZonedDateTime created;
  private volatile long lastSeen;
  private long lastExpected;

  Bucket(String name, int replicas, Format<K, V> format, Listener<K, V> listener) {
    this.name = name;
    this.replicas = replicas;
    this.format = format;
    this.listener = listener;
  }

  /// What the copy holds.
  @Nullable Entry<V> find(K key) {
    return copy.get(key);
  }

  /// Every record of the copy that could be read.
  Stream<V> values() {
    return copy.values().stream()
        .mapMulti(
            (entry, sink) -> {
              if (entry instanceof Readable<V>(V value, _)) {
                sink.accept(value);
              }
            });
  }

  int size() {
    return copy.size();
  }

  /// Writes a record in the place of another, or of none. If that is no longer what the bucket
  /// holds, nothing is written, the copy is corrected, and the answer is false.
  boolean write(K key, V value, @Nullable Entry<V> instead) throws StoreUnavailableException {
    KeyValue bucket = keyValue;
    if (bucket == null) {
      throw new StoreUnavailableException("bucket " + name + " has not been read yet");
    }
    String text = format.key(key);
    byte[] bytes = format.write(value);
    try {
      long revision =
          instead == null
              ? bucket.create(text, bytes)
              : bucket.update(text, bytes, instead.revision());
      seen(key, new Readable<>(value, revision));
      return true;
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != WRONG_LAST_SEQUENCE
          && e.getApiErrorCode() != LAST_SEQUENCE_UNKNOWN) {
        throw unavailable(e);
      }
      correct(bucket, key);
      return false;
    } catch (IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  private void correct(KeyValue bucket, K key) throws StoreUnavailableException {
    try {
      KeyValueEntry entry = bucket.get(format.key(key));
      replace(key, entry == null ? null : read(entry));
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  /// Reads the whole bucket into the copy, and watches it from then on; creates it if need be.
  /// The old copy can be used meanwhile.
  @Override
  public void load(Connection connection) throws StoreUnavailableException {
    try {
      StreamInfo info = findOrCreate(connection.keyValueManagement(options()));
      if (!info.getCreateTime().equals(created)) {
        copy.keySet().forEach(key -> replace(key, null)); // another bucket of that name
        created = info.getCreateTime();
        lastSeen = 0;
        lastExpected = 0;
      }
      KeyValue bucket = connection.keyValue(name, options());
      Reading reading = new Reading(info.getStreamState().getLastSequence());
      close();
      watch = bucket.watchAll(reading);
      keyValue = bucket;
      reading.await();
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted");
    }
  }

  /// Whether the copy has missed something: the watch stands still while the bucket moves on, or
  /// the bucket is gone. A watch may end without a word when a server loses its JetStream.
  @Override
  public boolean isBehind(Connection connection) throws StoreUnavailableException {
    try {
      StreamInfo info =
          connection.keyValueManagement(options()).getStatus(name).getBackingStreamInfo();
      boolean behind = !info.getCreateTime().equals(created) || lastSeen < lastExpected;
      lastExpected = info.getStreamState().getLastSequence(); // has to be seen by the next time
      return behind;
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() == STREAM_NOT_FOUND) {
        return true;
      }
      throw unavailable(e);
    } catch (IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  private static KeyValueOptions options() {
    return KeyValueOptions.builder().jsRequestTimeout(REQUEST_TIME).build();
  }

  private StreamInfo findOrCreate(KeyValueManagement buckets)
      throws IOException, JetStreamApiException {
    try {
      return buckets.getStatus(name).getBackingStreamInfo();
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != STREAM_NOT_FOUND) {
        throw e;
      }
      return buckets
          .create(
              KeyValueConfiguration.builder()
                  .name(name)
                  .storageType(StorageType.File)
                  .replicas(replicas)
                  .build())
          .getBackingStreamInfo();
    }
  }

  private StoreUnavailableException unavailable(Exception e) {
    return new StoreUnavailableException("bucket " + name + ": " + e.getMessage());
  }

  private Entry<V> read(KeyValueEntry entry) {
    byte[] bytes = entry.getValue();
    try {
      return new Readable<>(format.read(bytes == null ? new byte[0] : bytes), entry.getRevision());
    } catch (UnreadableRecordException e) {
      skipped(entry, String.valueOf(e.getMessage()));
      return new Unreadable<>(entry.getRevision());
    }
  }

  /// A key in another spelling is not the one that is written.
  private Optional<K> keyOf(KeyValueEntry entry) {
    try {
      K key = format.key(entry.getKey());
      return format.key(key).equals(entry.getKey()) ? Optional.of(key) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void skipped(KeyValueEntry entry, String why) {
    String key = entry.getKey().replaceAll("[^!-~]", "?");
    LOG.warn(
        "record skipped bucket={} key={} revision={}: {}", name, key, entry.getRevision(), why);
  }

  private synchronized void seen(K key, Entry<V> entry) {
    Entry<V> held = copy.get(key);
    if (held == null || held.revision() < entry.revision()) {
      replace(key, entry);
    }
  }

  private synchronized void replace(K key, @Nullable Entry<V> entry) {
    Entry<V> before = entry == null ? copy.remove(key) : copy.put(key, entry);
    listener.changed(key, valueOf(before), valueOf(entry));
  }

  private static <V> @Nullable V valueOf(@Nullable Entry<V> entry) {
    return entry instanceof Readable<V>(V value, _) ? value : null;
  }

  /// Ends the watch; the copy stays.
  @Override
  public void close() {
    NatsKeyValueWatchSubscription old = watch;
    watch = null;
    if (old != null) {
      old.unsubscribe();
    }
  }

  /// One watch: first everything there is, then every change.
  private final class Reading implements KeyValueWatcher {
    private final long upTo;
    private final Set<K> met = new HashSet<>();
    private final CountDownLatch read = new CountDownLatch(1);

    Reading(long upTo) {
      this.upTo = upTo;
    }

    @Override
    public void watch(KeyValueEntry entry) {
      lastSeen = Math.max(lastSeen, entry.getRevision());
      Optional<K> known = keyOf(entry);
      if (known.isEmpty()) {
        skipped(entry, "the key is of another kind");
        return;
      }
      K key = known.get();
      if (read.getCount() > 0) {
        met.add(key);
      }
      if (entry.getOperation() == KeyValueOperation.PUT) {
        seen(key, Bucket.this.read(entry));
      } else {
        gone(key, entry.getRevision());
      }
    }

    @Override
    public void endOfData() {
      lastSeen = Math.max(lastSeen, upTo);
      for (K key : copy.keySet()) {
        if (!met.contains(key)) {
          gone(key, upTo);
        }
      }
      met.clear();
      read.countDown();
    }

    void await() throws InterruptedException, StoreUnavailableException {
      if (!read.await(READ_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StoreUnavailableException(
            "bucket " + name + " could not be read in " + READ_TIME.toSeconds() + " s");
      }
    }
  }

  private synchronized void gone(K key, long revision) {
    Entry<V> held = copy.get(key);
    if (held != null && held.revision() <= revision) {
      replace(key, null);
    }
  }
}
