package dev.bootbus.schema;

/// "What would you answer to this packet?": asked of every dhcp-server at once, on
/// `bootbus.v1.explain.dhcp`, in plain JSON. Nobody has sent the packet, and nothing is sent or
/// kept because of the question. Each that reads it replies with an [Explanation].
///
/// @param packet DHCP message as a machine or relay would send it, in hex digits
/// @param network interface that it would come in by; empty for each that is served
/// @param bootService whether it would come to the boot service's port, 4011, and not to that of
///     DHCP
/// @param unicast whether it would be sent to the server alone
public record ExplainRequest(String packet, String network, boolean bootService, boolean unicast) {
  /// After `bootbus.v1.`
  public static final String SUBJECT = "explain.dhcp";

  /// @throws MalformedMessageException if it is no such question
  public static ExplainRequest read(byte[] json) throws MalformedMessageException {
    ExplainRequest read = PlainJson.read(json, ExplainRequest.class);
    return new ExplainRequest(
        PlainJson.text(read.packet), PlainJson.text(read.network), read.bootService, read.unicast);
  }

  public byte[] json() {
    return PlainJson.write(this);
  }
}
