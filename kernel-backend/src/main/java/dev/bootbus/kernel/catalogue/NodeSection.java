package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.node.HostNames;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the machines that the operator declares; no two of them may have the same hardware
/// address, host name or address.
final class NodeSection {
  private static final List<String> FIELDS =
      List.of("mac", "hostname", "address", "kernel", "netboot", "config", "ssh-keys", "apkovl");

  private final Map<String, Kernel> kernels;
  private final Templates templates;
  private final Map<MacAddress, Declared> nodes = new LinkedHashMap<>();
  private final Map<MacAddress, Origin.File> origins = new HashMap<>();
  private final Map<Inet4Address, Origin> addresses = new HashMap<>();
  private final Map<String, Origin> hostnames = new HashMap<>();

  /// @param kernels that may be named
  NodeSection(Map<String, Kernel> kernels, Templates templates) {
    this.kernels = kernels;
    this.templates = templates;
  }

  Map<MacAddress, Declared> nodes() {
    return nodes;
  }

  Map<MacAddress, Origin.File> origins() {
    return origins;
  }

  void read(Section root) throws CatalogueException {
    for (Section node : root.sections("nodes", FIELDS)) {
      node(node);
    }
  }

  private void node(Section section) throws CatalogueException {
    MacAddress mac = section.parse("mac", section.required("mac"), NodeSection::mac);
    unique(origins, mac, section, "mac", "there is another node " + mac);
    String kernel = section.text("kernel");
    nodes.put(
        mac,
        new Declared(
            mac,
            hostname(section),
            address(section),
            kernel.isEmpty()
                ? ""
                : CatalogueFile.existing(kernels, section, "kernel", kernel).name(),
            section.flag("netboot", true),
            ProvisionSection.read(section, templates)));
  }

  private static <K> void unique(
      Map<K, ? super Origin.File> seen, K key, Section section, String field, String fault)
      throws CatalogueException {
    Object first = seen.putIfAbsent(key, section.origin(field));
    if (first != null) {
      throw section.complaint(field, fault + ", " + first);
    }
  }

  private String hostname(Section section) throws CatalogueException {
    String hostname = section.text("hostname");
    if (hostname.isEmpty()) {
      return "";
    }
    if (!HostNames.isValid(hostname)) {
      throw section.complaint("hostname", "not a host name: " + hostname);
    }
    unique(hostnames, hostname, section, "hostname", "another node is called " + hostname);
    return hostname;
  }

  private @Nullable Inet4Address address(Section section) throws CatalogueException {
    String text = section.text("address");
    if (text.isEmpty()) {
      return null;
    }
    Inet4Address address = section.parse("address", text, Ipv4::parse);
    unique(addresses, address, section, "address", "another node has " + text);
    return address;
  }

  private static MacAddress mac(String text) {
    MacAddress mac = MacAddress.parse(text);
    if (mac.isNone()) {
      throw new IllegalArgumentException("not a hardware address: " + text);
    }
    return mac;
  }
}
