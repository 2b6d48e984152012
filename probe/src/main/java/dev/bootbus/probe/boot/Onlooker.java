package dev.bootbus.probe.boot;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.dhcp.Answer;
import dev.bootbus.probe.dhcp.DhcpClient;
import dev.bootbus.probe.dhcp.Identity;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.probe.dhcp.RelayLink;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.probe.fetch.Fetcher;
import dev.bootbus.probe.fetch.Fetcher.Fetched;
import dev.bootbus.probe.fetch.HttpFetcher;
import dev.bootbus.probe.fetch.HttpProfile;
import dev.bootbus.probe.fetch.TftpFetcher;
import dev.bootbus.probe.fetch.TftpProfile;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Looks around from the host that the probe runs on.
final class Onlooker implements Inquiry {
  private static final Duration WAIT = Duration.ofMillis(1500);
  private static final Patience QUICK = new Patience(WAIT, WAIT, 2, Duration.ofMillis(200));
  private static final int PORT_WAIT_MS = 400;
  private static final Fetcher.Limits LIMITS =
      new Fetcher.Limits(Duration.ofSeconds(5), 1 << 20, 0);
  private static final Fetcher.Limits LOADER =
      new Fetcher.Limits(Duration.ofSeconds(6), 64 << 20, 0);

  /// What a loader that did not come may have failed by, if another server has it.
  private static final Set<Cause> ELSEWHERE =
      EnumSet.of(
          Cause.TFTP_NO_ANSWER,
          Cause.TFTP_PORT_CLOSED,
          Cause.TFTP_FILE_NOT_FOUND,
          Cause.HOST_UNREACHABLE,
          Cause.FETCH_TIMED_OUT);

  /// @param compare a machine that boots
  /// @param expect where a DHCP server should be
  /// @param host an address of this host, from which INFORM is answered
  record Clues(
      Optional<MacAddress> compare,
      Optional<Inet4Address> expect,
      Optional<Inet4Address> host,
      Optional<BusWitness> bus,
      int tftpPort) {
    /// This host's own address on a wire.
    static Optional<Inet4Address> host(Link link) {
      try {
        return Optional.ofNullable(NetworkInterface.getByName(link.label())).stream()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(Inet4Address.class::isInstance)
            .map(Inet4Address.class::cast)
            .findFirst();
      } catch (SocketException e) {
        return Optional.empty();
      }
    }
  }

  private final Link link;
  private final Clues clues;

  Onlooker(Link link, Clues clues) {
    this.link = link;
    this.clues = clues;
  }

  @Override
  public Finding intoSilence(Program program, Hardware hardware, Finding why)
      throws InterruptedException {
    int architecture = hardware.architecture().orElse(program.usualArchitecture());
    Hardware other = machine(clues.compare().orElseGet(MachineOptions::random));
    Identity own = program.identity(hardware, architecture);
    Identity others = program.identity(other, architecture);
    try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<String>> offered = tasks.submit(() -> offered(others));
      Future<List<Optional<String>>> informed =
          tasks.submit(() -> List.of(informed(own), informed(others)));
      Future<Silence.Port> port = tasks.submit(this::port);
      Future<Optional<String>> script = tasks.submit(this::script);
      List<Optional<String>> informs = got(informed, List.of(Optional.empty(), Optional.empty()));
      Optional<String> another = got(offered, Optional.<String>empty()).or(informs::getLast);
      boolean anybody = another.isPresent() || informs.getFirst().isPresent();
      return new Silence(
              // whoever answers others may have come within reach in the meantime
              anybody ? offered(own) : Optional.empty(),
              informs.getFirst(),
              new Silence.Other(other.mac().toString(), clues.compare().isPresent(), another),
              new Silence.Server(
                  clues.expect().map(Inet4Address::getHostAddress).orElse(""),
                  got(port, Silence.Port.UNKNOWN)),
              got(script, Optional.empty()),
              bus(own))
          .finding();
    }
  }

  private static Hardware machine(MacAddress mac) {
    return new Hardware(mac, MachineOptions.uuid(mac), OptionalInt.empty());
  }

  /// A fact that cannot be had here is none.
  private static <T> T got(Future<T> fact, T otherwise) throws InterruptedException {
    try {
      return fact.get();
    } catch (ExecutionException e) {
      return otherwise;
    }
  }

  private Optional<String> offered(Identity identity) throws InterruptedException {
    try (DhcpClient client = DhcpClient.join(link, identity, QUICK)) {
      return client.discover().first().map(Onlooker::server);
    }
  }

  private static String server(Reply reply) {
    return reply.serverId().map(Inet4Address::getHostAddress).orElse(reply.sender().host());
  }

  /// As a relay by the link; on a wire from this host's own address, because a machine that holds
  /// that too would disturb its ARP.
  private Optional<String> informed(Identity identity) throws InterruptedException, IOException {
    if (link instanceof RelayLink) {
      Inet4Address server = clues.expect().orElseThrow();
      Lease lease = new Lease(server, server, server, Optional.empty(), Duration.ZERO);
      try (DhcpClient client = DhcpClient.join(link, identity, QUICK)) {
        return client.inform(lease) instanceof Answer.Acknowledged(var reply, var _)
            ? Optional.of(server(reply))
            : Optional.empty();
      }
    }
    Inform inform = new Inform(clues.host().orElseThrow(), link.ports());
    return inform.ask(identity, clues.expect(), WAIT).map(Inet4Address::getHostAddress);
  }

  private Silence.Port port() throws IOException {
    InetSocketAddress server =
        new InetSocketAddress(clues.expect().orElseThrow(), link.ports().server());
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      socket.setSoTimeout(PORT_WAIT_MS);
      for (int i = 0; i < 2; i++) { // the system tells of an ICMP error at the next call
        socket.send(new DatagramPacket(new byte[1], 1)); // an empty one the JDK does not send
        try {
          socket.receive(new DatagramPacket(new byte[1], 1));
        } catch (SocketTimeoutException e) {
          // asked again
        }
      }
      return Silence.Port.OPEN;
    } catch (PortUnreachableException e) {
      return Silence.Port.CLOSED;
    } catch (IOException e) {
      return Silence.Port.UNREACHABLE;
    }
  }

  /// An HTTP server of ours says 503 when nobody on the bus answers.
  private Optional<String> script() throws IOException, InterruptedException {
    URI script =
        URI.create("http://" + clues.expect().orElseThrow().getHostAddress() + "/boot.ipxe");
    try (HttpFetcher http = new HttpFetcher(HttpProfile.IPXE)) {
      return http.fetch(script, LIMITS, _ -> {})
                  instanceof Fetched.Broken(var finding, var _, var _)
              && finding.cause() == Cause.HTTP_SERVER_ERROR
          ? Optional.of(finding.detail())
          : Optional.empty();
    }
  }

  private Silence.Bus bus(Identity own) throws InterruptedException {
    if (clues.bus().isEmpty()) {
      return new Silence.Bus.Unasked();
    }
    return clues
        .bus()
        .get()
        .listen(
            own.mac(),
            () -> {
              try (DhcpClient client = DhcpClient.join(link, own, QUICK)) {
                client.discover();
              }
            });
  }

  @Override
  public Finding intoLoader(URI loader, Finding why, List<Inet4Address> others)
      throws InterruptedException {
    if (!"tftp".equals(loader.getScheme()) || !ELSEWHERE.contains(why.cause())) {
      return why;
    }
    TftpFetcher.Settings usual = TftpFetcher.Settings.of(TftpProfile.PLAIN);
    TftpFetcher tftp =
        new TftpFetcher(
            new TftpFetcher.Settings(
                usual.profile(), Duration.ofMillis(500), 2, 0, usual.from(), 1));
    for (Inet4Address candidate : others) {
      URI there = TftpFetcher.uri(candidate.getHostAddress(), clues.tftpPort(), name(loader));
      if (!candidate.getHostAddress().equals(loader.getHost())
          && tftp.fetch(there, LOADER, _ -> {}) instanceof Fetched.Whole) {
        return new Finding(
            Cause.WRONG_NEXT_SERVER,
            "%s: %s; but %s has the file"
                .formatted(loader.getHost(), why.cause().title(), candidate.getHostAddress()));
      }
    }
    return why.cause() == Cause.TFTP_FILE_NOT_FOUND ? why : nobody(loader, why);
  }

  private static String name(URI loader) {
    String path = Optional.ofNullable(loader.getPath()).orElse("");
    return path.startsWith("/") ? path.substring(1) : path;
  }

  private static Finding nobody(URI loader, Finding why) {
    return why.cause() == Cause.HOST_UNREACHABLE
        ? new Finding(Cause.WRONG_NEXT_SERVER, loader.getHost() + " is not there")
        : why;
  }
}
