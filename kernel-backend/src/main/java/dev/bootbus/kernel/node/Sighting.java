package dev.bootbus.kernel.node;

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

  private static final int CIRCUIT_ID = 1;

  /// The same with what a packet says; this very object if that is nothing new. It is asked for
  /// each packet.
  public Sighting learning(Facts facts) {
    String vendor = isTelling(facts) ? facts.vendorClass() : vendorClass;
    boolean relayed = facts.ciaddr() == null; // a renewal goes past the relay, RFC 2131 §4.3.6
    Inet4Address from = facts.linkAddress() == null ? facts.giaddr() : facts.linkAddress();
    Inet4Address subnet = relayed ? from : link;
    boolean same = !relayed || isCircuit(facts.relayAgentInfo());
    return same && vendor.equals(vendorClass) && Objects.equals(subnet, link)
        ? this
        : new Sighting(vendor, subnet, same ? circuit : circuitOf(facts.relayAgentInfo()));
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

  private boolean isCircuit(String relayAgentInfo) {
    int at = circuitAt(relayAgentInfo);
    return at < 0
        ? circuit.isEmpty()
        : lengthAt(relayAgentInfo, at) == circuit.length()
            && relayAgentInfo.startsWith(circuit, at);
  }

  private static String circuitOf(String relayAgentInfo) {
    int at = circuitAt(relayAgentInfo);
    return at < 0 ? "" : relayAgentInfo.substring(at, at + lengthAt(relayAgentInfo, at));
  }

  /// Hex digits of the suboption whose value begins there.
  private static int lengthAt(String hex, int at) {
    return 2 * octet(hex, at - 2);
  }

  /// Where the circuit's value begins, or -1.
  private static int circuitAt(String hex) {
    int at = 0;
    while (at + 4 <= hex.length()) {
      int length = 2 * octet(hex, at + 2);
      if (length < 0 || at + 4 + length > hex.length()) {
        return -1;
      }
      if (octet(hex, at) == CIRCUIT_ID) {
        return at + 4;
      }
      at += 4 + length;
    }
    return -1;
  }

  /// Negative for what are no hex digits.
  private static int octet(String hex, int at) {
    int high = Character.digit(hex.charAt(at), 16);
    int low = Character.digit(hex.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
