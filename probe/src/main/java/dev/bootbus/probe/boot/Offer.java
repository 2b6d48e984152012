package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.runtime.terminal.Terminal;
import java.net.Inet4Address;
import java.util.Optional;

/// A DHCPOFFER, or another answer of a server, as PXE clients look at it.
record Offer(Reply reply) {

  DhcpMessage message() {
    return reply.message();
  }

  /// Whether it is of a ProxyDHCP server, which has no address to give (PXE 2.1 §2.2.2).
  boolean isProxy() {
    return !reply.givesAddress();
  }

  boolean hasServerId() {
    return reply.serverId().isPresent();
  }

  /// Option 54, and where that is missing the sender.
  Inet4Address server() {
    return reply.serverId().orElse((Inet4Address) reply.sender().address().getAddress());
  }

  boolean isOf(String vendorClass) {
    return isOf(message(), vendorClass);
  }

  static boolean isOf(DhcpMessage message, String vendorClass) {
    return message
        .options()
        .get(Option.VENDOR_CLASS)
        .filter(v -> v.startsWith(vendorClass))
        .isPresent();
  }

  PxeOptions pxe() {
    return PxeOptions.of(message().options());
  }

  /// Option 67, or else the field; empty where neither is there.
  String bootFile() {
    return bootFile(message());
  }

  static String bootFile(DhcpMessage message) {
    String option = message.options().get(Option.BOOT_FILE_NAME).orElse("");
    return upToNul(option.isEmpty() ? message.file() : option);
  }

  Optional<Inet4Address> nextServer() {
    return nextServer(message());
  }

  /// siaddr, unless it is 0.0.0.0.
  static Optional<Inet4Address> nextServer(DhcpMessage message) {
    return Optional.of(message.siaddr()).filter(a -> !a.equals(DhcpMessage.NO_ADDRESS));
  }

  private static String upToNul(String name) {
    int end = name.indexOf('\0');
    return end < 0 ? name : name.substring(0, end);
  }

  /// For people: who offers what.
  @Override
  public String toString() {
    return server().getHostAddress() + " offers " + said(message());
  }

  /// What a message holds for a machine that wants to boot; printable.
  static String said(DhcpMessage message) {
    boolean proxy = message.yiaddr().equals(DhcpMessage.NO_ADDRESS);
    String file = bootFile(message);
    String text = proxy ? "no address" : message.yiaddr().getHostAddress();
    text += file.isEmpty() ? ", no boot file" : ", file " + file;
    text += nextServer(message).map(next -> ", next server " + next.getHostAddress()).orElse("");
    return Terminal.printable(text);
  }
}
