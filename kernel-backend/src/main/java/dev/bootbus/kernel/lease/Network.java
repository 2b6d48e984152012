package dev.bootbus.kernel.lease;

import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What every machine of the one subnet is told about it, and how long it may keep an address.
///
/// @param subnet null only where no address is given at all
/// @param pool null where every machine has a fixed address, or another server gives them
/// @param maxDeclinedPercent of the pool that may be out of it because it was declined
public record Network(
    @Nullable Subnet subnet,
    @Nullable Pool pool,
    @Nullable Inet4Address gateway,
    List<Inet4Address> nameServers,
    String domain,
    List<Inet4Address> ntpServers,
    Times times,
    int maxDeclinedPercent) {

  /// @param lease for an address that a machine has asked for
  /// @param offer for an address that it was offered only
  /// @param quarantine for an address that was declined
  public record Times(Duration lease, Duration offer, Duration quarantine) {}

  /// Keeps out of the pool what is somebody's already: the subnet's own two addresses, and every
  /// server that is named.
  public Network {
    nameServers = List.copyOf(nameServers);
    ntpServers = List.copyOf(ntpServers);
    if (pool != null) {
      requireInside(subnet, pool.first());
      requireInside(subnet, pool.last());
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
  public Network reserving(Set<Inet4Address> fixed) {
    fixed.forEach(address -> requireInside(subnet, address));
    Pool rest = pool == null ? null : pool.without(fixed);
    return new Network(
        subnet, rest, gateway, nameServers, domain, ntpServers, times, maxDeclinedPercent);
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
