package dev.bootbus.kernel.lease;

import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A subnet: what its machines are told about it, and how long they may keep an address.
///
/// @param subnet null only where no address is given at all
/// @param pool null where every machine has a fixed address, or another server gives them
/// @param maxDeclinedPercent of the pool that may be out of it because it was declined
/// @param interfaces of front ends, by name, whose link it is
public record Network(
    @Nullable Subnet subnet,
    @Nullable Pool pool,
    @Nullable Inet4Address gateway,
    List<Inet4Address> nameServers,
    String domain,
    List<Inet4Address> ntpServers,
    Times times,
    int maxDeclinedPercent,
    Set<String> interfaces,
    Reservations reservations) {

  /// @param lease for an address that a machine has asked for
  /// @param offer for an address that it was offered only
  /// @param quarantine for an address that was declined
  public record Times(Duration lease, Duration offer, Duration quarantine) {
    public Times withLease(Duration other) {
      return new Times(other, offer, quarantine);
    }
  }

  /// Keeps out of the pool what is somebody's already: the subnet's own two addresses, and every
  /// server that is named.
  public Network {
    nameServers = List.copyOf(nameServers);
    ntpServers = List.copyOf(ntpServers);
    interfaces = Set.copyOf(interfaces);
    if (pool != null) {
      requireInside(subnet, pool.first());
      requireInside(subnet, pool.last());
    }
    for (Inet4Address address : reservations.addresses()) {
      requireInside(subnet, address);
    }
    if (gateway != null) {
      requireInside(subnet, gateway);
    }
    if (pool != null && subnet != null) {
      Set<Inet4Address> taken = new HashSet<>(nameServers);
      taken.addAll(ntpServers);
      taken.add(subnet.network());
      taken.add(subnet.broadcast());
      taken.add(gateway == null ? subnet.network() : gateway);
      taken.addAll(reservations.addresses());
      pool = pool.without(taken);
    }
  }

  private static void requireInside(@Nullable Subnet subnet, Inet4Address address) {
    if (subnet == null) {
      throw new IllegalArgumentException("machines need a subnet mask: set --subnet");
    }
    if (!subnet.contains(address)) {
      throw new IllegalArgumentException(address.getHostAddress() + " is not in " + subnet);
    }
  }

  /// The same network, whose pool leaves these addresses to the machines that they are fixed for.
  Network reserving(Set<Inet4Address> fixed) {
    if (subnet == null && !fixed.isEmpty()) {
      requireInside(null, fixed.iterator().next());
    }
    return new Network(
        subnet,
        pool == null ? null : pool.without(fixed),
        gateway,
        nameServers,
        domain,
        ntpServers,
        times,
        maxDeclinedPercent,
        interfaces,
        reservations);
  }

  /// Whether the same addresses are in it, and may be leased.
  boolean isSamePlace(Network other) {
    return Objects.equals(subnet, other.subnet) && Objects.equals(pool, other.pool);
  }

  /// Whether an address is in the subnet, leased from here or not.
  public boolean contains(Inet4Address address) {
    return subnet == null || subnet.contains(address);
  }

  /// What the machine at an address is called.
  ///
  /// @param otherwise where the address has no name
  public String hostname(Inet4Address address, String otherwise) {
    Reservation reservation = reservations.at(address);
    return reservation == null || reservation.hostname().isEmpty()
        ? otherwise
        : reservation.hostname();
  }

  /// How many addresses may be out of the pool at once because they were declined.
  int maxDeclined() {
    return pool == null ? 1 : Math.max(1, pool.size() * maxDeclinedPercent / 100);
  }

  /// Everything but an address, as for an INFORM (RFC 2131 §4.3.5).
  public Dhcp settings(MacAddress mac, String hostname) {
    return dhcp(mac, hostname, null, 0);
  }

  /// The same with an address and its time.
  public Dhcp leased(MacAddress mac, String hostname, Inet4Address address) {
    return dhcp(mac, hostname, address, times.lease().toSeconds());
  }

  private Dhcp dhcp(
      MacAddress mac, String hostname, @Nullable Inet4Address address, long leaseTime) {
    return new Dhcp(
        mac,
        address,
        subnet == null ? null : subnet.mask(),
        gateway,
        nameServers,
        hostname,
        domain,
        subnet == null ? null : subnet.broadcast(),
        ntpServers,
        leaseTime,
        List.of());
  }
}
