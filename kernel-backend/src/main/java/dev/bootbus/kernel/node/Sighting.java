package dev.bootbus.kernel.node;

import dev.bootbus.kernel.lease.RelayAgentInfo;
import dev.bootbus.schema.DhcpRequest.Facts;
import java.net.Inet4Address;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where a machine was last heard, and as what: the facts of its DHCP packet that a rule may ask
/// for.
///
/// @param vendorClass option 60, printable, or empty
/// @param link an address of the machine's subnet, as its relay says it; null for one on the link
/// @param circuit option 82.1 (RFC 3046 §2.0) as hex digits, or empty
public record Sighting(String vendorClass, @Nullable Inet4Address link, String circuit) {
  public static final Sighting NONE = new Sighting("", null, "");

  /// The same with what a packet says; this very object if that is nothing new. It is asked for
  /// each packet.
  public Sighting learning(Facts facts) {
    String vendor = isTelling(facts) ? facts.vendorClass() : vendorClass;
    Inet4Address subnet = link;
    String port = circuit;
    if (facts.ciaddr() == null) { // a renewal goes past the relay, RFC 2131 §4.3.6
      subnet = facts.linkAddress() == null ? facts.giaddr() : facts.linkAddress();
      port = RelayAgentInfo.circuit(facts.relayAgentInfo());
    }
    return vendor.equals(vendorClass) && Objects.equals(subnet, link) && port.equals(circuit)
        ? this
        : new Sighting(vendor, subnet, port);
  }

  /// Firmware says what the machine is. What it loads says something else each time, and counts
  /// only where nothing better is known.
  private boolean isTelling(Facts facts) {
    return !facts.vendorClass().isEmpty()
        && (vendorClass.isEmpty() || isFirmware(facts.vendorClass()) && !isIpxe(facts));
  }

  /// Whether a loader speaks, before any system.
  public static boolean isBooting(Facts facts) {
    return isIpxe(facts)
        || facts.userClass().isEmpty() // loaders of FreeBSD say that they are PXEClient, and more
            && (!facts.clientArch().isEmpty() || isFirmware(facts.vendorClass()));
  }

  private static boolean isFirmware(String vendorClass) {
    return vendorClass.startsWith("PXEClient") || vendorClass.startsWith("HTTPClient");
  }

  private static boolean isIpxe(Facts facts) {
    return facts.userClass().contains("iPXE");
  }
}
