package dev.bootbus.kernel.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.kernel.lease.Subnet;
import dev.bootbus.kernel.node.Machine;
import java.net.Inet4Address;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The kernel of machines that have none of their own and meet every condition; what is empty or
/// null is no condition.
///
/// @param arch any: no condition
/// @param vendorClass how option 60 begins
/// @param subnet of the machine's link as its relay says it, else of its declared address
/// @param circuit option 82.1 (RFC 3046 §2.0) as hex digits, or as the text that its bytes are
/// @param macPrefix how the hardware address begins, as hex digits in lower case
/// @param group one of the machine's
public record DefaultRule(
    Architecture arch,
    String vendorClass,
    @Nullable Subnet subnet,
    String circuit,
    String macPrefix,
    String group,
    String kernel) {

  boolean matches(Machine machine) {
    return (arch.equals(Architecture.ANY) || arch.equals(machine.arch()))
        && machine.sighting().vendorClass().startsWith(vendorClass)
        && (subnet == null || isOn(machine, subnet))
        && (circuit.isEmpty() || isCircuit(machine.sighting().circuit()))
        && (macPrefix.isEmpty() || digits(machine.mac().toString()).startsWith(macPrefix))
        && (group.isEmpty() || machine.groups().contains(group));
  }

  private static boolean isOn(Machine machine, Subnet subnet) {
    Inet4Address link = machine.sighting().link();
    Inet4Address address = link == null ? machine.address() : link;
    return address != null && subnet.contains(address);
  }

  private boolean isCircuit(String hex) {
    return circuit.equalsIgnoreCase(hex)
        || HexFormat.of().formatHex(circuit.getBytes(UTF_8)).equalsIgnoreCase(hex);
  }

  /// The hex digits of the beginning of a hardware address.
  ///
  /// @throws IllegalArgumentException if it is none
  static String macPrefix(String text) {
    String digits = digits(text);
    if (!digits.matches("[0-9a-f]{0,40}")) {
      throw new IllegalArgumentException("not the beginning of a hardware address: " + text);
    }
    return digits;
  }

  private static String digits(String mac) {
    return mac.toLowerCase(Locale.ROOT).replaceAll("[:.-]", "");
  }
}
