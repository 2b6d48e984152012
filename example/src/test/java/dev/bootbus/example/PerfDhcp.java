package dev.bootbus.example;

import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Program;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/// What Kea's perfdhcp counted. It plays a relay agent with that many clients behind it, each of
/// which asks once.
record PerfDhcp(Counts offers, Counts acks) {
  private static final String COUNTS =
      "%s\\*\\*\\*\\s+sent packets: (\\d+)\\s+received packets: (\\d+)[^*]*?" + "orphans: (\\d+)";

  private static final String WARM_UP =
      "perfdhcp -4 -l eth0 -b mac=00:0c:02:00:00:00 -r 20 -n 30 -R 30 -W 1000000 %s";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Of its clients, the first bytes.
  static final String MACS = "000c01";

  /// Of one half of the exchange.
  ///
  /// @param orphans answers to nobody, or to a question that it has forgotten meanwhile
  record Counts(int sent, int received, int orphans) {}

  /// How many exchanges lacked an answer.
  int lost() {
    return offers.sent() - offers.received() + acks.sent() - acks.received() - acks.orphans();
  }

  /// Ends when all clients have been heard of on the wire; how long it takes does not matter.
  ///
  /// @param server where to send to, or `-B` for all that are on the link of `eth0`
  static PerfDhcp run(Host host, int clients, String server, Wire wire) throws Exception {
    // it never asks twice, so the servers are warm first, and the judged clients are no crowd
    host.start(WARM_UP.formatted(server).split(" ")).status();
    String command = "perfdhcp -4 -l eth0 -r 40 -n %1$d -R %1$d -d 60 -W 60000000 %2$s";
    Program perfdhcp = host.start(command.formatted(clients, server).split(" "));
    try {
      await().atMost(PATIENCE).until(() -> wire.leases(MACS).size() >= clients);
    } catch (ConditionTimeoutException e) {
      // the counts tell how many it lacks
    }
    perfdhcp.signal("INT");
    perfdhcp.status();
    String said = perfdhcp.said();
    return new PerfDhcp(counts("DISCOVER-OFFER", said), counts("REQUEST-ACK", said));
  }

  private static Counts counts(String exchange, String said) {
    Matcher matcher = Pattern.compile(COUNTS.formatted(exchange)).matcher(said);
    if (!matcher.find()) {
      throw new AssertionError("not the words of perfdhcp: " + said);
    }
    int[] numbers =
        java.util.stream.IntStream.rangeClosed(1, 3)
            .map(group -> Integer.parseInt(matcher.group(group)))
            .toArray();
    return new Counts(numbers[0], numbers[1], numbers[2]);
  }
}
