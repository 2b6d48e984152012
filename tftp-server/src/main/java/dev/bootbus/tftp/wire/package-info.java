/// TFTP packets as bytes (RFC 1350, RFC 2347), for servers and clients alike.
///
/// [dev.bootbus.tftp.wire.TftpPacket] is the way in and out. What this package cannot read raises
/// [dev.bootbus.tftp.wire.MalformedPacketException] and nothing else; what it can read but does not
/// know (an option, an error code) is kept.
@NullMarked
package dev.bootbus.tftp.wire;

import org.jspecify.annotations.NullMarked;
