package dev.bootbus.schema.conformance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.MalformedMessageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// A reply as it lies on the wire, nested or flat.
///
/// @param event the whole of it
/// @param data an object
record Answer(JsonNode event, JsonNode data) {
  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(64L << 20) // the most that a nats-server may carry
                          .maxNestingDepth(64)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int SHOWN = 80;

  /// @throws MalformedMessageException if nothing can be made of it
  static Answer read(byte[] reply) throws MalformedMessageException {
    JsonNode event = parse(reply);
    if (!event.isObject()) {
      throw new MalformedMessageException("not a JSON object: " + brief(text(reply)));
    }
    JsonNode base64 = field(event, "data_base64");
    JsonNode data = base64.isTextual() ? parse(decode(base64.textValue())) : field(event, "data");
    if (data.isTextual()) {
      data = parse(data.textValue().getBytes(StandardCharsets.UTF_8));
    }
    if (!data.isObject()) {
      throw new MalformedMessageException("no data object: " + brief(event.toString()));
    }
    return new Answer(event, data);
  }

  private static JsonNode parse(byte[] json) throws MalformedMessageException {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new MalformedMessageException(
          "not JSON: %s (%s)".formatted(brief(text(json)), brief(e.getOriginalMessage())));
    } catch (IOException e) {
      throw new MalformedMessageException("not JSON: " + e.getMessage());
    }
  }

  private static byte[] decode(String base64) throws MalformedMessageException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("not base64: " + brief(base64));
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, SHOWN + 1), StandardCharsets.UTF_8);
  }

  static String brief(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "…";
  }

  /// A field by name; names differ only in more than case.
  static JsonNode field(JsonNode object, String name) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    return MissingNode.getInstance();
  }

  /// Null, the empty string and a missing key all mean "unset".
  static boolean isUnset(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isTextual() && node.asText().isEmpty());
  }

  /// Whether its fields lie beside each other, as in older peers.
  boolean isFlat() {
    return !field(data, "DHCP").isObject() && !field(data, "Netboot").isObject();
  }

  JsonNode dhcp(String name) {
    return field(isFlat() ? data : field(data, "DHCP"), name);
  }

  JsonNode netboot(String name) {
    return field(isFlat() ? data : field(data, "Netboot"), name);
  }

  JsonNode error(String name) {
    JsonNode error = field(data, "Error");
    return field(error.isObject() ? error : data, name);
  }

  int code() {
    return error("Code").asInt();
  }

  String message() {
    return error("Message").asText("");
  }

  boolean isError() {
    return code() != 0 || !message().isEmpty();
  }

  String address() {
    JsonNode address = dhcp("IPAddress");
    return isUnset(address) ? "" : address.asText();
  }

  /// @throws MalformedMessageException if there is one that cannot be read
  MacAddress mac() throws MalformedMessageException {
    return mac(dhcp("MACAddress"));
  }

  static MacAddress mac(JsonNode mac) throws MalformedMessageException {
    if (isUnset(mac)) {
      return MacAddress.NONE;
    }
    String text = mac.asText();
    try {
      return text.matches("[0-9A-Fa-f]{12}|.*[:.-].*")
          ? MacAddress.parse(text)
          : MacAddress.of(decode(text));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("MACAddress is " + brief(mac.toString()));
    }
  }

  /// An attribute of the event, or the empty string.
  String attribute(String name) {
    return event.path(name).asText("");
  }

  /// Whether the same is said of the machine, in whatever words.
  boolean agreesWith(Answer other) {
    return isError() == other.isError()
        && code() == other.code()
        && address().equals(other.address());
  }

  /// For people.
  String outcome() {
    if (isError()) {
      return "error %d \"%s\"".formatted(code(), brief(message()));
    }
    return address().isEmpty() ? "an answer without address" : "an answer with " + address();
  }
}
