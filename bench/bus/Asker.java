import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;

/// `Asker sdk|plain|bare URL FOLDER NATS-PID RESPONDER-PID`: reads `flood IN-FLIGHT SECONDS` and
/// `pace PER-SECOND SECONDS` from stdin, one to a line, and answers each with one line: requests per
/// second; CPU in µs per request of asker, nats-server and responder; p50 and p99 in µs.
public final class Asker {
  private static final long MICROS_PER_TICK = 10_000; // USER_HZ is 100 on Linux
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);

  private final Load load;
  private final List<Path> processes = new ArrayList<>();

  private Asker(Load load, String... pids) {
    this.load = load;
    for (String pid : pids) {
      processes.add(Path.of("/proc", pid, "stat"));
    }
  }

  public static void main(String[] args) throws Exception {
    Load load = Load.of(args[0], args[1], Path.of(args[2]));
    String self = String.valueOf(ProcessHandle.current().pid());
    var asker = new Asker(load, self, args[3], args[4]);
    var commands = new BufferedReader(new InputStreamReader(System.in));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ");
      int amount = Integer.parseInt(words[1]);
      System.out.println(asker.measure(words[0], amount, Integer.parseInt(words[2])));
    }
    System.exit(0);
  }

  private String measure(String what, int amount, int seconds) throws Exception {
    var latency = new ConcurrentHistogram(LONGEST_WAIT, 3);
    List<Long> before = cpu();
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(seconds);
    switch (what) {
      case "flood" -> load.flood(amount, end, latency);
      case "pace" -> load.pace(amount, end, latency);
      default -> throw new IllegalArgumentException(what);
    }
    double took = (System.nanoTime() - begin) / 1e9;
    List<Long> after = cpu();
    long requests = latency.getTotalCount();
    var line = new StringBuilder("%.0f".formatted(requests / took));
    for (int i = 0; i < after.size(); i++) {
      line.append(" %.2f".formatted(1.0 * (after.get(i) - before.get(i)) / requests));
    }
    for (double percentile : new double[] {50, 99}) {
      line.append(" %.0f".formatted(latency.getValueAtPercentile(percentile) / 1e3));
    }
    return line.toString();
  }

  /// User and system time of each process so far, in µs: fields 14 and 15 of proc(5) stat.
  private List<Long> cpu() throws IOException {
    List<Long> micros = new ArrayList<>();
    for (Path stat : processes) {
      String text = Files.readString(stat);
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      micros.add((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK);
    }
    return micros;
  }

  /// Asks until there is an answer: for 10 s.
  static void awaitAnswer(Callable<?> question) throws Exception {
    long end = System.nanoTime() + LONGEST_WAIT;
    while (true) {
      try {
        if (question.call() != null) {
          return;
        }
      } catch (Exception e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
      }
      Thread.sleep(10);
    }
  }

  static {
    Locale.setDefault(Locale.ROOT);
  }
}
