import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Fill.java URL BUCKET FIRST COUNT: one lease for each address from FIRST on, of machine
/// 52:54:00:00:00:00 and so on, as kernel-backend writes them, for a day; prints how many a second.
class Fill {
  private static final int IN_FLIGHT = 4096;

  public static void main(String[] args) throws Exception {
    String subjects = "$KV." + args[1] + ".";
    long first = Machines.number(args[2]);
    int count = Integer.parseInt(args[3]);
    Semaphore free = new Semaphore(IN_FLIGHT);
    AtomicInteger refused = new AtomicInteger();
    long start = System.nanoTime();
    try (Connection connection = Nats.connect(args[0])) {
      String inbox = connection.createInbox();
      Dispatcher acknowledged =
          connection.createDispatcher(
              ack -> {
                if (ack.isStatusMessage() || new String(ack.getData()).contains("\"error\"")) {
                  refused.incrementAndGet();
                }
                free.release();
              });
      acknowledged.subscribe(inbox);
      long now = System.currentTimeMillis();
      long end = now + Duration.ofDays(1).toMillis();
      for (int i = 0; i < count; i++) {
        String lease =
            """
            {"mac":"%s","state":"bound","expires":%d,"clientId":"","hostname":"","updated":%d}"""
                .formatted(Machines.mac(i), end, now);
        free.acquire();
        connection.publish(
            subjects + Machines.address(first + i).replace('.', '-'),
            inbox,
            lease.getBytes(StandardCharsets.UTF_8));
      }
      free.acquire(IN_FLIGHT);
    }
    if (refused.get() > 0) {
      throw new IllegalStateException(refused + " were not stored");
    }
    System.out.printf("%.0f%n", count * 1e9 / (System.nanoTime() - start));
  }
}
