package dev.bootbus.schema.conformance;

import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.PlainConnection;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A backend that answers as a front end hopes, or fears.
public final class Simulator implements AutoCloseable {
  private static final Duration SLOW = Duration.ofMillis(500);
  private static final Duration LATE = Duration.ofMillis(1500);
  private static final int MAX_IN_HAND = 4096;
  private static final String QUEUE_GROUP = "bootbus-simulator";
  private static final Duration FLUSH_TIME = Duration.ofSeconds(2);

  /// What it answers about.
  ///
  /// @param address that each machine gets
  /// @param script URL of the script for iPXE, or empty
  /// @param known the machines that it knows; none for all
  public record Machines(String address, String script, Set<MacAddress> known) {
    public static final Machines ALL = new Machines("192.0.2.10", "", Set.of());

    /// @throws IllegalArgumentException if the address or the URL is none
    public Machines {
      Inet4Address.ofLiteral(address);
      URI.create(script);
      known = Set.copyOf(known);
    }

    boolean isKnown(MacAddress mac) {
      return !mac.isNone() && (known.isEmpty() || known.contains(mac));
    }
  }

  /// One request, and what was done with it; told when the reply is under way.
  ///
  /// @param asked machine and message type, or why the request cannot be read
  /// @param replies how many were sent
  /// @param size of one of them in bytes
  public record Served(Behaviour behaviour, String asked, int replies, int size, Duration after) {
    @Override
    public String toString() {
      return replies == 0
          ? "asked %s: %s, no reply".formatted(asked, behaviour.word())
          : "asked %s: %s, %s%,d bytes after %d ms"
              .formatted(
                  asked,
                  behaviour.word(),
                  replies == 1 ? "" : replies + " replies of ",
                  size,
                  after.toMillis());
    }
  }

  private record Act(Behaviour behaviour, Duration after, List<byte[]> replies) {}

  private final Connection connection;
  private final Behaviour behaviour;
  private final @Nullable Duration delay;
  private final Replies replies;
  private final Consumer<Served> onServed;
  private final Semaphore free = new Semaphore(MAX_IN_HAND);
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<Behaviour, Integer> counts = new EnumMap<>(Behaviour.class);

  private Simulator(
      Connection connection,
      Behaviour behaviour,
      @Nullable Duration delay,
      Machines machines,
      Consumer<Served> onServed) {
    this.connection = connection;
    this.behaviour = behaviour;
    this.delay = delay;
    this.replies = new Replies(machines);
    this.onServed = onServed;
  }

  /// Answers from now on, and after reconnects, until it is closed.
  ///
  /// @param delay before each reply, instead of the behaviour's own
  /// @throws IOException if no nats-server is reached
  public static Simulator start(
      BusSettings settings,
      Behaviour behaviour,
      @Nullable Duration delay,
      Machines machines,
      Consumer<Served> onServed)
      throws IOException, InterruptedException {
    Connection connection = PlainConnection.open(settings, -1);
    return on(connection, settings.subjects().dhcp(), behaviour, delay, machines, onServed);
  }

  static Simulator on(
      Connection connection,
      String subject,
      Behaviour behaviour,
      @Nullable Duration delay,
      Machines machines,
      Consumer<Served> onServed)
      throws InterruptedException {
    var simulator = new Simulator(connection, behaviour, delay, machines, onServed);
    connection.createDispatcher(simulator::take).subscribe(subject, QUEUE_GROUP);
    try {
      connection.flush(FLUSH_TIME); // subscribed, once this returns
    } catch (TimeoutException e) {
      // the server is slow; the subscription is on its way
    }
    return simulator;
  }

  private void take(Message message) {
    if (message.getReplyTo() == null) {
      return;
    }
    Asked asked = Asked.read(message.getData());
    if (!free.tryAcquire()) {
      connection.publish(message.getReplyTo(), replies.error(asked, 429, "too much at once"));
      return;
    }
    Act act = act(behaviour, asked);
    Thread.startVirtualThread(
        () -> {
          try {
            perform(act, asked, message.getReplyTo());
          } finally {
            free.release();
          }
        });
  }

  private Act act(Behaviour kind, Asked asked) {
    return switch (kind) {
      case GOOD, SLOW, LATE -> reply(kind, replies.good(asked));
      case SILENT -> new Act(kind, Duration.ZERO, List.of());
      case WRONG_MAC -> reply(kind, replies.wrongMac(asked));
      case HUGE -> reply(kind, replies.huge(asked));
      case DOUBLE -> {
        byte[] good = replies.good(asked);
        yield new Act(kind, delay(kind), List.of(good, good));
      }
      case MALFORMED -> reply(kind, replies.malformed(asked));
      case NOT_JSON -> reply(kind, replies.notJson());
      case ERROR_404 -> reply(kind, replies.error(asked, 404, "nobody knows " + asked.mac()));
      case ERROR_NO_MESSAGE -> reply(kind, replies.error(asked, 404, ""));
      case FLAT -> reply(kind, replies.flat(asked));
      case GO ->
          asked.trouble().isEmpty() && asked.isBase64()
              ? reply(kind, replies.go(asked))
              : new Act(kind, Duration.ZERO, List.of());
      case MIXED -> act(inTurn(), asked);
    };
  }

  private Behaviour inTurn() {
    return Behaviour.values()[turn.getAndIncrement() % Behaviour.MIXED.ordinal()];
  }

  private Act reply(Behaviour kind, byte[] reply) {
    return new Act(kind, delay(kind), List.of(reply));
  }

  private Duration delay(Behaviour kind) {
    if (delay != null) {
      return delay;
    }
    return switch (kind) {
      case SLOW -> SLOW;
      case LATE -> LATE;
      default -> Duration.ZERO;
    };
  }

  private void perform(Act act, Asked asked, String replyTo) {
    try {
      Thread.sleep(act.after());
      for (byte[] reply : act.replies()) {
        connection.publish(replyTo, reply);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (IllegalStateException | IllegalArgumentException e) {
      return; // closed meanwhile, or larger than nats-server takes
    }
    int size = act.replies().isEmpty() ? 0 : act.replies().getFirst().length;
    synchronized (counts) {
      counts.merge(act.behaviour(), 1, Integer::sum);
    }
    onServed.accept(
        new Served(act.behaviour(), asked.toString(), act.replies().size(), size, act.after()));
  }

  /// How many requests were served in which way.
  public Map<Behaviour, Integer> counts() {
    synchronized (counts) {
      return Map.copyOf(counts);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
