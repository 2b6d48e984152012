package dev.bootbus.kernel;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the copies of the buckets true: reads them when a connection is there, again after every
/// reconnect, because a server that restarts has forgotten who watches, and again when a watch
/// has fallen behind.
final class Store implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Duration CHECK_EVERY = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final List<Bucket<?, ?>> buckets;
  private final Consumer<Connection> onFirstRead;
  private final Semaphore wakeUps = new Semaphore(0);
  private volatile @Nullable Connection current;
  private volatile boolean stale = true;
  private volatile boolean closed;
  private boolean read;
  private String trouble = "";

  /// @param onFirstRead run once, when every bucket has been read
  Store(List<Bucket<?, ?>> buckets, Consumer<Connection> onFirstRead) {
    this.buckets = List.copyOf(buckets);
    this.onFirstRead = onFirstRead;
  }

  /// Begins, in a thread of its own, with the first connection; another may take its place.
  void follow(Connection connection) {
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
      stale = true;
      wakeUps.release();
    }
  }

  private void keep() {
    try {
      while (!closed) {
        Connection connection = Objects.requireNonNull(current);
        boolean good = connection.getStatus() == Connection.Status.CONNECTED && check(connection);
        Duration pause = good ? CHECK_EVERY : RETRY_AFTER;
        if (wakeUps.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          wakeUps.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean check(Connection connection) {
    try {
      boolean all = stale;
      stale = false;
      for (Bucket<?, ?> bucket : buckets) {
        if (all || bucket.isBehind(connection)) {
          bucket.load(connection);
        }
      }
    } catch (StoreUnavailableException e) {
      stale = true;
      tell(connection, String.valueOf(e.getMessage()));
      return false;
    } catch (RuntimeException e) {
      stale = true;
      LOG.error("store failed, trying again", e); // a fault of ours, and no reason to stop
      return false;
    }
    if (!trouble.isEmpty()) {
      LOG.info("store back");
      trouble = "";
    }
    if (!read) {
      read = true;
      onFirstRead.accept(connection);
    }
    return true;
  }

  /// Once for each trouble, not for each attempt.
  private void tell(Connection connection, String message) {
    if (closed || connection.getStatus() != Connection.Status.CONNECTED) {
      return;
    }
    String now =
        connection.getServerInfo().isJetStreamAvailable()
            ? message
            : "nats-server runs without JetStream: start it with -js";
    if (!now.equals(trouble)) {
      trouble = now;
      LOG.warn("store unavailable, trying again: {}", now);
    }
  }

  @Override
  public void close() {
    closed = true;
    wakeUps.release();
    buckets.forEach(Bucket::close);
  }
}
