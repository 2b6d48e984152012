package dev.bootbus.kernel.lease;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/// What a machine wants with an address.
///
/// @param requested the address that it speaks of: option 50 or ciaddr
/// @param fixed the address that the operator declared for it
/// @param owner whose the fixed address is, where more than one hardware address may have it in
///     turn; as in [Lease#owner]
/// @param clientId option 61 as hex digits, or empty
public record Claim(
    MacAddress mac,
    Kind kind,
    @Nullable Inet4Address requested,
    @Nullable Inet4Address fixed,
    String owner,
    String clientId,
    String hostname) {

  public enum Kind {
    /// DHCPDISCOVER: hold one for a moment
    OFFER,
    /// DHCPREQUEST that names its server, so that one of the replicas has offered the address
    SELECT,
    /// any other DHCPREQUEST: it is wanted
    BIND,
    /// DHCPRELEASE: it is not needed any more
    RELEASE,
    /// DHCPDECLINE: another machine was found to have it
    DECLINE
  }
}
