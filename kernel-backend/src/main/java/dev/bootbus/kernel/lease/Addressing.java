package dev.bootbus.kernel.lease;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How addresses are given, as the flags say it or a change at run time does: one subnet, and what
/// counts for those of the catalogue where they do not say otherwise.
///
/// @param own its name servers, domain and time servers are those of every subnet that has none
/// @param times of every subnet that has no lease time
/// @param maxDeclinedPercent of a pool that may be out of it because it was declined
/// @param taken addresses in pools that are somebody's
public record Addressing(
    DeclaredSubnet own, Network.Times times, int maxDeclinedPercent, Set<Inet4Address> taken) {

  public Addressing {
    taken = Set.copyOf(taken);
  }

  /// @param declared by the catalogue
  /// @param fixed addresses of declared nodes
  /// @throws IllegalArgumentException if one contradicts another
  public Networks networks(List<DeclaredSubnet> declared, Set<Inet4Address> fixed) {
    List<Network> all = new ArrayList<>();
    if (declared.isEmpty() || own.subnet() != null || own.pool() != null || own.gateway() != null) {
      all.add(network(own));
    }
    declared.forEach(subnet -> all.add(network(subnet)));
    return new Networks(all).reserving(fixed);
  }

  private Network network(DeclaredSubnet declared) {
    Pool pool = declared.pool();
    return new Network(
        declared.subnet(),
        pool == null ? null : pool.without(taken),
        declared.gateway(),
        declared.nameServers().isEmpty() ? own.nameServers() : declared.nameServers(),
        declared.domain().isEmpty() ? own.domain() : declared.domain(),
        declared.ntpServers().isEmpty() ? own.ntpServers() : declared.ntpServers(),
        declared.leaseTime() == null ? times : times.withLease(declared.leaseTime()),
        maxDeclinedPercent,
        declared.interfaces(),
        declared.reservations());
  }
}
