package dev.bootbus.dhcp.config;

import dev.bootbus.runtime.yaml.Yaml;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A PyPXE configuration, with PyPXE's own defaults where it says nothing.
///
/// @param file its name in complaints
/// @param said by key: what stands in it
record PyPxeSettings(String file, Map<String, Yaml.Field> said) {
  /// All keys there are, and what they mean where they are missing.
  static final Map<String, String> DEFAULTS = new HashMap<>();

  static {
    DEFAULTS.putAll(
        Map.of(
            "USE_IPXE", "false",
            "USE_HTTP", "false",
            "USE_TFTP", "true",
            "USE_DHCP", "false",
            "DHCP_MODE_PROXY", "false",
            "DHCP_WHITELIST", "false",
            "NETBOOT_DIR", "netboot",
            "NETBOOT_FILE", "",
            "STATIC_CONFIG", "",
            "LEASES_FILE", ""));
    DEFAULTS.putAll(
        Map.of(
            "DHCP_SERVER_IP", "192.168.2.2",
            "DHCP_SERVER_PORT", "67",
            "DHCP_OFFER_BEGIN", "192.168.2.100",
            "DHCP_OFFER_END", "192.168.2.150",
            "DHCP_SUBNET", "255.255.255.0",
            "DHCP_ROUTER", "192.168.2.1",
            "DHCP_DNS", "8.8.8.8",
            "DHCP_BROADCAST", "",
            "DHCP_FILESERVER", "192.168.2.2"));
    DEFAULTS.putAll(
        Map.of(
            "HTTP_SERVER_IP", "0.0.0.0",
            "HTTP_PORT", "80",
            "TFTP_SERVER_IP", "0.0.0.0",
            "TFTP_PORT", "69",
            "MODE_DEBUG", "",
            "MODE_VERBOSE", "",
            "SYSLOG_SERVER", "",
            "SYSLOG_PORT", "514"));
    DEFAULTS.putAll(
        Map.of(
            "NBD_BLOCK_DEVICE", "",
            "NBD_WRITE", "false",
            "NBD_COW", "true",
            "NBD_COW_IN_MEM", "false",
            "NBD_COPY_TO_RAM", "false",
            "NBD_SERVER_IP", "0.0.0.0",
            "NBD_PORT", "10809"));
  }

  private static final int MAX_PORT = 65535;

  /// No control characters, and nothing that ends a line of YAML.
  private static final Pattern PRINTABLE = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]*");

  static PyPxeSettings of(String file, Yaml root) throws ConfigException {
    if (!(root instanceof Yaml.Fields(_, Map<String, Yaml.Field> said))) {
      throw ConfigException.at(file, root.line(), "not an object");
    }
    PyPxeSettings settings = new PyPxeSettings(file, said);
    settings.check();
    return settings;
  }

  private void check() throws ConfigException {
    List<String> complaints = new ArrayList<>();
    for (String key : said.keySet()) {
      try {
        if (DEFAULTS.containsKey(key)) {
          check(key);
        }
      } catch (ConfigException e) {
        complaints.addAll(e.complaints());
      }
    }
    if (!complaints.isEmpty()) {
      throw new ConfigException(complaints);
    }
  }

  private void check(String key) throws ConfigException {
    String usual = DEFAULTS.get(key);
    if (usual.equals("true") || usual.equals("false")) {
      isOn(key);
    } else if (key.endsWith("_PORT")) {
      port(key);
    } else if (Ipv4.isOne(usual) && !text(key).isEmpty()) {
      address(key);
    } else {
      text(key);
    }
  }

  /// Keys that PyPXE does not know.
  List<String> unknown() {
    return said.keySet().stream().filter(key -> !DEFAULTS.containsKey(key)).toList();
  }

  String text(String key) throws ConfigException {
    Yaml.Field field = said.get(key);
    if (field == null) {
      return DEFAULTS.get(key);
    }
    if (field.value() instanceof Yaml.Text(_, String text)) {
      if (!PRINTABLE.matcher(text).matches()) {
        throw complaint(key, "not printable");
      }
      return text;
    }
    throw complaint(key, "not a single value");
  }

  boolean isOn(String key) throws ConfigException {
    return switch (text(key)) {
      case "true" -> true;
      case "false", "" -> false;
      default -> throw complaint(key, "neither true nor false");
    };
  }

  /// As dotted text; checked.
  String address(String key) throws ConfigException {
    String text = text(key);
    if (!Ipv4.isOne(text)) {
      throw complaint(key, "not an IPv4 address: " + text);
    }
    return text;
  }

  int port(String key) throws ConfigException {
    String text = text(key);
    int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > MAX_PORT) {
      throw complaint(key, "not a port: " + text);
    }
    return port;
  }

  private ConfigException complaint(String key, String message) {
    Yaml.Field field = said.get(key);
    return ConfigException.at(file, field == null ? 1 : field.line(), key + ": " + message);
  }

  /// IPv4 addresses as text.
  static final class Ipv4 {
    private Ipv4() {}

    static boolean isOne(String text) {
      try {
        return Inet4Address.ofLiteral(text).getHostAddress().equals(text);
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }
}
