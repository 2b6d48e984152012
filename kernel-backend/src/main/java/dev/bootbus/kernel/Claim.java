package dev.bootbus.kernel;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/// A machine's wish for an address.
///
/// @param requested the address it asks for (option 50), or believes to have (ciaddr)
/// @param fixed the address that the operator declared for it
/// @param clientId option 61 as hex digits, or empty
record Claim(
    MacAddress mac,
    Kind kind,
    @Nullable Inet4Address requested,
    @Nullable Inet4Address fixed,
    String clientId,
    String hostname) {

  enum Kind {
    /// DHCPDISCOVER: hold one for a moment
    OFFER,
    /// DHCPREQUEST: it is wanted
    BIND
  }
}
