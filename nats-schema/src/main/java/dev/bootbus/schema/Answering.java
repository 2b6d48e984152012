package dev.bootbus.schema;

import io.nats.client.Connection;
import io.nats.service.Service;
import io.nats.service.ServiceEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All subjects on which this process answers, as one NATS service, so that `nats micro ls` and
/// `nats micro stats` show it.
final class Answering {
  private static final Duration DRAIN_TIME = Duration.ofSeconds(1);
  private static final Duration WATCH_EVERY = Duration.ofMillis(25);

  private final String name;
  private final Consumer<BusState> onState;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private @Nullable Connection connection;
  private @Nullable Service service;
  private @Nullable Thread watch;
  private boolean closed;

  /// @param name of the NATS service
  Answering(String name, Consumer<BusState> onState) {
    this.name = name;
    this.onState = onState;
  }

  /// A connection that takes the place of the one before, which is gone.
  synchronized void attach(Connection to) {
    connection = to;
    service = null;
    if (!endpoints.isEmpty()) {
      serve(to, endpoints);
    }
  }

  synchronized void add(Endpoint endpoint) {
    if (closed) {
      return;
    }
    endpoints.add(endpoint);
    if (watch == null) {
      watch = Thread.ofVirtual().name("deadlines").start(this::watch);
    }
    if (connection != null) {
      serve(connection, List.of(endpoint));
    }
  }

  private void serve(Connection on, List<Endpoint> added) {
    ServiceEndpoint[] here =
        added.stream().map(endpoint -> endpoint.on(on)).toArray(ServiceEndpoint[]::new);
    if (service == null) {
      service = start(on, added.getFirst().terms(), here);
    } else {
      service.addServiceEndpoints(here);
    }
    added.forEach(endpoint -> endpoint.state().ifPresent(onState));
  }

  private Service start(Connection on, ServiceTerms terms, ServiceEndpoint[] first) {
    var builder =
        Service.builder()
            .connection(on)
            .name(name)
            .version(terms.version())
            .description(terms.description())
            .drainTimeout(DRAIN_TIME);
    List.of(first).forEach(builder::addServiceEndpoint);
    Service started = builder.build();
    started.startService();
    return started;
  }

  private void watch() {
    try {
      while (!Thread.interrupted()) {
        Thread.sleep(WATCH_EVERY);
        long now = System.nanoTime();
        all().forEach(endpoint -> endpoint.expire(now));
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private synchronized List<Endpoint> all() {
    return List.copyOf(endpoints);
  }

  /// Takes no more requests, and waits for those under way: at most for their deadline.
  void drain() {
    Service taken;
    Thread watching;
    synchronized (this) {
      closed = true;
      taken = service;
      watching = watch;
      service = null;
    }
    if (taken != null) {
      taken.stop(true);
    }
    try {
      while (!all().stream().allMatch(Endpoint::isIdle)) {
        Thread.sleep(WATCH_EVERY); // the deadlines see to it that this ends
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (watching != null) {
      watching.interrupt();
    }
  }
}
