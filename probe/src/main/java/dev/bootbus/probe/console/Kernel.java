package dev.bootbus.probe.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What Linux tells of its network in `/proc/net`; lines that it writes otherwise are left out.
final class Kernel {
  private static final int MOST_LINES = 10_000;

  private static final Map<String, String> STATES =
      Map.ofEntries(
          Map.entry("01", "established"),
          Map.entry("02", "syn-sent"),
          Map.entry("03", "syn-received"),
          Map.entry("04", "fin-wait-1"),
          Map.entry("05", "fin-wait-2"),
          Map.entry("06", "time-wait"),
          Map.entry("07", "closed"),
          Map.entry("08", "close-wait"),
          Map.entry("09", "last-ack"),
          Map.entry("0A", "listen"),
          Map.entry("0B", "closing"));

  private final Path proc;

  /// @param proc `/proc/net`
  Kernel(Path proc) {
    this.proc = proc;
  }

  record Neighbour(String address, String hardware, String device, boolean known) {}

  /// @param gateway none for what is on the link itself
  record Route(String destination, int bits, Optional<String> gateway, String device, int metric) {}

  record Connection(String protocol, String local, String remote, String state) {}

  List<Neighbour> neighbours() throws IOException {
    List<Neighbour> neighbours = new ArrayList<>();
    for (String[] f : table("arp")) {
      if (f.length >= 6) {
        boolean known = !f[2].equals("0x0");
        neighbours.add(new Neighbour(f[0], f[3], f[5], known));
      }
    }
    return neighbours;
  }

  List<Route> routes() throws IOException {
    List<Route> routes = new ArrayList<>();
    for (String[] f : table("route")) {
      if (f.length >= 8 && f[6].matches("[0-9]{1,9}")) {
        Optional<String> destination = v4(f[1]);
        Optional<String> gateway = v4(f[2]).filter(g -> !g.equals("0.0.0.0"));
        Optional<Integer> bits = bits(f[7]);
        if (destination.isPresent() && bits.isPresent()) {
          routes.add(
              new Route(destination.get(), bits.get(), gateway, f[0], Integer.parseInt(f[6])));
        }
      }
    }
    return routes;
  }

  List<Connection> connections() throws IOException {
    List<Connection> connections = new ArrayList<>();
    for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
      if (!Files.isReadable(proc.resolve(protocol))) {
        continue;
      }
      for (String[] f : table(protocol)) {
        if (f.length < 4) {
          continue;
        }
        Optional<String> local = endpoint(f[1]);
        Optional<String> remote = endpoint(f[2]);
        if (local.isPresent() && remote.isPresent()) {
          String state =
              protocol.startsWith("udp") ? "" : STATES.getOrDefault(f[3], "state " + f[3]);
          connections.add(new Connection(protocol, local.get(), remote.get(), state));
        }
      }
    }
    return connections;
  }

  /// `TCP: inuse 5 orphan 0 …`, a line for each protocol.
  List<String> sockets() throws IOException {
    return lines("sockstat");
  }

  private List<String[]> table(String name) throws IOException {
    return lines(name).stream().skip(1).map(line -> line.strip().split("\\s+")).toList();
  }

  private List<String> lines(String name) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(proc.resolve(name))) {
      return in.lines().limit(MOST_LINES).toList();
    }
  }

  /// Eight digits, least significant byte first on the machines that this runs on.
  private static Optional<String> v4(String hex) {
    return address(hex).filter(a -> hex.length() == 8);
  }

  private static Optional<Integer> bits(String hex) {
    return hex.matches("[0-9A-Fa-f]{8}")
        ? Optional.of(Integer.bitCount(HexFormat.fromHexDigits(hex)))
        : Optional.empty();
  }

  private static Optional<String> endpoint(String text) {
    String[] parts = text.split(":");
    if (parts.length != 2 || !parts[1].matches("[0-9A-Fa-f]{4}")) {
      return Optional.empty();
    }
    int port = HexFormat.fromHexDigits(parts[1]);
    return address(parts[0])
        .map(a -> (a.contains(":") ? "[" + a + "]" : a) + ":" + (port == 0 ? "*" : port));
  }

  private static Optional<String> address(String hex) {
    if (!hex.matches("([0-9A-Fa-f]{8}){1,4}")) {
      return Optional.empty();
    }
    ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      bytes.putInt(words.getInt());
    }
    try {
      return Optional.of(InetAddress.getByAddress(bytes.array()).getHostAddress());
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }
}
