package dev.bootbus.dhcp;

import java.net.Inet4Address;

/// Where one interface is listened on.
///
/// @param network the interface's name, or empty for all interfaces
/// @param own the address that answers come from, and that clients know us by
/// @param proxyPort the boot service's, or 0 for none
record Listen(String network, Inet4Address own, int port, int clientPort, int proxyPort) {

  /// For the log.
  @Override
  public String toString() {
    return "interface=%s address=%s port=%d proxy-port=%d"
        .formatted(Place.label(network), own.getHostAddress(), port, proxyPort);
  }
}
