package dev.bootbus.schema;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Events that others publish, read one after the other in a thread of their own. What comes faster
/// than it is read waits, up to a bound; beyond that it is dropped and counted.
final class EventInbox {
  /// What became of one event; the name is the metric's label.
  enum End {
    /// the reader had it
    READ,
    /// it is no event
    MALFORMED,
    /// it is of another kind than its subject says
    IGNORED,
    /// the reader threw
    FAILED,
    /// too many waited
    DROPPED
  }

  /// Who reads what.
  ///
  /// @param queueGroup of all processes that read with the same one, one gets each event
  record Route(String queueGroup, Set<EventKind> kinds, Consumer<BootEvent> reader) {
    Route {
      ServiceTerms.checkQueueGroup(queueGroup);
      kinds = Set.copyOf(kinds);
    }
  }

  private static final int CAPACITY = 4096;
  private static final int CAPACITY_BYTES = 16 << 20;
  private static final Duration DRAIN_TIME = Duration.ofSeconds(1);

  private final Route route;
  private final Subjects subjects;
  private final BusMeters meters;
  private final Consumer<BusState> onState;
  private @Nullable Dispatcher dispatcher;
  private long dropped; // by this dispatcher, as far as that has been counted
  private boolean closed;

  EventInbox(Route route, Subjects subjects, BusMeters meters, Consumer<BusState> onState) {
    this.route = route;
    this.subjects = subjects;
    this.meters = meters;
    this.onState = onState;
  }

  /// A connection that takes the place of the one before, which is gone.
  synchronized void attach(Connection connection) {
    if (closed) {
      return;
    }
    Dispatcher reading = connection.createDispatcher(this::take);
    reading.setPendingLimits(CAPACITY, CAPACITY_BYTES);
    route.kinds().forEach(kind -> reading.subscribe(subjects.of(kind), route.queueGroup()));
    dispatcher = reading;
    dropped = 0;
  }

  private void take(Message message) {
    countDropped();
    meters.cameEvent(read(message.getData()), 1);
  }

  private End read(byte[] message) {
    try {
      Optional<BootEvent> event = EventJson.read(message);
      if (event.isEmpty() || !route.kinds().contains(event.get().kind())) {
        return End.IGNORED;
      }
      route.reader().accept(event.get());
      return End.READ;
    } catch (MalformedMessageException e) {
      return End.MALFORMED;
    } catch (RuntimeException e) {
      onState.accept(new BusState.HandlerFailed(e));
      return End.FAILED;
    }
  }

  /// While events are dropped others wait, so whoever takes those sees it.
  private synchronized void countDropped() {
    long now = dispatcher == null ? 0 : dispatcher.getDroppedCount();
    if (now > dropped) {
      meters.cameEvent(End.DROPPED, now - dropped);
      dropped = now;
    }
  }

  /// Reads what has come, and no more.
  void drain() {
    Dispatcher reading;
    synchronized (this) {
      closed = true;
      reading = dispatcher;
      dispatcher = null;
    }
    if (reading == null || !reading.isActive()) {
      return;
    }
    try {
      reading.drain(DRAIN_TIME).get(DRAIN_TIME.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException | IllegalStateException e) {
      // the connection is lost, or the reader too slow: what is left is lost with the process
    }
  }
}
