package dev.bootbus.kernel.lease;

import java.net.Inet4Address;

/// A range of addresses that reach each other without a router.
///
/// @param network its first address, which is no machine's
public record Subnet(Inet4Address network, Inet4Address mask) {

  public Subnet {
    long hosts = ~Ipv4.number(mask) & 0xFFFF_FFFFL;
    // RFC 950 §2.1 allows ones after zeros; no machine that boots today does
    if ((hosts & (hosts + 1)) != 0 || hosts == 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("not a subnet mask: " + mask.getHostAddress());
    }
    network = Ipv4.of(Ipv4.number(network) & Ipv4.number(mask));
  }

  /// Reads `192.168.77.0/24`; the address may be any of the subnet.
  public static Subnet parse(String text) {
    String[] parts = text.trim().split("/", -1);
    if (parts.length != 2 || !parts[1].matches("[1-9]|[12]\\d|3[0-2]")) {
      throw new IllegalArgumentException("not ADDRESS/BITS: " + text);
    }
    long mask = -1L << (32 - Integer.parseInt(parts[1]));
    return new Subnet(Ipv4.parse(parts[0]), Ipv4.of(mask));
  }

  public boolean contains(Inet4Address address) {
    return (Ipv4.number(address) & Ipv4.number(mask)) == Ipv4.number(network);
  }

  /// Whether they have an address in common.
  public boolean overlaps(Subnet other) {
    return contains(other.network) || other.contains(network);
  }

  Inet4Address broadcast() {
    return Ipv4.of(Ipv4.number(network) | ~Ipv4.number(mask));
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + Long.bitCount(Ipv4.number(mask));
  }
}
