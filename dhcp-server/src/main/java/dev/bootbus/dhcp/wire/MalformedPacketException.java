package dev.bootbus.dhcp.wire;

/// Bytes that are not what they should be; the only exception that decoding throws. It has no stack
/// trace, because a hostile packet should not cost more than a good one.
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedPacketException(String message) {
    super(message, null, false, false);
  }
}
