package dev.bootbus.dhcp;

import dev.bootbus.runtime.Refusal;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Locale;
import java.util.stream.Collectors;

/// A UDP port on one interface.
///
/// @param network the interface's name, or empty for all interfaces
/// @param own the address that answers come from
/// @param flag that sets the number
record Place(String network, Inet4Address own, int number, String flag) {

  /// @throws IllegalArgumentException with one sentence for the operator
  DhcpSocket open() {
    try {
      return !network.isEmpty() && isLinux()
          ? LinuxDhcpSocket.open(network(network), own, number)
          : NioDhcpSocket.open(own, number);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          flag + ": " + Refusal.ofPort("UDP", number, label(network), e, flag));
    }
  }

  boolean isSamePort(Place other) {
    return network.equals(other.network) && number == other.number && number != 0;
  }

  /// For the log.
  static String label(String network) {
    return network.isEmpty() ? "any" : network;
  }

  /// @throws IllegalArgumentException if there is none, with one sentence for the operator
  static NetworkInterface network(String name) {
    try {
      NetworkInterface network = NetworkInterface.getByName(name);
      if (network == null) {
        throw new IllegalArgumentException(
            "--interface: no interface " + name + "; there are " + names());
      }
      return network;
    } catch (SocketException e) {
      throw new IllegalArgumentException(
          "--interface: cannot look at " + name + ": " + e.getMessage());
    }
  }

  static String names() {
    try {
      return NetworkInterface.networkInterfaces()
          .map(NetworkInterface::getName)
          .sorted()
          .collect(Collectors.joining(", "));
    } catch (SocketException e) {
      return "none that could be listed";
    }
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux");
  }
}
