package dev.bootbus.dhcp.config;

import dev.bootbus.runtime.yaml.Yaml;
import dev.bootbus.schema.MacAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The machines that PyPXE knows: its static bindings and its leases.
///
/// @param addresses of which each is one machine's
/// @param bound those with a static binding, with or without an address
/// @param roms boot files of single machines
record PyPxeMachines(
    Map<MacAddress, String> addresses, Set<MacAddress> bound, Map<MacAddress, String> roms) {
  private static final String DHCP = "dhcp";
  private static final String BINDING = "binding";
  private static final Set<String> OF_THE_NETWORK = Set.of("subnet", "router", "dns");

  /// Takes the files apart.
  ///
  /// @param network what holds for all machines, by the names that a binding has for it
  /// @param warnings told of whatever is left out
  record Reading(
      Map<MacAddress, String> addresses,
      Set<MacAddress> bound,
      Map<MacAddress, String> roms,
      Map<String, String> network,
      Consumer<String> warnings) {

    Reading(Map<String, String> network, Consumer<String> warnings) {
      this(new LinkedHashMap<>(), new LinkedHashSet<>(), new LinkedHashMap<>(), network, warnings);
    }

    PyPxeMachines machines() {
      return new PyPxeMachines(addresses, bound, roms);
    }

    /// `{"dhcp": {"binding": {MAC: {"ipaddr": …, "rom": …}}}}`
    void bindings(String file, Yaml root) throws ConfigException {
      Yaml dhcp = field(file, root, DHCP);
      Map<String, Yaml.Field> bindings = fields(file, field(file, dhcp, BINDING), BINDING);
      for (Map.Entry<String, Yaml.Field> entry : bindings.entrySet()) {
        MacAddress mac = mac(file, entry);
        Map<String, Yaml.Field> binding = fields(file, entry.getValue().value(), entry.getKey());
        bound.add(mac);
        for (Map.Entry<String, Yaml.Field> one : binding.entrySet()) {
          binding(file, mac, one.getKey(), one.getValue());
        }
      }
    }

    private void binding(String file, MacAddress mac, String key, Yaml.Field field)
        throws ConfigException {
      String place = file + ":" + field.line() + ": " + mac + ": ";
      if (key.equals("ipaddr")) {
        give(place, mac, address(file, field));
      } else if (key.equals("rom")) {
        roms.put(mac, String.join(" ", texts(field.value())));
      } else if (!OF_THE_NETWORK.contains(key)) {
        warnings.accept(place + shown(key) + ": left out: PyPXE does not know it");
      } else if (!texts(field.value()).equals(List.of(network.get(key)))) {
        warnings.accept(
            place + key + ": left out: kernel-backend has one network, with " + network.get(key));
      }
    }

    /// `{MAC: {"ip": …, "expire": seconds since 1970, "ipxe": …}}`
    ///
    /// @param now seconds since 1970
    void leases(String file, Yaml root, double now) throws ConfigException {
      int over = 0;
      for (Map.Entry<String, Yaml.Field> entry : fields(file, root, "the file").entrySet()) {
        MacAddress mac = mac(file, entry);
        Map<String, Yaml.Field> lease = fields(file, entry.getValue().value(), entry.getKey());
        Yaml.Field ip = lease.get("ip");
        boolean given = ip != null && !texts(ip.value()).equals(List.of(""));
        if (given && expires(file, lease.get("expire")) > now) {
          String address = address(file, ip);
          if (!bound.contains(mac) || !addresses.containsKey(mac)) {
            give(file + ":" + ip.line() + ": " + mac + ": ", mac, address);
          }
        } else if (given) {
          over++;
        }
      }
      if (over > 0) {
        warnings.accept(file + ": left out " + over + " leases that are over");
      }
    }

    private static double expires(String file, Yaml.@org.jspecify.annotations.Nullable Field field)
        throws ConfigException {
      if (field == null) {
        return 0;
      }
      try {
        double time = Double.parseDouble(String.join(" ", texts(field.value())));
        if (Double.isFinite(time)) {
          return time;
        }
      } catch (NumberFormatException e) {
        // told below
      }
      throw ConfigException.at(file, field.line(), "expire: not a time in seconds");
    }

    private void give(String place, MacAddress mac, String address) {
      if (addresses.containsValue(address)) {
        warnings.accept(place + address + ": left out: another machine has this address");
      } else {
        addresses.put(mac, address);
      }
    }

    private static MacAddress mac(String file, Map.Entry<String, Yaml.Field> entry)
        throws ConfigException {
      try {
        MacAddress mac = MacAddress.parse(entry.getKey());
        if (!mac.isNone()) {
          return mac;
        }
      } catch (IllegalArgumentException e) {
        // told below
      }
      throw ConfigException.at(
          file, entry.getValue().line(), "not a hardware address: " + shown(entry.getKey()));
    }

    private static String address(String file, Yaml.Field field) throws ConfigException {
      List<String> texts = texts(field.value());
      if (texts.size() == 1 && PyPxeSettings.Ipv4.isOne(texts.getFirst())) {
        return texts.getFirst();
      }
      throw ConfigException.at(file, field.line(), "not an IPv4 address: " + shown("" + texts));
    }

    private static Yaml field(String file, Yaml yaml, String key) throws ConfigException {
      Yaml.Field field = fields(file, yaml, "the file").get(key);
      if (field == null) {
        throw ConfigException.at(file, yaml.line(), "no object \"" + key + "\"");
      }
      return field.value();
    }

    private static Map<String, Yaml.Field> fields(String file, Yaml yaml, String what)
        throws ConfigException {
      if (yaml instanceof Yaml.Fields(_, Map<String, Yaml.Field> fields)) {
        return fields;
      }
      throw ConfigException.at(file, yaml.line(), shown(what) + ": not an object");
    }

    private static List<String> texts(Yaml yaml) {
      return switch (yaml) {
        case Yaml.Text(_, String text) -> List.of(text);
        case Yaml.Items(_, List<Yaml> items) -> {
          List<String> texts = new ArrayList<>();
          items.forEach(item -> texts.addAll(texts(item)));
          yield texts;
        }
        case Yaml.Fields _ -> List.of();
      };
    }

    private static String shown(String text) {
      String printable = text.replaceAll("\\p{C}", "?");
      return printable.substring(0, Math.min(64, printable.length()));
    }
  }
}
