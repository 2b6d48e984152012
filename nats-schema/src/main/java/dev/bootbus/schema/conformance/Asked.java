package dev.bootbus.schema.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.MalformedMessageException;

/// A request as the simulator understands it.
///
/// @param mac [MacAddress#NONE] when it holds none
/// @param isBase64 whether the MAC was written as Go writes and reads it
/// @param trouble why it cannot be read, or the empty string
record Asked(
    MacAddress mac, boolean isBase64, String messageType, String traceparent, String trouble) {

  static Asked read(byte[] request) {
    try {
      JsonNode data = Answer.read(request).data();
      JsonNode mac = Answer.field(data, "MACAddress");
      return new Asked(
          Answer.mac(mac),
          Answer.isUnset(mac) || !mac.asText().matches(".*[:.-].*"),
          Answer.field(data, "MessageType").asText(""),
          Answer.field(data, "Traceparent").asText(""),
          "");
    } catch (MalformedMessageException e) {
      return new Asked(MacAddress.NONE, false, "", "", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String toString() {
    return trouble.isEmpty()
        ? (mac.isNone() ? "(no MAC)" : mac.toString())
            + (messageType.isEmpty() ? "" : " " + messageType)
        : "(" + trouble + ")";
  }
}
