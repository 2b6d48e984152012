package dev.bootbus.kernel.node;

import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The machines of one catalogue, by each of their names. What YAML declares goes before what the
/// API says.
record Declarations(
    Catalogue catalogue,
    Map<MacAddress, Declared> byMac,
    Map<String, Declared> byName,
    Map<String, Declared> byUuid,
    Map<Inet4Address, Declared> byAddress) {
  static Declarations of(Catalogue catalogue) {
    Map<MacAddress, Declared> macs = new HashMap<>();
    Map<String, Declared> names = new HashMap<>();
    Map<String, Declared> uuids = new HashMap<>();
    Map<Inet4Address, Declared> addresses = new HashMap<>();
    for (Declared one : catalogue.nodes().values()) {
      one.macs().forEach(mac -> macs.putIfAbsent(mac, one));
      if (!one.hostname().isEmpty()) {
        names.put(one.hostname().toLowerCase(Locale.ROOT), one);
      }
      if (!one.uuid().isEmpty()) {
        uuids.put(one.uuid().toLowerCase(Locale.ROOT), one);
      }
      if (one.address() != null) {
        addresses.put(one.address(), one);
      }
    }
    macs.putAll(catalogue.nodes());
    return new Declarations(catalogue, macs, names, uuids, addresses);
  }

  /// @param mac the first of the machine's
  @Nullable Declared of(MacAddress mac) {
    return catalogue.nodes().get(mac);
  }
}
