package dev.bootbus.probe.doctor;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Examiner;
import dev.bootbus.probe.artefact.Fits;
import dev.bootbus.probe.artefact.Target;
import dev.bootbus.probe.boot.Hardware;
import dev.bootbus.probe.boot.MachineOptions;
import dev.bootbus.probe.boot.Program;
import dev.bootbus.probe.dhcp.DhcpClient;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Offers;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.probe.dhcp.RawLink;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.probe.fetch.Fetcher;
import dev.bootbus.probe.fetch.Fetcher.Fetched;
import dev.bootbus.probe.fetch.HttpFetcher;
import dev.bootbus.probe.fetch.HttpProfile;
import dev.bootbus.probe.fetch.PathSearch;
import dev.bootbus.probe.fetch.ServerTime;
import dev.bootbus.probe.fetch.TftpFetcher;
import dev.bootbus.probe.fetch.TftpProfile;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// Looks at this machine's network and at what others serve. Each look ends by itself.
final class Look {
  private static final Duration A_MOMENT = Duration.ofSeconds(1);
  private static final Duration FIREWALL_TIME = Duration.ofSeconds(3);
  private static final int MAX_RULES = 1 << 20;
  private static final Duration FETCH_TIME = Duration.ofSeconds(30);
  private static final Duration PATH_TIME = Duration.ofSeconds(20);
  private static final long MAX_FILE = 2L << 30;

  /// Often enough to see that the first ones get lost, and for others after the first answer.
  private static final Patience OFFERS =
      new Patience(Duration.ofSeconds(1), Duration.ofSeconds(4), 4, Duration.ofSeconds(2));

  private static final int EFI_X64 = 7;

  private Look() {}

  static Facts.Wire wire(String name) {
    Set<String> others = new TreeSet<>();
    try {
      NetworkInterface.networkInterfaces().map(NetworkInterface::getName).forEach(others::add);
      NetworkInterface network = NetworkInterface.getByName(name);
      return network == null
          ? new Facts.Wire(name, false, others, false, 0, List.of())
          : new Facts.Wire(
              name, true, others, network.isUp(), network.getMTU(), addresses(network));
    } catch (SocketException e) {
      return new Facts.Wire(name, false, others, false, 0, List.of());
    }
  }

  private static List<Facts.Address> addresses(NetworkInterface network) {
    List<Facts.Address> addresses = new ArrayList<>();
    for (InterfaceAddress one : network.getInterfaceAddresses()) {
      if (one.getAddress() instanceof Inet4Address address) {
        addresses.add(new Facts.Address(address, one.getNetworkPrefixLength()));
      }
    }
    return addresses;
  }

  /// Says a broadcast to ourselves.
  static Optional<Facts.Broadcasts> broadcasts(String name) {
    try {
      NetworkInterface network = NetworkInterface.getByName(name);
      if (network == null || !network.isUp() || network.isLoopback()) {
        return Optional.empty();
      }
      for (InterfaceAddress own : network.getInterfaceAddresses()) {
        if (own.getAddress() instanceof Inet4Address address && own.getBroadcast() != null) {
          return Optional.of(loop(address, own.getBroadcast()));
        }
      }
      return Optional.empty();
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  private static Facts.Broadcasts loop(InetAddress own, InetAddress everybody) {
    byte[] word = ("bootbus-probe " + System.nanoTime()).getBytes(StandardCharsets.US_ASCII);
    try (DatagramSocket ear = new DatagramSocket(null);
        DatagramSocket mouth = new DatagramSocket(null)) {
      ear.bind(new InetSocketAddress(0));
      mouth.bind(new InetSocketAddress(own, 0));
      mouth.setBroadcast(true);
      mouth.send(new DatagramPacket(word, word.length, everybody, ear.getLocalPort()));
      ear.setSoTimeout((int) A_MOMENT.toMillis());
      DatagramPacket heard = new DatagramPacket(new byte[word.length], word.length);
      ear.receive(heard);
      return new Facts.Broadcasts(true, "");
    } catch (IOException e) {
      return new Facts.Broadcasts(false, String.valueOf(e.getMessage()));
    }
  }

  /// What `nft` says, if it is installed and we may ask.
  static Optional<Facts.Firewall> firewall() throws InterruptedException {
    try {
      Process nft = new ProcessBuilder("nft", "list", "ruleset").redirectErrorStream(true).start();
      try (InputStream out = nft.getInputStream()) {
        nft.getOutputStream().close();
        nft.onExit()
            .orTimeout(FIREWALL_TIME.toMillis(), TimeUnit.MILLISECONDS)
            .exceptionally(_ -> nft.destroyForcibly());
        byte[] rules = out.readNBytes(MAX_RULES);
        boolean ended = nft.waitFor(FIREWALL_TIME.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended || nft.exitValue() != 0) {
          return Optional.empty();
        }
        return Optional.of(
            new Facts.Firewall(
                new String(rules, StandardCharsets.UTF_8),
                ProcNet.hasModule("nf_conntrack"),
                ProcNet.hasModule("nf_conntrack_tftp")));
      } finally {
        nft.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Says DISCOVER as a machine that nobody knows, and takes no offer.
  ///
  /// @param known servers that are ours
  /// @throws IOException where the wire cannot be had
  static Facts.Servers servers(String name, Set<Inet4Address> known)
      throws IOException, InterruptedException {
    NetworkInterface network = NetworkInterface.getByName(name);
    if (network == null) {
      throw new IOException("no interface " + name);
    }
    MacAddress mac = MachineOptions.random();
    Hardware hardware = new Hardware(mac, MachineOptions.uuid(mac), OptionalInt.empty());
    Set<Inet4Address> ours = new HashSet<>(known);
    addresses(network).forEach(own -> ours.add(own.address()));
    try (Link link = RawLink.open(network, Link.Ports.STANDARD);
        DhcpClient client =
            DhcpClient.join(link, Program.UEFI_PXE.identity(hardware, EFI_X64), OFFERS)) {
      List<Inet4Address> heard = new ArrayList<>();
      Offers offers = client.discover();
      for (Reply offer : offers.all()) {
        offer.serverId().ifPresent(heard::add);
      }
      return new Facts.Servers(
          heard, !known.isEmpty() || servesHere() ? ours : Set.of(), offers.late());
    }
  }

  private static boolean servesHere() {
    return ProcNet.sockets().taken().stream()
        .anyMatch(socket -> socket.port() == 67 && socket.ours());
  }

  /// Fetches as UEFI does.
  ///
  /// @param architecture option 93 of a machine that is to start it
  /// @param ca certificates to trust
  static Facts.File file(URI uri, OptionalInt architecture, Optional<Path> ca)
      throws InterruptedException {
    Examiner examiner = new Examiner();
    Fetcher.Limits limits = new Fetcher.Limits(FETCH_TIME, MAX_FILE, 0);
    Fetched fetched;
    if ("tftp".equals(uri.getScheme())) {
      fetched = new TftpFetcher(TftpProfile.EDK2).fetch(uri, limits, examiner);
    } else {
      HttpFetcher.Settings settings = HttpFetcher.Settings.of(HttpProfile.UEFI).trusting(ca);
      try (HttpFetcher http = new HttpFetcher(settings)) {
        fetched = http.fetch(uri, limits, examiner);
      } catch (IOException e) {
        return new Facts.File(uri.toString(), e.getMessage(), List.of(), Optional.empty());
      }
    }
    return file(uri, fetched, examiner, architecture);
  }

  private static Facts.File file(
      URI uri, Fetched fetched, Examiner examiner, OptionalInt architecture) {
    return switch (fetched) {
      case Fetched.Broken broken ->
          new Facts.File(
              uri.toString(),
              "is not to be had",
              List.of(broken.finding()),
              ServerTime.of(uri, A_MOMENT));
      case Fetched.Whole whole -> {
        Artefact artefact = examiner.artefact();
        List<Finding> findings = new ArrayList<>(whole.findings());
        findings.addAll(artefact.damage());
        if (architecture.isPresent()) {
          Target target = Target.of(architecture.getAsInt());
          String name = uri.getPath();
          Fits.check(artefact, Fits.Role.PROGRAM, target, name).stream()
              .filter(finding -> !findings.contains(finding))
              .forEach(findings::add);
        }
        String what = "%d bytes, %s".formatted(whole.size(), whole.how());
        yield new Facts.File(uri.toString(), what, findings, ServerTime.of(uri, A_MOMENT));
      }
    };
  }

  /// How large packets may be, to each host once, and from it where it serves TFTP.
  static List<PathSearch.Seen> paths(List<URI> urls) throws InterruptedException {
    List<PathSearch.Seen> paths = new ArrayList<>();
    Set<String> from = new HashSet<>();
    Set<String> to = new HashSet<>();
    for (URI url : urls) {
      if ("tftp".equals(url.getScheme()) && from.add(url.getAuthority())) {
        PathSearch.from(url, PATH_TIME).ifPresent(paths::add);
      }
      if (to.add(url.getHost())) {
        PathSearch.to(url, PATH_TIME).ifPresent(paths::add);
      }
    }
    return paths;
  }
}
