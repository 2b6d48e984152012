package dev.bootbus.tftp.wire;

/// Bytes that are no TFTP packet; the only exception that decoding throws.
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedPacketException(String message) {
    super(message, null, false, false);
  }
}
