package dev.bootbus.kernel.lease;

import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the operator says of one subnet. Empty or null is unsaid.
///
/// @param subnet null only where the operator gives no address at all, and says what machines are
///     told all the same
/// @param interfaces of front ends, by name, whose link it is
public record DeclaredSubnet(
    @Nullable Subnet subnet,
    @Nullable Pool pool,
    @Nullable Inet4Address gateway,
    List<Inet4Address> nameServers,
    String domain,
    List<Inet4Address> ntpServers,
    @Nullable Duration leaseTime,
    Set<String> interfaces,
    Reservations reservations) {

  public DeclaredSubnet {
    nameServers = List.copyOf(nameServers);
    ntpServers = List.copyOf(ntpServers);
    interfaces = Set.copyOf(interfaces);
  }
}
