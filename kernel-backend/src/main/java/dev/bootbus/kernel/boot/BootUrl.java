package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/// Where machines reach the files: the folder that every path of the catalogue is below.
///
/// @param base ends with a slash
public record BootUrl(String base) {
  /// The machine's own script; the http-server asks for it with the hardware address in the
  /// query.
  static final String SCRIPT = "boot.ipxe";

  private static final List<String> SCHEMES = List.of("http", "https", "tftp", "ftp");

  public static BootUrl parse(String text) {
    try {
      URI uri = new URI(text.endsWith("/") ? text : text + "/");
      if (uri.getScheme() != null
          && SCHEMES.contains(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return new BootUrl(uri.toString());
      }
    } catch (URISyntaxException e) {
      // the same complaint
    }
    throw new IllegalArgumentException("not a URL such as http://192.168.77.1/: " + text);
  }

  /// The URL of a file of the catalogue.
  public String of(String location) {
    return location.contains("://") ? location : base + location.replaceFirst("^/+", "");
  }

  /// The name by which a file server knows the file of a URL or path: without a leading slash, and
  /// decoded. Empty where only iPXE can say it, as for a `${…}` in it.
  public static String file(String location) {
    String path = location.replaceFirst("^[A-Za-z]+://[^/?#]*", "").replaceFirst("^/*", "/");
    try {
      return new URI(path).normalize().getPath().substring(1);
    } catch (URISyntaxException e) {
      return "";
    }
  }

  public String script(MacAddress mac) {
    return script(mac.dashed());
  }

  /// @param mac an address, or what iPXE puts one in the place of
  public String script(String mac) {
    return base + SCRIPT + "?mac=" + mac;
  }

  /// The server's address, where the URL names it by address.
  public Optional<Inet4Address> address() {
    try {
      return Optional.of(Ipv4.parse(URI.create(base).getHost()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
