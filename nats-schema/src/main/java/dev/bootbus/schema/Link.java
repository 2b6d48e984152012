package dev.bootbus.schema;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The connection to nats-server: made in the background, and made again for ever.
final class Link {
  private static final Duration DRAIN_TIME = Duration.ofSeconds(1);

  /// For so long after a reconnect, others may still be on their way back.
  private static final long JUST_BACK_NANOS = Duration.ofSeconds(2).toNanos();

  private final BusSettings settings;
  private final LinkNews news;
  private final BusMeters meters;
  private final Runnable uncount;
  private final Runnable onLost;
  private final List<Consumer<Connection>> preparations = new ArrayList<>();
  private final List<Consumer<Connection>> attachments = new ArrayList<>();
  private @Nullable Connection newest;
  private volatile @Nullable Connection current; // the newest, when it is prepared
  private volatile long lostAt;
  private volatile boolean lost;
  private volatile long backAt;
  private volatile boolean wasBack;
  private volatile boolean closing;

  /// @param onLost told at each loss of the connection
  Link(BusSettings settings, BusMeters meters, Consumer<BusState> onState, Runnable onLost) {
    this.settings = settings;
    this.news = new LinkNews(settings, onState);
    this.meters = meters;
    this.uncount = meters.connected(() -> up() == null ? 0 : 1);
    this.onLost = onLost;
  }

  /// Returns at once, connected or not.
  void open() {
    try {
      Nats.connectAsynchronously(
          ConnectOptions.of(settings)
              .connectionListener((connection, event) -> onEvent(connection, event))
              .errorListener(new QuietErrors())
              .build(),
          true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Runs this for each connection before anybody may use it. To be called before [#open].
  void prepare(Consumer<Connection> preparation) {
    preparations.add(preparation);
  }

  /// Runs this for the connection, and again for each one that takes its place. One connection
  /// lives through any number of reconnects; another takes its place only when nats-server has
  /// refused the login.
  void onConnection(Consumer<Connection> attachment) {
    Connection now;
    synchronized (this) {
      attachments.add(attachment);
      now = current;
    }
    if (now != null) {
      attachment.accept(now);
    }
  }

  /// The connection, if it is up.
  @Nullable Connection up() {
    Connection connection = current;
    return connection != null && connection.getStatus() == Connection.Status.CONNECTED
        ? connection
        : null;
  }

  /// Whether it is worth waiting for: a cluster is back before a machine would ask again.
  boolean isComingBack() {
    boolean hopeless = lost && System.nanoTime() - lostAt > settings.deadline().toNanos();
    return !closing && current != null && !hopeless;
  }

  /// Fit to be shown.
  String servers() {
    return settings.shownServers();
  }

  boolean isJustBack() {
    return wasBack && System.nanoTime() - backAt < JUST_BACK_NANOS;
  }

  private void onEvent(Connection connection, Events event) {
    switch (event) {
      case CONNECTED, RECONNECTED -> connected(connection);
      case DISCONNECTED -> lost();
      case CLOSED -> {
        lost();
        again(connection);
      }
      default -> {}
    }
  }

  private void connected(Connection connection) {
    if (closing) {
      closeNow(connection);
      return;
    }
    boolean another = newest != connection; // events come from one thread
    newest = connection;
    if (another) {
      preparations.forEach(preparation -> preparation.accept(connection));
    }
    List<Consumer<Connection>> toAttach = List.of();
    synchronized (this) {
      current = connection;
      if (another) {
        toAttach = List.copyOf(attachments);
      }
      if (lost) {
        wasBack = true;
        backAt = System.nanoTime();
      }
      lost = false;
    }
    meters.linked();
    toAttach.forEach(attachment -> attachment.accept(connection));
    news.connected(String.valueOf(connection.getConnectedUrl()));
  }

  private void lost() {
    if (!lost) {
      lostAt = System.nanoTime();
      lost = true;
    }
    onLost.run();
    news.lost();
  }

  /// jnats gives up when a login has been refused twice; the operator may yet put it right.
  private void again(Connection closed) {
    if (closing) {
      return;
    }
    long millis = ConnectOptions.RECONNECT_WAIT.toMillis();
    long pause = millis + ThreadLocalRandom.current().nextLong(10 * millis);
    Thread.ofVirtual()
        .name("reconnect")
        .start(
            () -> {
              try {
                Thread.sleep(pause);
                if (!closing) {
                  open();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (IllegalArgumentException e) {
                news.failed(e); // a file with credentials is being replaced, most likely
                again(closed);
              }
            });
  }

  void close() {
    closing = true;
    uncount.run();
    news.end();
    Connection connection = current;
    if (connection == null) {
      return;
    }
    try {
      if (connection.getStatus() == Connection.Status.CONNECTED) {
        connection.drain(DRAIN_TIME).get(DRAIN_TIME.toMillis() + 500, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException | IllegalStateException e) {
      // what could not be drained in time is lost with the process, as it would be without draining
    }
    closeNow(connection);
  }

  private static void closeNow(Connection connection) {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The connection's state is told through [BusState]; jnats's own listener would log a stack
  /// trace for every attempt.
  private final class QuietErrors implements ErrorListener, TlsPort.Terms {
    @Override
    public void errorOccurred(Connection connection, String error) {
      news.error(error);
    }

    @Override
    public void exceptionOccurred(Connection connection, Exception e) {
      if (connection.getStatus() != Connection.Status.CONNECTED) {
        news.failed(e);
      }
    }

    @Override
    public BusSettings settings() {
      return settings;
    }

    @Override
    public void refused(SSLException alert) {
      news.failed(alert);
    }
  }
}
