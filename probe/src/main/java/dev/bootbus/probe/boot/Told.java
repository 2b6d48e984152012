package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.probe.Finding;
import java.net.Inet4Address;

/// What a program has been told to load, when DHCP is over.
sealed interface Told {
  /// @param server where TFTP asks; not used for a URL
  /// @param file a name, or a URL for a program that takes one
  /// @param by the message that said so
  record Load(Inet4Address server, String file, DhcpMessage by) implements Told {}

  /// The program knows by itself what to ask its server for: a Raspberry Pi, FreeBSD's loader.
  record ByItself(Inet4Address server, DhcpMessage by) implements Told {}

  record Disk(String item) implements Told {}

  record Stuck(Finding why) implements Told {}
}
