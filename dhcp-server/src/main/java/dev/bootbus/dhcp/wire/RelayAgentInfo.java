package dev.bootbus.dhcp.wire;

import java.net.Inet4Address;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a relay says of where the client is: the sub-options of option 82 (RFC 3046 §2.0). Unlike
/// options they know neither PAD nor END, and one given twice means what it says first.
public final class RelayAgentInfo {
  public static final RelayAgentInfo NONE = new RelayAgentInfo(new TreeMap<>());

  /// RFC 3046 §3.1: the port that the client is at
  private static final int CIRCUIT_ID = 1;

  /// RFC 3046 §3.2: the modem or switch that the client is at
  private static final int REMOTE_ID = 2;

  /// RFC 3527 §3
  private static final int LINK_SELECTION = 5;

  /// RFC 3993 §2
  private static final int SUBSCRIBER_ID = 6;

  /// RFC 4243 §3
  private static final int VENDOR_SPECIFIC = 9;

  /// RFC 5107 §4
  private static final int SERVER_ID_OVERRIDE = 11;

  private final SortedMap<Integer, Bytes> subOptions;

  private RelayAgentInfo(SortedMap<Integer, Bytes> subOptions) {
    this.subOptions = subOptions;
  }

  /// What a packet's relay says. Without a relay (`giaddr`) whoever is on the link may have written
  /// it, and what cannot be read means nothing.
  public static RelayAgentInfo of(DhcpMessage message) {
    Optional<Bytes> value = message.options().get(Option.RELAY_AGENT_INFO);
    if (value.isEmpty() || message.giaddr().equals(DhcpMessage.NO_ADDRESS)) {
      return NONE;
    }
    try {
      return read(value.get());
    } catch (MalformedPacketException e) {
      return NONE;
    }
  }

  /// @throws MalformedPacketException if a sub-option runs past the end: then nothing of it means
  ///     anything, and it can only be given back
  static RelayAgentInfo read(Bytes value) throws MalformedPacketException {
    SortedMap<Integer, Bytes> subOptions = new TreeMap<>();
    int at = 0;
    while (at < value.length()) {
      int end = at + 1 < value.length() ? at + 2 + value.at(at + 1) : Integer.MAX_VALUE;
      if (end > value.length()) {
        throw new MalformedPacketException("relay sub-option " + value.at(at) + " is cut off");
      }
      subOptions.putIfAbsent(value.at(at), value.slice(at + 2, end - at - 2));
      at = end;
    }
    return new RelayAgentInfo(Collections.unmodifiableSortedMap(subOptions));
  }

  public Optional<Bytes> circuitId() {
    return raw(CIRCUIT_ID);
  }

  public Optional<Bytes> remoteId() {
    return raw(REMOTE_ID);
  }

  public Optional<Bytes> subscriberId() {
    return raw(SUBSCRIBER_ID);
  }

  public Optional<Bytes> vendorSpecific() {
    return raw(VENDOR_SPECIFIC);
  }

  /// An address in the subnet that the client's is to be from.
  public Optional<Inet4Address> linkSelection() {
    return address(LINK_SELECTION);
  }

  /// What the client is to take for the server's address, so that it renews through the relay.
  public Optional<Inet4Address> serverIdOverride() {
    return address(SERVER_ID_OVERRIDE);
  }

  public Optional<Bytes> raw(int code) {
    return Optional.ofNullable(subOptions.get(code));
  }

  /// Empty too if the sub-option is not four bytes long.
  private Optional<Inet4Address> address(int code) {
    return raw(code)
        .filter(value -> value.length() == Integer.BYTES)
        .map(value -> Addresses.read(value.buffer()));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof RelayAgentInfo that && subOptions.equals(that.subOptions);
  }

  @Override
  public int hashCode() {
    return subOptions.hashCode();
  }

  @Override
  public String toString() {
    return subOptions.toString();
  }
}
