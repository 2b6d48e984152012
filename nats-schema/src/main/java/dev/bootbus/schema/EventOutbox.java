package dev.bootbus.schema;

import io.nats.client.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Publishes boot events behind the back of whoever tells them. The buffer outlasts a short loss of
/// the bus; when it is full, the newest is dropped and counted.
final class EventOutbox {
  private static final int CAPACITY = 4096;
  private static final Duration FLUSH_TIME = Duration.ofMillis(500);
  private static final long LOOK_MILLIS = 50;
  private static final Duration GATHER_TIME = Duration.ofMillis(2);

  private final BusSettings settings;
  private final Link link;
  private final BusMeters meters;
  private final Consumer<BusState> onState;
  private final BlockingQueue<BootEvent> waiting = new ArrayBlockingQueue<>(CAPACITY);
  private volatile boolean dropping;
  private volatile boolean closed;
  private @Nullable Thread publisher;

  EventOutbox(BusSettings settings, Link link, BusMeters meters, Consumer<BusState> onState) {
    this.settings = settings;
    this.link = link;
    this.meters = meters;
    this.onState = onState;
  }

  void open() {
    publisher = Thread.ofVirtual().name("events").start(this::publishAll);
  }

  /// Never waits.
  void offer(BootEvent event) {
    if (waiting.offer(event)) {
      return;
    }
    meters.droppedEvent();
    if (!dropping) {
      dropping = true;
      onState.accept(new BusState.EventsDropped(CAPACITY));
    }
  }

  private void publishAll() {
    try {
      while (!closed || !waiting.isEmpty()) {
        BootEvent event = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (event == null) {
          dropping = false;
        } else {
          publish(event);
          gather();
        }
      }
    } catch (InterruptedException e) {
      // closed, and the rest could not be published in time
    }
  }

  /// Lets more events come before the next are published: waking a thread for each would cost more
  /// than all the rest.
  private void gather() throws InterruptedException {
    if (!closed && waiting.size() < CAPACITY / 2) {
      Thread.sleep(GATHER_TIME);
    }
    List<BootEvent> more = new ArrayList<>();
    waiting.drainTo(more, CAPACITY / 2);
    for (BootEvent event : more) {
      publish(event);
    }
  }

  private void publish(BootEvent event) throws InterruptedException {
    byte[] bytes = EventJson.write(settings.source(), event);
    while (true) {
      Connection connection = link.up();
      try {
        if (connection != null) {
          String subject = settings.subjects().of(event.kind());
          connection.publish(subject, Endpoint.HEADERS, bytes);
          meters.publishedEvent();
          return;
        }
      } catch (IllegalStateException e) {
        // lost since we looked
      } catch (IllegalArgumentException e) {
        // larger than this nats-server allows; those behind it are not
        meters.droppedEvent();
        return;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /// Publishes what is left, if the bus is there and takes it at once.
  void close() {
    closed = true;
    Thread running = publisher;
    if (running == null) {
      return;
    }
    try {
      if (link.up() == null || !running.join(FLUSH_TIME)) {
        running.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
