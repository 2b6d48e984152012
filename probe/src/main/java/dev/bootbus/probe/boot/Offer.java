package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import java.net.Inet4Address;
import java.util.Optional;

/// A DHCPOFFER, or another answer of a server, as this machine got it.
///
/// @param from where the packet came from: the server, or the relay that passed it on
record Offer(Inet4Address from, DhcpMessage message) {

  /// Whether it is of a ProxyDHCP server, which has no address to give (PXE 2.1 §2.2.2).
  boolean isProxy() {
    return message.yiaddr().equals(DhcpMessage.NO_ADDRESS);
  }

  boolean hasServerId() {
    return message.options().has(Option.SERVER_ID);
  }

  /// Option 54, and where that is missing the sender.
  Inet4Address server() {
    return message.options().get(Option.SERVER_ID).orElse(from);
  }

  boolean isOf(String vendorClass) {
    return message
        .options()
        .get(Option.VENDOR_CLASS)
        .filter(v -> v.startsWith(vendorClass))
        .isPresent();
  }

  PxeOptions pxe() {
    return PxeOptions.of(message.options());
  }

  /// Option 67, or else the field; empty where neither is there.
  String bootFile() {
    return bootFile(message);
  }

  static String bootFile(DhcpMessage message) {
    String option = message.options().get(Option.BOOT_FILE_NAME).orElse("");
    return upToNul(option.isEmpty() ? message.file() : option);
  }

  /// siaddr, unless it is 0.0.0.0.
  Optional<Inet4Address> nextServer() {
    return Optional.of(message.siaddr()).filter(a -> !a.equals(DhcpMessage.NO_ADDRESS));
  }

  private static String upToNul(String name) {
    int end = name.indexOf('\0');
    return end < 0 ? name : name.substring(0, end);
  }

  /// For people: who offers what.
  @Override
  public String toString() {
    String what = isProxy() ? "ProxyDHCP" : message.yiaddr().getHostAddress();
    String file = bootFile();
    return "%s from %s%s"
        .formatted(what, server().getHostAddress(), file.isEmpty() ? "" : ", file " + file);
  }
}
