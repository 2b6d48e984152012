package dev.bootbus.probe.ping;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The system's own `ping`, which may do what we may not.
final class SystemEcho implements Echo {
  private static final Pattern TIME = Pattern.compile("time[=<]([0-9]{1,9}(?:\\.[0-9]{1,9})?) ?ms");
  private static final int LONGEST = 16 << 10;

  /// @throws IOException if there is none
  SystemEcho() throws IOException {
    start("-V").destroyForcibly();
  }

  private static Process start(String... arguments) throws IOException {
    ProcessBuilder ping = new ProcessBuilder();
    ping.command().add("ping");
    ping.command().addAll(List.of(arguments));
    ping.environment().put("LC_ALL", "C");
    return ping.redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .start();
  }

  @Override
  public String method() {
    return "the system's ping";
  }

  @Override
  public Optional<Duration> ask(InetAddress host, int sequence, Duration timeout)
      throws IOException, InterruptedException {
    long seconds = Math.max(1, timeout.toSeconds());
    Process ping =
        start("-n", "-c", "1", "-W", Long.toString(seconds), "--", host.getHostAddress());
    try {
      String said = new String(ping.getInputStream().readNBytes(LONGEST), StandardCharsets.UTF_8);
      if (!ping.waitFor(seconds + 2, TimeUnit.SECONDS) || ping.exitValue() > 1) {
        throw new IOException(said.lines().findFirst().orElse("ping does not end"));
      }
      Matcher time = TIME.matcher(said);
      return ping.exitValue() == 0 && time.find()
          ? Optional.of(Duration.ofNanos((long) (Double.parseDouble(time.group(1)) * 1e6)))
          : Optional.empty();
    } finally {
      ping.destroyForcibly();
    }
  }
}
