package dev.bootbus.dhcp.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// IPv4 addresses as four bytes.
final class Addresses {
  private Addresses() {}

  static Inet4Address read(ByteBuffer buffer) {
    byte[] four = new byte[4];
    buffer.get(four);
    try {
      return (Inet4Address) InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}
