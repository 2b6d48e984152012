package dev.bootbus.probe.dhcp;

/// What became of a request.
public sealed interface Answer {
  Exchange exchange();

  /// DHCPACK
  record Acknowledged(Reply reply, Exchange exchange) implements Answer {
    public Lease lease() {
      return Lease.of(reply);
    }
  }

  /// DHCPNAK
  record Refused(Reply reply, Exchange exchange) implements Answer {}

  /// Nobody answered.
  record Silence(Exchange exchange) implements Answer {}

  /// It could not be sent.
  ///
  /// @param why for people
  record Unsent(String why, Exchange exchange) implements Answer {}
}
