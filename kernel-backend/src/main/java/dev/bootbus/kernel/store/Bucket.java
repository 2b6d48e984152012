package dev.bootbus.kernel.store;

import dev.bootbus.kernel.store.Entry.Readable;
import dev.bootbus.kernel.store.Entry.Unreadable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A JetStream key-value bucket, with a copy in memory that a watch keeps up to date.
///
/// The copy may be old, and every decision made by it is safe all the same: a write names the
/// revision that it was decided by, and the server takes it only if that is still the latest.
///
/// The copy changes only under this object's monitor.
public final class Bucket<K, V> implements Kept, AutoCloseable {

  /// How keys and values are spelt in the bucket.
  public interface Format<K, V> {
    String key(K key);

    /// @throws IllegalArgumentException if there is no such key
    K key(String text);

    byte[] write(V value);

    V read(byte[] bytes) throws UnreadableRecordException;
  }

  /// Told of each change of the copy, one at a time and under the bucket's monitor.
  public interface Listener<K, V> {
    void changed(K key, @Nullable Entry<V> before, @Nullable Entry<V> after);
  }

  /// What became of a record that was to be written.
  public sealed interface Written {
    record Stored() implements Written {}

    /// The bucket holds another record than the copy did; the copy is corrected.
    record Overtaken() implements Written {}

    record Failed(String why) implements Written {}
  }

  /// One record of those that a key has held.
  ///
  /// @param entry null where the key was deleted
  public record Past<V>(long revision, Instant time, @Nullable Entry<V> entry) {}

  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Duration REQUEST_TIME = Duration.ofMillis(700); // the asker waits 800 ms
  private static final Duration CATCH_UP_TIME = Duration.ofSeconds(10);
  private static final long NEVER = 0;
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Duration READ_TIME = Duration.ofSeconds(10);
  private static final Written STORED = new Written.Stored();
  private static final Written OVERTAKEN = new Written.Overtaken();

  /// What is open on one connection.
  private record Lines(Connection connection, Dispatcher dispatcher, PipelinedWrites writes) {}

  private final String name;
  private final BucketStream stream;
  private final Absence absence = new Absence();
  private final Format<K, V> format;
  private final Listener<K, V> listener;
  private final Map<K, Entry<V>> copy = new ConcurrentHashMap<>();

  /// Revisions of the markers that deleted keys leave behind, of which a new record has to know.
  private final Map<K, Long> markers = new ConcurrentHashMap<>();

  private volatile WriteMeters meters = new WriteMeters(new CompositeMeterRegistry(), "");
  private volatile @Nullable Lines lines;
  private @Nullable Watch watch;
  private @Nullable ZonedDateTime created;
  private volatile long lastSeen;
  private long lastExpected;
  private long behindSince = NEVER;

  public Bucket(String name, int replicas, Format<K, V> format, Listener<K, V> listener) {
    this(name, replicas, BucketStream.AS_IT_IS, format, listener);
  }

  /// @param history records that are kept of each key, 1 to 64; a bucket that is there is given it
  ///     once, so that the replica that was started last has its way
  public Bucket(
      String name, int replicas, int history, Format<K, V> format, Listener<K, V> listener) {
    this.name = name;
    this.stream = new BucketStream(name, replicas, history);
    this.format = format;
    this.listener = listener;
  }

  /// Counts from now on.
  ///
  /// @param label what the bucket is called there
  public void measure(MeterRegistry registry, String label) {
    meters = new WriteMeters(registry, label);
    Gauge.builder("bootbus.store.records", this, Bucket::size)
        .description("records in the copy of the bucket")
        .tag("bucket", label)
        .register(registry);
    Gauge.builder("bootbus.store.in.flight", this, Bucket::underWay)
        .description("records that JetStream has not acknowledged yet")
        .tag("bucket", label)
        .register(registry);
  }

  private int underWay() {
    Lines open = lines;
    return open == null ? 0 : open.writes().underWay();
  }

  /// One record of the copy.
  public record Held<K, V>(K key, Entry<V> entry) {}

  /// All that the copy holds, in no order, while it may change.
  public Stream<Held<K, V>> entries() {
    return copy.entrySet().stream().map(held -> new Held<>(held.getKey(), held.getValue()));
  }

  /// What the copy holds.
  public @Nullable Entry<V> find(K key) {
    return copy.get(key);
  }

  public int size() {
    return copy.size();
  }

  /// Writes a record in the place of another, or of none, and returns at once.
  ///
  /// @param then told once, perhaps before this returns; must not wait
  public void write(K key, V value, @Nullable Entry<V> instead, Consumer<Written> then) {
    Lines open = lines;
    if (open == null) {
      then.accept(notRead());
      return;
    }
    long expected = instead == null ? markers.getOrDefault(key, 0L) : instead.revision();
    long begun = System.nanoTime();
    open.writes()
        .write(
            subject(key),
            format.write(value),
            expected,
            ack ->
                end(
                    new Change<>(open.connection(), key, expected, begun, then),
                    ack,
                    revision -> seen(key, new Readable<>(value, revision))));
  }

  /// Removes a record, and returns at once. What the key has held stays in its history.
  ///
  /// @param then told once, perhaps before this returns; must not wait
  public void remove(K key, Entry<V> instead, Consumer<Written> then) {
    remove(PipelinedWrites::remove, key, instead, then);
  }

  /// Removes a record with its history, and returns at once.
  ///
  /// @param then told once, perhaps before this returns; must not wait
  public void purge(K key, Entry<V> instead, Consumer<Written> then) {
    remove(PipelinedWrites::purge, key, instead, then);
  }

  private interface Removal {
    void send(
        PipelinedWrites writes, String subject, long expected, Consumer<PipelinedWrites.Ack> then);
  }

  private void remove(Removal removal, K key, Entry<V> instead, Consumer<Written> then) {
    Lines open = lines;
    if (open == null) {
      then.accept(notRead());
      return;
    }
    long expected = instead.revision();
    long begun = System.nanoTime();
    removal.send(
        open.writes(),
        subject(key),
        expected,
        ack ->
            end(
                new Change<>(open.connection(), key, expected, begun, then),
                ack,
                revision -> removed(key, revision)));
  }

  private Written notRead() {
    return new Written.Failed("bucket " + name + " has not been read yet");
  }

  private record Change<K>(
      Connection connection, K key, long expected, long begun, Consumer<Written> then) {}

  private void end(Change<K> change, PipelinedWrites.Ack ack, LongConsumer stored) {
    meters.ended(ack, System.nanoTime() - change.begun());
    switch (ack) {
      case PipelinedWrites.Ack.Stored(long revision) -> {
        stored.accept(revision);
        change.then().accept(STORED);
      }
      case PipelinedWrites.Ack.Overtaken _ ->
          Thread.startVirtualThread(
              () ->
                  change
                      .then()
                      .accept(correct(change.connection(), change.key(), change.expected())));
      case PipelinedWrites.Ack.Lost(String why) ->
          change.then().accept(new Written.Failed("bucket " + name + ": " + why));
    }
  }

  /// What a key has held, the oldest first, as far as the bucket keeps it. Waits for the bus.
  public List<Past<V>> history(K key) throws StoreUnavailableException {
    Lines open = lines;
    if (open == null) {
      throw new StoreUnavailableException("bucket " + name + " has not been read yet");
    }
    try {
      List<Past<V>> all = new ArrayList<>();
      for (KeyValueEntry entry : stream.history(open.connection(), format.key(key))) {
        all.add(
            new Past<>(
                entry.getRevision(),
                entry.getCreated().toInstant(),
                entry.getOperation() == KeyValueOperation.PUT ? read(entry) : null));
      }
      return all;
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted");
    }
  }

  private String subject(K key) {
    return "$KV." + name + "." + format.key(key);
  }

  /// Compares the copy with what is stored, for a decision that nothing else is judged by: a write
  /// names the revision it was decided by, and to refuse a machine something does not.
  ///
  /// @param entry that was decided by
  /// @param then told once, perhaps before this returns: stored if the entry is the latest,
  ///     overtaken if it is not, and the copy is corrected; must not wait
  public void check(K key, @Nullable Entry<V> entry, Consumer<Written> then) {
    Lines open = lines;
    if (open == null) {
      then.accept(notRead());
      return;
    }
    long revision = entry == null ? markers.getOrDefault(key, 0L) : entry.revision();
    Thread.startVirtualThread(() -> then.accept(compare(open.connection(), key, revision)));
  }

  /// @param refused the revision that is not the latest
  private Written correct(Connection connection, K key, long refused) {
    Written compared = compare(connection, key, refused);
    if (!(compared instanceof Written.Stored)) {
      return compared;
    }
    // another record is on its way there
    LockSupport.parkNanos(PAUSE.toNanos());
    return OVERTAKEN;
  }

  /// @return stored if that is the latest revision, overtaken if it is not, and the copy is
  ///     corrected
  private Written compare(Connection connection, K key, long revision) {
    try {
      @Nullable KeyValueEntry latest = stream.latest(connection, subject(key));
      long stored = latest == null ? 0 : latest.getRevision();
      if (stored == revision) {
        return STORED;
      }
      if (stored < revision && BucketStream.isBehind(stream.info(connection), revision)) {
        return new Written.Failed(behind());
      }
      boolean put = latest != null && latest.getOperation() == KeyValueOperation.PUT;
      corrected(key, stored, put ? read(latest) : null, revision);
      return OVERTAKEN;
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      return new Written.Failed(unavailable(e).getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Written.Failed("interrupted");
    }
  }

  private String behind() {
    return "bucket " + name + ": its leader is behind what was acknowledged";
  }

  /// A revision that was refused is wrong even if it is the newest that was ever seen: a server
  /// that crashed may have lost its last records. One that the watch has brought since is newer.
  private synchronized void corrected(
      K key, long revision, @Nullable Entry<V> entry, long refused) {
    Entry<V> held = copy.get(key);
    if (held == null || held.revision() == refused || held.revision() < revision) {
      if (entry == null) {
        markers.put(key, revision);
      }
      replace(key, entry);
    }
  }

  /// Reads the bucket into the copy, and watches it from then on; creates it if need be. What was
  /// read before is not read again. The old copy can be used meanwhile.
  @Override
  public void load(Connection connection) throws StoreUnavailableException {
    try {
      long seen = lastSeen; // before the watch that may still run sees more
      StreamInfo info = stream.findOrCreate(connection);
      long upTo = info.getStreamState().getLastSequence();
      if (info.getCreateTime().equals(created)
          && BucketStream.isBehind(info, seen)
          && mayCatchUp()) {
        throw new StoreUnavailableException(behind());
      }
      behindSince = NEVER;
      if (!info.getCreateTime().equals(created) || seen > upTo) {
        forget(); // another bucket of that name, or a server that has lost its last records
        created = info.getCreateTime();
        lastSeen = 0;
        lastExpected = 0;
      }
      Lines open = open(connection);
      lines = open;
      endWatch();
      Reading reading = new Reading(upTo);
      Watch.From from =
          lastSeen > 0 || BucketStream.isMostlyLatest(info)
              ? new Watch.From.After(lastSeen)
              : new Watch.From.LatestOfEach(info.getStreamState().getMsgCount());
      watch = new Watch(connection, open.dispatcher(), name, from, reading);
      reading.await();
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted");
    }
  }

  private boolean mayCatchUp() {
    long now = System.nanoTime();
    behindSince = behindSince == NEVER ? now : behindSince;
    return now - behindSince < CATCH_UP_TIME.toNanos();
  }

  private synchronized void forget() {
    copy.keySet().forEach(key -> replace(key, null));
    markers.clear();
  }

  private Lines open(Connection connection) {
    Lines open = lines;
    if (open != null && open.connection() == connection) {
      return open;
    }
    close();
    Dispatcher dispatcher = connection.createDispatcher();
    return new Lines(
        connection, dispatcher, new PipelinedWrites(connection, dispatcher, REQUEST_TIME));
  }

  /// Whether the copy has missed something: the watch stands still while the bucket moves on, or
  /// the bucket is gone. A watch may end without a word when a server loses its JetStream.
  @Override
  public boolean isBehind(Connection connection) throws StoreUnavailableException {
    try {
      StreamInfo info = stream.info(connection);
      boolean behind = !info.getCreateTime().equals(created) || lastSeen < lastExpected;
      lastExpected = info.getStreamState().getLastSequence(); // has to be seen by the next time
      absence.ended();
      return behind;
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() == BucketStream.NOT_FOUND) {
        return absence.isCertain();
      }
      throw unavailable(e);
    } catch (IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  private StoreUnavailableException unavailable(Exception e) {
    return new StoreUnavailableException("bucket " + name + ": " + e.getMessage());
  }

  private Entry<V> read(KeyValueEntry entry) {
    byte[] bytes = entry.getValue();
    return read(entry.getKey(), entry.getRevision(), bytes == null ? new byte[0] : bytes);
  }

  private Entry<V> read(String key, long revision, byte[] record) {
    try {
      return new Readable<>(format.read(record), revision);
    } catch (UnreadableRecordException e) {
      skipped(key, revision, String.valueOf(e.getMessage()));
      return new Unreadable<>(revision);
    }
  }

  /// A key in another spelling is not the one that is written.
  private Optional<K> keyOf(String text) {
    try {
      K key = format.key(text);
      return format.key(key).equals(text) ? Optional.of(key) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void skipped(String key, long revision, String why) {
    LOG.warn(
        "record skipped bucket={} key={} revision={}: {}",
        name,
        key.replaceAll("[^!-~]", "?"),
        revision,
        why);
  }

  private synchronized void seen(K key, Entry<V> entry) {
    if (isNews(key, entry.revision())) {
      markers.remove(key);
      replace(key, entry);
    }
  }

  private boolean isNews(K key, long revision) {
    Entry<V> held = copy.get(key);
    return (held == null || held.revision() < revision) && markers.getOrDefault(key, 0L) < revision;
  }

  private synchronized void gone(K key, long revision) {
    Entry<V> held = copy.get(key);
    if (held != null && held.revision() <= revision) {
      replace(key, null);
    }
  }

  private synchronized void removed(K key, long revision) {
    markers.merge(key, revision, Math::max);
    gone(key, revision);
  }

  private synchronized void replace(K key, @Nullable Entry<V> entry) {
    Entry<V> before = entry == null ? copy.remove(key) : copy.put(key, entry);
    listener.changed(key, before, entry);
  }

  /// Ends the watch; the copy stays.
  @Override
  public void close() {
    endWatch();
    Lines open = lines;
    lines = null;
    if (open != null) {
      open.writes().close();
      if (open.dispatcher().isActive()) {
        open.connection().closeDispatcher(open.dispatcher());
      }
    }
  }

  private void endWatch() {
    Watch old = watch;
    watch = null;
    if (old != null) {
      old.close();
    }
  }

  /// One watch: first everything there is, then every change.
  private final class Reading implements Watch.Listener {
    private final long upTo;
    private final CountDownLatch read = new CountDownLatch(1);
    private volatile long progress;

    Reading(long upTo) {
      this.upTo = upTo;
    }

    @Override
    public void read(String text, long revision, byte @Nullable [] record) {
      progress++;
      lastSeen = Math.max(lastSeen, revision);
      Optional<K> known = keyOf(text);
      if (known.isEmpty()) {
        skipped(text, revision, "the key is of another kind");
        return;
      }
      K key = known.get();
      if (record == null) {
        removed(key, revision);
      } else if (isNews(key, revision)) { // what was written here is not, and need not be read
        seen(key, Bucket.this.read(text, revision, record));
      }
    }

    @Override
    public void caughtUp() {
      lastSeen = Math.max(lastSeen, upTo);
      read.countDown();
    }

    void await() throws InterruptedException, StoreUnavailableException {
      long before;
      do {
        before = progress;
        if (read.await(READ_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } while (progress != before);
      throw new StoreUnavailableException(
          "bucket " + name + " could not be read in " + READ_TIME.toSeconds() + " s");
    }
  }
}
