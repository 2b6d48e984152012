/// DHCPv4 messages as bytes: RFC 2131 and 2132, long options (RFC 3396), search lists (RFC 3397)
/// and the PXE options (RFC 4578). It knows nothing of servers, sockets or booting.
///
/// [dev.bootbus.dhcp.wire.DhcpMessage] is a packet, [dev.bootbus.dhcp.wire.Options] its options as
/// they came, unknown ones too, and [dev.bootbus.dhcp.wire.Option] a typed key to read and write
/// one.
@NullMarked
package dev.bootbus.dhcp.wire;

import org.jspecify.annotations.NullMarked;
