package dev.bootbus.probe.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads what Linux says of the network in `/proc`; where there is none, nothing is known.
final class ProcNet {
  private static final Path PROC = Path.of("/proc");

  /// Of the thread, as it may be in another namespace than the process.
  private static final Path NET = PROC.resolve("thread-self/net");

  private static final int MAX_LINES = 65_536;
  private static final int MAX_PROCESSES = 16_384;
  private static final int MAX_FILES = 65_536; // of one process
  private static final int MAX_NAME = 64;

  private static final Map<String, Set<Integer>> OURS =
      Map.of("UDP", Set.of(67, 69, 4011), "TCP", Set.of(80));

  private static final String LISTENING = "0A";
  private static final String UNBOUND = "00000000";

  private ProcNet() {}

  /// A bound port by the number of its socket.
  private record Bound(String protocol, int port) {}

  static Facts.Sockets sockets() {
    Map<String, Bound> byInode = new HashMap<>();
    for (String table : List.of("udp", "udp6", "tcp", "tcp6")) {
      lines(NET.resolve(table)).forEach(line -> bound(table, line, byInode));
    }
    Map<String, Facts.Socket> seen = new TreeMap<>();
    Map<String, Facts.Socket> named = byInode.isEmpty() ? Map.of() : owners(byInode);
    byInode.forEach(
        (inode, bound) -> {
          Facts.Socket socket =
              named.getOrDefault(
                  inode, new Facts.Socket(bound.protocol(), bound.port(), "", false));
          seen.putIfAbsent(
              "%s %5d %s".formatted(bound.protocol(), bound.port(), socket.program()), socket);
        });
    return new Facts.Sockets(List.copyOf(seen.values()));
  }

  private static void bound(String table, String line, Map<String, Bound> byInode) {
    String[] words = line.strip().split("\\s+");
    if (words.length < 10 || !words[0].endsWith(":") || !words[1].contains(":")) {
      return;
    }
    String protocol = table.startsWith("udp") ? "UDP" : "TCP";
    try {
      int port = Integer.parseInt(words[1].substring(words[1].indexOf(':') + 1), 16);
      boolean waits = protocol.equals("UDP") || words[3].equals(LISTENING);
      if (waits && OURS.get(protocol).contains(port)) {
        byInode.put(words[9], new Bound(protocol, port));
      }
    } catch (NumberFormatException e) {
      // another kernel's line
    }
  }

  private static Map<String, Facts.Socket> owners(Map<String, Bound> byInode) {
    Map<String, Facts.Socket> owners = new HashMap<>();
    try (Stream<Path> processes = Files.list(PROC)) {
      processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .limit(MAX_PROCESSES)
          .forEach(process -> own(process, byInode, owners));
    } catch (IOException e) {
      // then they have no names
    }
    return owners;
  }

  private static void own(
      Path process, Map<String, Bound> byInode, Map<String, Facts.Socket> owners) {
    int files = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : all) {
        if (++files > MAX_FILES) {
          return;
        }
        String target = Files.readSymbolicLink(file).toString();
        if (target.startsWith("socket:[")) {
          String inode = target.substring("socket:[".length(), target.length() - 1);
          Bound bound = byInode.get(inode);
          if (bound != null) {
            owners.put(inode, socket(bound, process));
          }
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // it has ended, or is another user's
    }
  }

  private static Facts.Socket socket(Bound bound, Path process) throws IOException {
    String command = Files.readString(process.resolve("comm")).strip();
    byte[] line = Files.readAllBytes(process.resolve("cmdline"));
    boolean ours = new String(line, StandardCharsets.UTF_8).contains("bootbus");
    String name = command.length() <= MAX_NAME ? command : command.substring(0, MAX_NAME);
    String program = "%s (pid %s)".formatted(name, process.getFileName());
    return new Facts.Socket(bound.protocol(), bound.port(), program, ours);
  }

  /// @param network an interface
  static Facts.Routing routing(String network) {
    List<String> gateways = new ArrayList<>();
    lines(NET.resolve("route"))
        .forEach(
            line -> {
              String[] words = line.strip().split("\\s+");
              if (words.length > 7 && words[1].equals(UNBOUND) && words[7].equals(UNBOUND)) {
                address(words[2]).ifPresent(via -> gateways.add(via + " on " + words[0]));
              }
            });
    int filter = Math.max(rpFilter("all"), rpFilter(network));
    return new Facts.Routing(gateways.stream().distinct().toList(), filter);
  }

  private static int rpFilter(String network) {
    if (!network.matches("[\\w.@-]{1,15}")) {
      return 0;
    }
    Path path = PROC.resolve("sys/net/ipv4/conf").resolve(network).resolve("rp_filter");
    try {
      return Integer.parseInt(Files.readString(path).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static Optional<String> address(String hex) {
    try {
      int bits = Integer.parseUnsignedInt(hex, 16);
      byte[] bytes =
          ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(bits).array();
      return Optional.of(java.net.InetAddress.getByAddress(bytes).getHostAddress());
    } catch (NumberFormatException | java.net.UnknownHostException e) {
      return Optional.empty();
    }
  }

  /// Whether the kernel has loaded a module.
  static boolean hasModule(String name) {
    return lines(PROC.resolve("modules")).stream().anyMatch(line -> line.startsWith(name + " "));
  }

  private static List<String> lines(Path file) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.limit(MAX_LINES).toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of();
    }
  }
}
