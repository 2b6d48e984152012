import dev.bootbus.schema.Bus;
import dev.bootbus.schema.DhcpResponse;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Requests, each timed from when it was due to its answer.
interface Load {
  /// As many as there can be, so many in flight.
  void flood(int inFlight, long end, Histogram latency) throws Exception;

  /// So many each second, however long the answers take.
  void pace(int perSecond, long end, Histogram latency) throws Exception;

  static Load of(String kind, String url, Path folder) throws Exception {
    byte[] request = Files.readAllBytes(folder.resolve("request.json"));
    return switch (kind) {
      case "sdk" -> sdk(url);
      case "plain" -> plain(url, request);
      case "bare" -> new Bare(url, request);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Load sdk(String url) throws Exception {
    Bus bus = Bus.connect(Samples.settings("bench-asker", url), System.err::println);
    AtomicInteger machines = new AtomicInteger();
    Asker.awaitAnswer(() -> bus.ask(Samples.request(machines.incrementAndGet())));
    return new ThreadEach(
        () -> {
          DhcpResponse response = bus.ask(Samples.request(machines.incrementAndGet()));
          if (!(response instanceof DhcpResponse.Answer)) {
            throw new IllegalStateException(response.toString());
          }
        });
  }

  private static Load plain(String url, byte[] request) throws Exception {
    Connection connection = Nats.connect(url);
    Duration deadline = Duration.ofSeconds(5);
    Asker.awaitAnswer(() -> connection.request("bench.plain", request, deadline));
    return new ThreadEach(
        () -> {
          Message reply = connection.request("bench.plain", request, deadline);
          if (reply == null || reply.getData().length == 0) {
            throw new IllegalStateException("no answer");
          }
        });
  }

  /// Waits for its answer.
  interface Request {
    void run() throws Exception;
  }

  /// A virtual thread for each request, as dhcp-server has one for each packet.
  record ThreadEach(Request request) implements Load {
    @Override
    public void flood(int inFlight, long end, Histogram latency) throws InterruptedException {
      var free = new Semaphore(inFlight);
      while (System.nanoTime() - end < 0) {
        free.acquire();
        start(System.nanoTime(), latency, free);
      }
      free.acquire(inFlight);
    }

    @Override
    public void pace(int perSecond, long end, Histogram latency) throws InterruptedException {
      var free = new Semaphore(perSecond);
      long step = TimeUnit.SECONDS.toNanos(1) / perSecond;
      for (long due = System.nanoTime(); due - end < 0; due += step) {
        sleepUntil(due);
        free.acquire();
        start(due, latency, free);
      }
      free.acquire(perSecond);
    }

    private void start(long due, Histogram latency, Semaphore free) {
      Thread.startVirtualThread(
          () -> {
            try {
              request.run();
              latency.recordValue(System.nanoTime() - due);
            } catch (Exception e) {
              e.printStackTrace();
              System.exit(1);
            } finally {
              free.release();
            }
          });
    }
  }

  /// jnats without a thread or a future for each request: the dispatcher of the one inbox sends the
  /// next request when an answer comes.
  final class Bare implements Load {
    private static final int SLOTS = 4096;

    private final Connection connection;
    private final byte[] request;
    private final String inbox;
    private final long[] due = new long[SLOTS];
    private volatile Answered onAnswer = (slot, now) -> {};

    private interface Answered {
      void at(int slot, long now);
    }

    Bare(String url, byte[] request) throws Exception {
      this.request = request;
      connection = Nats.connect(Options.builder().server(url).dontForceFlushOnRequest().build());
      inbox = connection.createInbox() + ".";
      connection
          .createDispatcher(
              message -> {
                String subject = message.getSubject();
                int slot = Integer.parseInt(subject, inbox.length(), subject.length(), 10);
                onAnswer.at(slot, System.nanoTime());
              })
          .subscribe(inbox + "*");
      Asker.awaitAnswer(() -> connection.request("bench.bare", request, Duration.ofSeconds(5)));
    }

    private void send(int slot, long at) {
      due[slot] = at;
      connection.publish("bench.bare", inbox + slot, request);
    }

    @Override
    public void flood(int inFlight, long end, Histogram latency) throws InterruptedException {
      var free = new Semaphore(0);
      onAnswer =
          (slot, now) -> {
            latency.recordValue(now - due[slot]);
            if (now - end < 0) {
              send(slot, now);
            } else {
              free.release();
            }
          };
      for (int slot = 0; slot < inFlight; slot++) {
        send(slot, System.nanoTime());
      }
      free.acquire(inFlight);
    }

    @Override
    public void pace(int perSecond, long end, Histogram latency) throws InterruptedException {
      var free = new Semaphore(SLOTS);
      onAnswer =
          (slot, now) -> {
            latency.recordValue(now - due[slot]);
            free.release();
          };
      long step = TimeUnit.SECONDS.toNanos(1) / perSecond;
      int slot = 0;
      for (long next = System.nanoTime(); next - end < 0; next += step) {
        sleepUntil(next);
        free.acquire();
        send(slot, next);
        slot = (slot + 1) % SLOTS;
      }
      free.acquire(SLOTS);
    }
  }

  private static void sleepUntil(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
