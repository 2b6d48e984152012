package dev.bootbus.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// The proxies whose word counts for who the client is.
record TrustedProxies(List<AddressRange> networks) {
  static final TrustedProxies NONE = new TrustedProxies(List.of());

  TrustedProxies {
    networks = List.copyOf(networks);
  }

  /// @param texts networks or addresses; blank ones are none
  /// @throws IllegalArgumentException with one sentence
  static TrustedProxies parse(List<String> texts) {
    return new TrustedProxies(
        texts.stream().filter(text -> !text.isBlank()).map(AddressRange::parse).toList());
  }

  /// The client: whoever a chain of trusted proxies that ends here got the request from. Each proxy
  /// writes down, at the right, whom it was asked by; what stands to the left of the first that is
  /// not trusted may be a lie. Where a proxy does not say it in a way that can be read, the proxy
  /// itself is the client, which is no machine of ours.
  ///
  /// A proxy writes one of the two headers and hands the other one on as it came, so where both are
  /// there, neither is believed.
  ///
  /// @param forwarded the `Forwarded` lines (RFC 7239 §4), in their order
  /// @param forwardedFor the `X-Forwarded-For` lines
  InetAddress client(InetAddress peer, List<String> forwarded, List<String> forwardedFor) {
    if (!trusts(peer) || !forwarded.isEmpty() && !forwardedFor.isEmpty()) {
      return peer;
    }
    List<String> hops = new ArrayList<>();
    forwarded.forEach(line -> elements(line).forEach(element -> hops.add(forOf(element))));
    forwardedFor.forEach(line -> hops.addAll(List.of(line.split(",", -1))));
    Collections.reverse(hops);
    InetAddress client = peer;
    for (String hop : hops) {
      Optional<InetAddress> address = address(hop.strip());
      if (address.isEmpty()) {
        return client;
      }
      client = address.get();
      if (!trusts(client)) {
        return client;
      }
    }
    return client;
  }

  private boolean trusts(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /// Commas within quotation marks do not part elements, nor do escaped quotation marks end them.
  private static List<String> elements(String line) {
    return split(line, ',');
  }

  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\' && i + 1 < text.length()) {
        part.append(c).append(text.charAt(++i));
      } else if (c == separator && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        quoted ^= c == '"';
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  /// The node after `for=`, or empty.
  private static String forOf(String element) {
    for (String pair : split(element, ';')) {
      String[] parts = pair.strip().split("=", 2);
      if (parts.length == 2 && parts[0].equalsIgnoreCase("for")) {
        String node = parts[1].strip();
        return node.length() >= 2 && node.startsWith("\"") && node.endsWith("\"")
            ? node.substring(1, node.length() - 1)
            : node;
      }
    }
    return "";
  }

  /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
  private static Optional<InetAddress> address(String node) {
    String host = node;
    if (node.startsWith("[")) {
      host = node.replaceFirst("^\\[([^\\]]*)\\](:\\d{1,5})?$", "$1");
    } else if (node.indexOf('.') >= 0 && node.indexOf(':') == node.lastIndexOf(':')) {
      host = node.replaceFirst(":\\d{1,5}$", "");
    }
    try {
      return Optional.of(AddressRange.literal(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
