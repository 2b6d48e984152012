package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.node.HostNames;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the machines that the operator declares; no two of them may have the same hardware
/// address, UUID, host name or address.
final class NodeSection {
  private static final List<String> FIELDS =
      List.of(
          "mac",
          "macs",
          "uuid",
          "hostname",
          "address",
          "kernel",
          "netboot",
          "groups",
          "control-node",
          "options",
          "config",
          "ssh-keys",
          "apkovl");

  private static final int MAX_MACS = 16;
  private static final int MAX_GROUPS = 64;
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Map<String, Kernel> kernels;
  private final Templates templates;
  private final Map<MacAddress, Declared> nodes = new LinkedHashMap<>();
  private final Map<MacAddress, Origin.File> origins = new HashMap<>();
  private final Map<Inet4Address, Origin> addresses = new HashMap<>();
  private final Map<String, Origin> hostnames = new HashMap<>();
  private final Map<String, Origin> uuids = new HashMap<>();

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
            others(section),
            uuid(section),
            hostname(section),
            address(section),
            kernel.isEmpty()
                ? ""
                : CatalogueFile.existing(kernels, section, "kernel", kernel).name(),
            section.flag("netboot"),
            groups(section),
            section.flag("control-node"),
            KernelSection.options(section),
            ProvisionSection.read(section, templates)));
  }

  private List<MacAddress> others(Section section) throws CatalogueException {
    List<MacAddress> others = new ArrayList<>();
    for (String text : section.texts("macs")) {
      MacAddress mac = section.parse("macs", text, NodeSection::mac);
      unique(origins, mac, section, "macs", "another node has " + mac);
      others.add(mac);
    }
    if (others.size() > MAX_MACS) {
      throw section.complaint("macs", "more than " + MAX_MACS);
    }
    return others;
  }

  private String uuid(Section section) throws CatalogueException {
    String uuid = section.text("uuid").toLowerCase(Locale.ROOT);
    if (!uuid.isEmpty()) {
      if (!UUID_FORM.matcher(uuid).matches()) {
        throw section.complaint("uuid", "not a UUID: " + uuid);
      }
      unique(uuids, uuid, section, "uuid", "another node has " + uuid);
    }
    return uuid;
  }

  private static List<String> groups(Section section) throws CatalogueException {
    List<String> groups = section.texts("groups");
    for (String group : groups) {
      if (!Kernel.isName(group)) {
        throw section.complaint("groups", "letters, digits, '.', '_' and '-' only: " + group);
      }
    }
    if (groups.size() > MAX_GROUPS) {
      throw section.complaint("groups", "more than " + MAX_GROUPS);
    }
    return groups;
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
