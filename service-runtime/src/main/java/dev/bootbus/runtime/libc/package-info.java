/// The C library's sockets, for what the JDK's cannot do: packet sockets, SO_BINDTODEVICE,
/// IP_PKTINFO, UDP_SEGMENT, many datagrams in one call.
@NullMarked
package dev.bootbus.runtime.libc;

import org.jspecify.annotations.NullMarked;
