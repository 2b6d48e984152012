package dev.bootbus.example;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Kea's perfdhcp counted. It plays a relay agent with that many clients behind it, each of
/// which asks once.
record PerfDhcp(Counts offers, Counts acks) {
  private static final String COUNTS =
      "%s\\*\\*\\*\\s+sent packets: (\\d+)\\s+received packets: (\\d+)[^*]*?"
          + "orphans: (\\d+)[^*]*?rejected leases: (\\d+)\\s+non unique addresses: (\\d+)";

  /// Of one half of the exchange.
  record Counts(int sent, int received, int orphans, int rejected, int notUnique) {}

  /// @param server where to send to, or `-B` for all that are on the link of `eth0`
  static PerfDhcp run(Host host, int clients, String server) throws IOException {
    // a client is lost when it has waited for 10 s, which is not a matter of speed
    String said =
        host.run(
            "perfdhcp -4 -u -l eth0 -r 100 -n %1$d -R %1$d -d 10 -W 1500000 %2$s"
                .formatted(clients, server));
    return new PerfDhcp(counts("DISCOVER-OFFER", said), counts("REQUEST-ACK", said));
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
