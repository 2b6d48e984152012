package dev.bootbus.probe.console;

import java.util.ArrayList;
import java.util.List;

/// What the console understands.
sealed interface Verb {
  record Help() implements Verb {}

  record Quit() implements Verb {}

  record Empty() implements Verb {}

  /// The neighbours' hardware addresses.
  record Arp(boolean stats) implements Verb {}

  record Connections() implements Verb {}

  /// The name server to ask from now on; none to print it.
  record NameServer(List<String> address) implements Verb {}

  record RoutePrint() implements Verb {}

  record SocketStats() implements Verb {}

  record TcpTest(String host, int port) implements Verb {}

  /// A verb of the loader that a host has no use for.
  record Pointless(String verb, String why) implements Verb {}

  /// What `bootbus-probe` itself does.
  record Probe(List<String> arguments) implements Verb {}

  record Wrong(String why) implements Verb {}

  /// @param nameServers what `resolve` is to ask; none for the system's
  static Verb parse(List<String> words, List<String> nameServers) {
    if (words.isEmpty()) {
      return new Empty();
    }
    String first = words.getFirst();
    List<String> rest = words.subList(1, words.size());
    return switch (first) {
      case "help", "?" -> new Help();
      case "quit", "exit" -> new Quit();
      case "arp" -> arp(rest);
      case "connections" -> new Connections();
      case "ns" -> rest.size() > 1 ? new Wrong("ns [ADDRESS]") : new NameServer(rest);
      case "route" -> route(rest);
      case "socket" -> socket(rest);
      case "resolve" -> resolve(rest, nameServers);
      case "fetch" -> fetch(rest);
      case "await" ->
          new Pointless(
              first, "the host's kernel takes packets in by itself; there is nothing to poll");
      case "filters" ->
          new Pointless(
              first, "the host's kernel sorts packets; tcpdump shows them, nft its rules");
      case "console" -> new Pointless(first, "this is it");
      default -> new Probe(words);
    };
  }

  private static Verb arp(List<String> rest) {
    if (rest.isEmpty() || rest.equals(List.of("stats"))) {
      return new Arp(!rest.isEmpty());
    }
    return rest.getFirst().equals("ip")
        ? new Pointless("arp ip", "the kernel asks for it with the first packet: ping it, then arp")
        : new Wrong("arp [stats]");
  }

  private static Verb route(List<String> rest) {
    if (rest.isEmpty() || rest.equals(List.of("print"))) {
      return new RoutePrint();
    }
    return switch (rest.getFirst()) {
      case "add", "del" ->
          new Pointless(
              "route " + rest.getFirst(), "the probe changes nothing on this host; ip route does");
      default -> new Wrong("route [print]");
    };
  }

  private static Verb socket(List<String> rest) {
    if (rest.isEmpty() || rest.equals(List.of("stats"))) {
      return new SocketStats();
    }
    if (rest.getFirst().equals("tcptest") && (rest.size() == 2 || rest.size() == 3)) {
      String port = rest.size() == 3 ? rest.get(2) : "80";
      return port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65535
          ? new TcpTest(rest.get(1), Integer.parseInt(port))
          : new Wrong(port + " is no port");
    }
    return new Wrong("socket stats, or socket tcptest HOST [PORT]");
  }

  private static Verb resolve(List<String> rest, List<String> nameServers) {
    if (rest.isEmpty()) {
      return new Wrong("resolve NAME [TYPE]");
    }
    List<String> arguments = new ArrayList<>(List.of("dns", rest.getFirst()));
    if (rest.size() > 1) {
      arguments.addAll(List.of("--type", rest.get(1)));
    }
    nameServers.forEach(server -> arguments.addAll(List.of("--server", server)));
    return new Probe(List.copyOf(arguments));
  }

  /// As the loader writes it, `host/path`, or a URL.
  private static Verb fetch(List<String> rest) {
    if (rest.isEmpty()) {
      return new Wrong("fetch HOST/PATH, or fetch URL");
    }
    String what = rest.getFirst();
    String url = what.contains("://") ? what : "http://" + what;
    List<String> arguments =
        new ArrayList<>(List.of(url.startsWith("tftp:") ? "tftp" : "http", "get", url));
    arguments.addAll(rest.subList(1, rest.size()));
    return new Probe(List.copyOf(arguments));
  }
}
