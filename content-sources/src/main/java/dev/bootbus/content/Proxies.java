package dev.bootbus.content;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The HTTP proxy for a URL, by the rules that most programs share: `HTTP_PROXY` for `http`,
/// `HTTPS_PROXY` for `https`, in either letter case, and `NO_PROXY` for hosts that need none: names
/// with all names below them, addresses, networks as `10.0.0.0/8`, or `*`.
public final class Proxies extends ProxySelector {
  private static final int USUAL_PORT = 80;

  private final Optional<InetSocketAddress> http;
  private final Optional<InetSocketAddress> https;
  private final List<String> without;

  private Proxies(
      Optional<InetSocketAddress> http, Optional<InetSocketAddress> https, List<String> without) {
    this.http = http;
    this.https = https;
    this.without = without;
  }

  /// @throws IllegalArgumentException with one sentence that names the variable which is wrong
  public static Proxies of(Map<String, String> environment) {
    return new Proxies(
        proxy(environment, "HTTP_PROXY"),
        proxy(environment, "HTTPS_PROXY"),
        List.of(variable(environment, "NO_PROXY").toLowerCase(Locale.ROOT).split("[,\\s]+")));
  }

  /// One for all URLs.
  ///
  /// @throws IllegalArgumentException with one sentence
  public static Proxies always(String url) {
    Optional<InetSocketAddress> proxy = Optional.of(parse(url));
    return new Proxies(proxy, proxy, List.of());
  }

  private static String variable(Map<String, String> environment, String name) {
    String lower = environment.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    return (lower.isEmpty() ? environment.getOrDefault(name, "") : lower).strip();
  }

  private static Optional<InetSocketAddress> proxy(Map<String, String> environment, String name) {
    String url = variable(environment, name);
    try {
      return url.isEmpty() ? Optional.empty() : Optional.of(parse(url));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private static InetSocketAddress parse(String url) {
    URI uri;
    try {
      uri = URI.create(url.contains("://") ? url : "http://" + url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a proxy is http://HOST:PORT", e);
    }
    if (!"http".equalsIgnoreCase(uri.getScheme())
        || uri.getHost() == null
        || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("a proxy is http://HOST:PORT, without user and password");
    }
    return InetSocketAddress.createUnresolved(
        uri.getHost(), uri.getPort() < 0 ? USUAL_PORT : uri.getPort());
  }

  @Override
  public List<Proxy> select(URI uri) {
    Optional<InetSocketAddress> proxy = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
    return proxy.isEmpty() || isWithout(uri)
        ? List.of(Proxy.NO_PROXY)
        : List.of(new Proxy(Proxy.Type.HTTP, resolved(proxy.get())));
  }

  /// Each time anew, since the client resolves no name of a proxy by itself.
  private static InetSocketAddress resolved(InetSocketAddress proxy) {
    return new InetSocketAddress(proxy.getHostString(), proxy.getPort());
  }

  private boolean isWithout(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
    return without.stream().anyMatch(rule -> matches(rule, host));
  }

  private static boolean matches(String rule, String host) {
    if (rule.isEmpty()) {
      return false;
    }
    if (rule.equals("*") || rule.equals(host)) {
      return true;
    }
    int slash = rule.indexOf('/');
    if (slash > 0) {
      return isWithin(host, rule.substring(0, slash), rule.substring(slash + 1));
    }
    return host.endsWith(rule.startsWith(".") ? rule : "." + rule);
  }

  private static boolean isWithin(String host, String network, String length) {
    try {
      byte[] address = InetAddress.ofLiteral(host).getAddress();
      byte[] prefix = InetAddress.ofLiteral(network).getAddress();
      int bits = Integer.parseInt(length);
      if (address.length != prefix.length || bits < 0 || bits > 8 * address.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i & 7);
        if ((address[i >> 3] & mask) != (prefix[i >> 3] & mask)) {
          return false;
        }
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false; // a name, or no network
    }
  }

  @Override
  public void connectFailed(URI uri, SocketAddress proxy, IOException why) {
    // told by the request that failed
  }
}
