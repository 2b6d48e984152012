package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;

/// A datagram that came for a machine.
sealed interface Heard {
  Sender sender();

  /// [System#nanoTime] when it came
  long at();

  /// @param broadcast whether everybody on the link got it
  record Message(DhcpMessage message, Bytes payload, Sender sender, boolean broadcast, long at)
      implements Heard {}

  /// It names the machine, and cannot be read.
  record Garbage(String why, int size, Sender sender, long at) implements Heard {}
}
