package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;

/// Finds the largest packet that passes between this host and another: a full one first, then one
/// that passes anywhere, then the middle between what arrived and what did not, as packetization
/// layer path MTU discovery does (RFC 8899 §5.3). Sizes are those of whole IPv4 packets, in bytes.
public final class PathSearch {
  /// What an Ethernet frame carries.
  static final int FULL = 1500;

  /// With TFTP's blocks of 512 bytes (RFC 1350).
  static final int SMALL = TftpProfile.PLAIN_BLOCK + 32;

  /// IPv4, UDP, and the head of a TFTP DATA.
  private static final int TFTP_HEADERS = 20 + 8 + 4;

  private static final int UDP_HEADERS = 20 + 8;
  private static final int STEP = 4;

  /// Where traceroute says that nobody listens.
  private static final int CLOSED_PORT = 33_434;

  /// The last try is more than a second after the first: so often Linux sends an ICMP error to a
  /// host, after the first six.
  private static final int[] ICMP_WAITS_MS = {200, 900, 300};

  private static final Duration TFTP_WAIT = Duration.ofMillis(300);
  private static final int TFTP_TRIES = 2;

  public enum Way {
    /// DATA of a TFTP server, in blocks of the size that was asked for.
    FROM,
    /// Datagrams that must not be cut, to a port that says that it is closed.
    TO
  }

  public enum Fate {
    ARRIVED,
    /// There is no sign of it, and nobody says why.
    LOST,
    /// Somebody says that it is too large: a router by ICMP (RFC 1191), or our own interface.
    TOO_LARGE,
    /// Nothing is seen that depends on the size.
    UNSEEN
  }

  /// @param size that was sent: a server may send smaller ones than it was asked for
  public record Tried(int size, Fate fate) {}

  /// @param tried in this order
  public record Seen(String host, Way way, List<Tried> tried) {
    public Seen {
      tried = List.copyOf(tried);
    }
  }

  /// Sends one size, or has it sent.
  interface Question {
    Tried ask(int size) throws InterruptedException;
  }

  private PathSearch() {}

  /// What a TFTP server's packets come to on the way here, by the beginning of a file that is
  /// there. Empty without an IPv4 address.
  public static Optional<Seen> from(URI file, Duration time) throws InterruptedException {
    Clock clock = Clock.of(time);
    Optional<Inet4Address> host = host(file, clock);
    if (host.isEmpty()) {
      return Optional.empty();
    }
    int port = file.getPort() < 0 ? TftpFetcher.PORT : file.getPort();
    InetSocketAddress server = new InetSocketAddress(host.get(), port);
    String name = TftpFetcher.filename(file);
    return Optional.of(seen(host.get(), Way.FROM, size -> block(server, name, size, clock), clock));
  }

  /// What ours come to on the way there.
  public static Optional<Seen> to(URI uri, Duration time) throws InterruptedException {
    Clock clock = Clock.of(time);
    Optional<Inet4Address> host = host(uri, clock);
    if (host.isEmpty()) {
      return Optional.empty();
    }
    InetSocketAddress nobody = new InetSocketAddress(host.get(), CLOSED_PORT);
    return Optional.of(seen(host.get(), Way.TO, size -> datagram(nobody, size, clock), clock));
  }

  private static Optional<Inet4Address> host(URI uri, Clock clock) throws InterruptedException {
    try {
      return Hosts.address(uri.getHost(), clock.left()) instanceof Inet4Address four
          ? Optional.of(four)
          : Optional.empty();
    } catch (Hosts.Unknown e) {
      return Optional.empty();
    }
  }

  private static Seen seen(Inet4Address host, Way way, Question question, Clock clock)
      throws InterruptedException {
    return new Seen(host.getHostAddress(), way, search(question, clock));
  }

  static List<Tried> search(Question question, Clock clock) throws InterruptedException {
    List<Tried> tried = new ArrayList<>();
    Tried full = question.ask(FULL);
    tried.add(full);
    if (full.fate() == Fate.ARRIVED || full.fate() == Fate.UNSEEN) {
      return tried;
    }
    tried.add(question.ask(SMALL));
    if (tried.getLast().fate() != Fate.ARRIVED) {
      return tried;
    }
    int passes = SMALL;
    int stops = full.size();
    while (stops - passes > STEP && !clock.left().isZero()) {
      int middle = (passes + stops) / 2 / STEP * STEP;
      tried.add(question.ask(middle));
      switch (tried.getLast().fate()) {
        case ARRIVED -> passes = middle;
        case LOST, TOO_LARGE -> stops = middle;
        case UNSEEN -> {
          return tried;
        }
      }
    }
    return tried;
  }

  /// Has the server send one block, and tells it then that this was enough.
  private static Tried block(InetSocketAddress server, String name, int size, Clock clock)
      throws InterruptedException {
    int blksize = size - TFTP_HEADERS;
    TftpProfile profile =
        new TftpProfile(Optional.of(blksize), Optional.empty(), Optional.empty(), false, false);
    TftpFetcher.Settings settings =
        new TftpFetcher.Settings(profile, TFTP_WAIT, TFTP_TRIES, 0, Optional.empty(), 1);
    AtomicInteger largest = new AtomicInteger();
    Intake intake =
        new Intake(
            new Fetcher.Limits(Duration.ZERO, blksize - 1L, 0),
            piece -> largest.accumulateAndGet(piece.remaining(), Math::max));
    try (var attempt = new TftpAttempt(settings, server, name, profile, Optional.of(intake))) {
      TftpAttempt.End end = attempt.run(clock.deadline());
      Stall stall = attempt.stall();
      int granted = stall.agreed().map(Agreed::blksize).orElse(blksize);
      return switch (end) {
        case TftpAttempt.End.Done _ -> new Tried(largest.get() + TFTP_HEADERS, Fate.ARRIVED);
        case TftpAttempt.End.Failed(var finding) when finding.cause() == Cause.FETCH_TOO_LARGE ->
            new Tried(granted + TFTP_HEADERS, Fate.ARRIVED);
        case TftpAttempt.End.Stuck _ when stall.agreed().isPresent() && stall.blocks() == 0 ->
            new Tried(granted + TFTP_HEADERS, Fate.LOST);
        case TftpAttempt.End.Failed _,
            TftpAttempt.End.Stuck _,
            TftpAttempt.End.Sized _,
            TftpAttempt.End.OutOfTime _ ->
            new Tried(size, Fate.UNSEEN);
      };
    } catch (IOException e) {
      return new Tried(size, Fate.UNSEEN);
    }
  }

  private static Tried datagram(InetSocketAddress nobody, int size, Clock clock) {
    byte[] bytes = new byte[size - UDP_HEADERS];
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
      socket.connect(nobody);
      for (int most : ICMP_WAITS_MS) {
        socket.send(new DatagramPacket(bytes, bytes.length));
        long wait = Math.min(most, clock.left().toMillis());
        socket.setSoTimeout((int) Math.max(1, wait));
        try {
          socket.receive(new DatagramPacket(new byte[1], 1));
          return new Tried(size, Fate.ARRIVED);
        } catch (SocketTimeoutException _) {
          // once more
        }
      }
      return new Tried(size, Fate.LOST);
    } catch (PortUnreachableException _) {
      return new Tried(size, Fate.ARRIVED);
    } catch (IOException e) {
      boolean large = String.valueOf(e.getMessage()).contains("too long"); // EMSGSIZE
      return new Tried(size, large ? Fate.TOO_LARGE : Fate.UNSEEN);
    }
  }
}
