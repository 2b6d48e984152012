package dev.bootbus.dhcp.wire;

import java.util.Optional;

/// What a message is for: the value of option 53 (RFC 2132 §9.6). Later RFCs' types are for leases
/// that this server does not keep.
public enum MessageType {
  DISCOVER,
  OFFER,
  REQUEST,
  DECLINE,
  ACK,
  NAK,
  RELEASE,
  INFORM;

  private static final MessageType[] ALL = values(); // each call makes another copy

  public int code() {
    return ordinal() + 1;
  }

  public static Optional<MessageType> of(int code) {
    return code >= 1 && code <= ALL.length ? Optional.of(ALL[code - 1]) : Optional.empty();
  }
}
