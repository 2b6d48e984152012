package dev.bootbus.example;

import static org.awaitility.Awaitility.await;

import dev.bootbus.dhcp.wire.MessageType;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/// What Kea's perfdhcp counted. It plays a relay agent with that many clients behind it, each of
/// which asks once.
record PerfDhcp(Counts offers, Counts acks) {
  private static final String COUNTS =
      "%s\\*\\*\\*\\s+sent packets: (\\d+)\\s+received packets: (\\d+)[^*]*?"
          + "orphans: (\\d+)[^*]*?rejected leases: (\\d+)\\s+non unique addresses: (\\d+)";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Of its clients.
  private static final String MACS = "000c01";

  /// Of one half of the exchange.
  ///
  /// @param orphans answers to nobody, or to a question that it has forgotten meanwhile
  record Counts(int sent, int received, int orphans, int rejected, int notUnique) {}

  /// Each client asked once, and has an address that is nobody else's.
  boolean isComplete(int clients) {
    Counts all = new Counts(clients, clients, acks.orphans(), 0, 0);
    return offers.sent() == clients && offers.notUnique() == 0 && acks.equals(all);
  }

  /// Ends when all clients have been heard of on the wire; how long it takes does not matter.
  ///
  /// @param server where to send to, or `-B` for all that are on the link of `eth0`
  static PerfDhcp run(Host host, int clients, String server, Wire wire) throws Exception {
    String command = "perfdhcp -4 -g single -u -l eth0 -r 100 -n %1$d -R %1$d -d 60 -W 60000000 %2$s";
    Program perfdhcp = host.start(command.formatted(clients, server).split(" "));
    try {
      await().atMost(PATIENCE).until(() -> acknowledged(wire) >= clients);
    } catch (ConditionTimeoutException e) {
      // the counts tell how many it lacks
    }
    perfdhcp.signal("INT");
    perfdhcp.status();
    String said = perfdhcp.said();
    return new PerfDhcp(counts("DISCOVER-OFFER", said), counts("REQUEST-ACK", said));
  }

  private static int acknowledged(Wire wire) throws IOException {
    return wire.seen(seen -> seen.is(MessageType.ACK) && seen.mac().startsWith(MACS)).size();
  }

  private static Counts counts(String exchange, String said) {
    Matcher matcher = Pattern.compile(COUNTS.formatted(exchange)).matcher(said);
    if (!matcher.find()) {
      throw new AssertionError("not the words of perfdhcp: " + said);
    }
    int[] numbers =
        java.util.stream.IntStream.rangeClosed(1, 5)
            .map(group -> Integer.parseInt(matcher.group(group)))
            .toArray();
    return new Counts(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
  }
}
