package dev.bootbus.kernel.node;

import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/// Where a machine was last heard, and as what: the facts of its DHCP packet that a rule may ask
/// for.
///
/// @param vendorClass option 60, printable, or empty
/// @param link an address of the machine's subnet, as its relay says it; null for one on the link
/// @param circuit option 82.1 (RFC 3046 §2.0) as hex digits, or empty
public record Sighting(String vendorClass, @Nullable Inet4Address link, String circuit) {
  public static final Sighting NONE = new Sighting("", null, "");
}
