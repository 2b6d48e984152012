import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// NodesFill.java URL BUCKET COUNT: so many nodes, 52-54-00-00-00-00 and so on, `node-0` and so
/// on, as kernel-backend writes them.
class NodesFill {
  private static final int IN_FLIGHT = 4096;

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[2]);
    Semaphore free = new Semaphore(IN_FLIGHT);
    AtomicInteger refused = new AtomicInteger();
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
      for (int i = 0; i < count; i++) {
        String digits = "525400%06x".formatted(i);
        String mac = digits.replaceAll("(..)(?!$)", "$1:");
        String node =
            """
            {"mac":"%s","hostname":"node-%d","kernel":"bench","arch":"x86_64",\
            "uuid":"00000000-0000-4000-8000-%012x","firstSeen":%d}"""
                .formatted(mac, i, i, System.currentTimeMillis());
        free.acquire();
        connection.publish(
            "$KV." + args[1] + "." + mac.replace(':', '-'),
            inbox,
            node.getBytes(StandardCharsets.UTF_8));
      }
      free.acquire(IN_FLIGHT);
    }
    if (refused.get() > 0) {
      throw new IllegalStateException(refused + " were not stored");
    }
  }
}
