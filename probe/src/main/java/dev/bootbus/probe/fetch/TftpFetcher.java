package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.fetch.Fetcher.Fetched.Broken;
import dev.bootbus.probe.fetch.Fetcher.Fetched.Whole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Fetches over TFTP as the client of a [TftpProfile] does. When a transfer gets stuck it finds out
/// why, with a few more packets: whether the port is closed, and whether smaller blocks come.
///
/// One instance serves any number of threads.
public final class TftpFetcher implements Fetcher {
  static final int PORT = 69;

  /// @param timeout until a packet is sent again the first time; later ones wait twice as long
  /// @param tries how often a packet is sent before the server counts as silent
  /// @param drop how many of a hundred packets are lost on purpose, in each direction
  /// @param from the address to send from
  /// @param atOnce sockets; further transfers wait for one
  public record Settings(
      TftpProfile profile,
      Duration timeout,
      int tries,
      int drop,
      Optional<InetAddress> from,
      int atOnce) {
    /// @throws IllegalArgumentException for no tries, or a loss of all packets
    public Settings {
      if (timeout.toMillis() < 1 || tries < 1 || drop < 0 || drop > 99 || atOnce < 1) {
        throw new IllegalArgumentException("timeout, tries or drop out of range");
      }
    }

    /// Patient enough for a server that is asked by a thousand others.
    public static Settings of(TftpProfile profile) {
      return new Settings(profile, Duration.ofSeconds(1), 4, 0, Optional.empty(), 4096);
    }

    /// The same client on a host with several addresses.
    public Settings from(InetAddress address) {
      return new Settings(profile, timeout, tries, drop, Optional.of(address), atOnce);
    }
  }

  private final Settings settings;
  private final Semaphore sockets;

  public TftpFetcher(TftpProfile profile) {
    this(Settings.of(profile));
  }

  public TftpFetcher(Settings settings) {
    this.settings = settings;
    this.sockets = new Semaphore(settings.atOnce());
  }

  /// The URI of a file by its name on the wire, whatever characters that has; a leading slash of
  /// the name becomes a second one.
  public static URI uri(String host, int port, String filename) {
    try {
      return new URI("tftp", null, host, port == PORT ? -1 : port, "/" + filename, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(host + " is no host", e);
    }
  }

  @Override
  public Fetched fetch(URI uri, Limits limits, Sink sink) throws InterruptedException {
    long start = System.nanoTime();
    Clock clock = new Clock(start, start + limits.deadline().toNanos());
    Intake intake = new Intake(limits, sink);
    if (!sockets.tryAcquire(limits.deadline().toNanos(), TimeUnit.NANOSECONDS)) {
      return clock.outOfTime(intake.size());
    }
    try {
      InetAddress host = Hosts.address(uri.getHost(), clock.left());
      int port = uri.getPort() < 0 ? PORT : uri.getPort();
      return fetch(new InetSocketAddress(host, port), filename(uri), intake, clock);
    } catch (Hosts.Unknown e) {
      return new Broken(new Finding(Cause.HOST_NOT_FOUND, e.getMessage()), 0, clock.took());
    } catch (IOException e) {
      return new Broken(
          new Finding(Cause.HOST_UNREACHABLE, e.getMessage()), intake.size(), clock.took());
    } finally {
      sockets.release();
    }
  }

  /// The name to ask for: without the slash that parts it from the host, as iPXE reads such a URI.
  static String filename(URI uri) {
    String path = Optional.ofNullable(uri.getPath()).orElse("").replace('\0', '?');
    return path.startsWith("/") ? path.substring(1) : path;
  }

  private Fetched fetch(InetSocketAddress server, String filename, Intake intake, Clock clock)
      throws IOException, InterruptedException {
    TftpProfile profile = settings.profile();
    String size = "";
    if (profile.sizeFirst()) {
      switch (attempt(server, filename, profile.forSize(), Optional.empty(), clock)) {
        case TftpAttempt.End.Sized(var agreed) ->
            size = agreed.tsize().isPresent() ? " size=" + agreed.tsize().getAsLong() : " size=?";
        case TftpAttempt.End.Failed(var finding) -> {
          return clock.broken(finding, 0);
        }
        case TftpAttempt.End.Stuck(var stall) -> {
          return clock.broken(why(stall, server, filename, profile, clock), 0);
        }
        case TftpAttempt.End.OutOfTime _, TftpAttempt.End.Done _ -> {
          return clock.outOfTime(0);
        }
      }
    }
    return switch (attempt(server, filename, profile.forFile(), Optional.of(intake), clock)) {
      case TftpAttempt.End.Done(var agreed, var rolledToOne) ->
          new Whole(
              intake.size(),
              intake.head(),
              intake.sha256(),
              agreed + size + (rolledToOne ? " rollover=1" : ""),
              agreed.findings(),
              clock.took());
      case TftpAttempt.End.Failed(var finding) -> clock.broken(finding, intake.size());
      case TftpAttempt.End.Stuck(var stall) ->
          clock.broken(why(stall, server, filename, profile, clock), intake.size());
      case TftpAttempt.End.OutOfTime _, TftpAttempt.End.Sized _ -> clock.outOfTime(intake.size());
    };
  }

  private TftpAttempt.End attempt(
      InetSocketAddress server,
      String filename,
      TftpProfile asked,
      Optional<Intake> intake,
      Clock clock)
      throws IOException, InterruptedException {
    try (var attempt = new TftpAttempt(settings, server, filename, asked, intake)) {
      return attempt.run(clock.deadline());
    }
  }

  private Finding why(
      Stall stall, InetSocketAddress server, String filename, TftpProfile asked, Clock clock)
      throws IOException, InterruptedException {
    if (stall.agreed().isEmpty()) {
      return stall.silent(server, SilentPort.ask(server, filename, settings, clock));
    }
    return stall.stopped(server, smallBlocks(stall, server, filename, asked, clock));
  }

  /// Asks again without options, and stops at the second block.
  private Stall.SmallBlocks smallBlocks(
      Stall stall, InetSocketAddress server, String filename, TftpProfile asked, Clock clock)
      throws IOException, InterruptedException {
    if (asked.options().isEmpty() || stall.blocks() > 0) {
      return new Stall.SmallBlocks.Untried();
    }
    Intake two =
        new Intake(new Limits(Duration.ZERO, 2L * TftpProfile.PLAIN_BLOCK - 1, 0), _ -> {});
    try (var attempt =
        new TftpAttempt(settings, server, filename, TftpProfile.PLAIN, Optional.of(two))) {
      TftpAttempt.End end = attempt.run(clock.deadline());
      return switch (end) {
        case TftpAttempt.End.Done _ -> new Stall.SmallBlocks.Come();
        case TftpAttempt.End.Failed(var finding) when finding.cause() == Cause.FETCH_TOO_LARGE ->
            new Stall.SmallBlocks.Come();
        case TftpAttempt.End.Failed _,
            TftpAttempt.End.Stuck _,
            TftpAttempt.End.Sized _,
            TftpAttempt.End.OutOfTime _ ->
            new Stall.SmallBlocks.Stop(attempt.stall().blocks(), attempt.stall().repeats());
      };
    }
  }
}
