package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.ArpPacket;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.channels.ClosedChannelException;

/// The ARP that is said on an Ethernet link.
interface ArpLink extends AutoCloseable {

  /// Asks everybody on the link who has the address (RFC 5227 §2.1.1). May be called from any
  /// thread.
  void probe(Inet4Address address) throws IOException;

  /// Waits for the next packet of somebody else. Only one thread at a time may wait.
  ///
  /// @throws ClosedChannelException once the link is closed
  ArpPacket receive() throws IOException, MalformedPacketException;

  /// Lets a waiting [#receive] end soon.
  @Override
  void close();
}
