package dev.bootbus.kernel.store;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what is in JetStream: loads it when a connection is there, again after every reconnect,
/// because a server that restarts has forgotten who watches, and again when it has fallen behind.
///
/// The buckets must be there before anything is answered. The stream of events need not: without
/// it the events are lost, and nothing else.
public final class Store implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Duration CHECK_EVERY = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  /// What is there as a whole or not at all.
  private static final class Part {
    private final String name;
    private final List<? extends Kept> kept;

    /// What has to be loaded, whether it is behind or not.
    private final Set<Kept> stale = ConcurrentHashMap.newKeySet();

    private volatile String trouble = "";

    Part(String name, List<? extends Kept> kept) {
      this.name = name;
      this.kept = kept;
      stale.addAll(kept);
    }

    /// Nothing that was loaded counts any more.
    void doubt() {
      stale.addAll(kept);
    }
  }

  private final List<Bucket<?, ?>> buckets;
  private final Part store;
  private final Part events;
  private final Consumer<Connection> onFirstRead;
  private final Semaphore wakeUps = new Semaphore(0);
  private volatile @Nullable Connection current;
  private volatile boolean closed;
  private boolean read;

  /// @param events null where none are published
  /// @param onFirstRead run once, when every bucket has been read
  public Store(
      List<Bucket<?, ?>> buckets, @Nullable EventStream events, Consumer<Connection> onFirstRead) {
    this.buckets = List.copyOf(buckets);
    this.store = new Part("store", this.buckets);
    this.events = new Part("event stream", events == null ? List.of() : List.of(events));
    this.onFirstRead = onFirstRead;
  }

  /// Begins, in a thread of its own, with the first connection; another may take its place.
  public void follow(Connection connection) {
    connection.addConnectionListener((_, event) -> onEvent(event));
    boolean first = current == null;
    current = connection;
    onEvent(Events.CONNECTED);
    if (first) {
      Thread.ofVirtual().name("store").start(this::keep);
    }
  }

  private void onEvent(Events event) {
    if (event == Events.CONNECTED || event == Events.RECONNECTED) {
      store.doubt();
      events.doubt();
      wakeUps.release();
    }
  }

  private void keep() {
    try {
      while (!closed) {
        Connection connection = Objects.requireNonNull(current);
        boolean good = connection.getStatus() == Connection.Status.CONNECTED && check(connection);
        long pause = good ? checkAfter() : RETRY_AFTER.toMillis();
        if (wakeUps.tryAcquire(pause, TimeUnit.MILLISECONDS)) {
          wakeUps.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Replicas that were started together do not go on to look at the same moment.
  private static long checkAfter() {
    long millis = CHECK_EVERY.toMillis();
    return ThreadLocalRandom.current().nextLong(millis * 3 / 4, millis * 5 / 4);
  }

  private boolean check(Connection connection) {
    if (!check(store, connection)) {
      return false;
    }
    check(events, connection);
    if (!read) {
      read = true;
      onFirstRead.accept(connection);
    }
    return true;
  }

  private boolean check(Part part, Connection connection) {
    try {
      for (Kept kept : part.kept) {
        load(part, kept, connection);
      }
    } catch (StoreUnavailableException e) {
      tell(part, connection, String.valueOf(e.getMessage()));
      return false;
    } catch (RuntimeException e) {
      LOG.error("{} failed, trying again", part.name, e); // a fault of ours, and no reason to stop
      return false;
    }
    if (!part.trouble.isEmpty()) {
      LOG.info("{} back", part.name);
      part.trouble = "";
    }
    return true;
  }

  /// What has been loaded stays loaded if the next one cannot be: a cluster that has lost a server
  /// refuses some attempts and takes others.
  private static void load(Part part, Kept kept, Connection connection)
      throws StoreUnavailableException {
    boolean stale = part.stale.remove(kept);
    try {
      if (stale || kept.isBehind(connection)) {
        stale = true;
        kept.load(connection);
        stale = false;
      }
    } finally {
      if (stale) {
        part.stale.add(kept);
      }
    }
  }

  /// Once for each trouble, not for each attempt.
  private void tell(Part part, Connection connection, String message) {
    if (closed || connection.getStatus() != Connection.Status.CONNECTED) {
      return;
    }
    String now =
        connection.getServerInfo().isJetStreamAvailable()
            ? message
            : "nats-server runs without JetStream: start it with -js";
    if (!now.equals(part.trouble)) {
      part.trouble = now;
      LOG.warn("{} unavailable, trying again: {}", part.name, now);
    }
  }

  /// Why the buckets cannot be read, in words for an operator; empty if that is not known, or they
  /// can.
  public String trouble() {
    return store.trouble;
  }

  @Override
  public void close() {
    closed = true;
    wakeUps.release();
    buckets.forEach(Bucket::close);
  }
}
