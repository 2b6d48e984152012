package dev.bootbus.schema.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.MacAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/// A request as a front end writes it, and what can be changed about it. Each writing has an id of
/// its own, because backends may drop an event that they have already seen.
final class Question {
  private static final JsonMapper MAPPER = Answer.MAPPER;
  private static final String SOURCE = "/bootbus/conformance";

  private final ObjectNode event;

  private Question(ObjectNode event) {
    this.event = event;
  }

  /// The DISCOVER of an x86-64 UEFI machine. It is no REQUEST, so that no lease comes of it.
  static Question of(MacAddress mac) {
    Question question = bare("dev.bootbus.dhcp.request");
    question
        .data()
        .put("MACAddress", base64(mac))
        .put("Traceparent", "")
        .put("MessageType", "DISCOVER")
        .put("Xid", 0x626F_6F74)
        .put("VendorClass", "PXEClient:Arch:00007:UNDI:003000")
        .put("Interface", "eth0")
        .putArray("ClientArch")
        .add(7);
    return question;
  }

  static Question ofFile(String path, MacAddress mac) {
    Question question = bare("dev.bootbus.file.request");
    question
        .data()
        .put("Path", path)
        .put("Protocol", "HTTP")
        .put("Peer", "192.0.2.1")
        .put("MACAddress", mac.toString());
    return question;
  }

  private static Question bare(String type) {
    ObjectNode event =
        MAPPER
            .createObjectNode()
            .put("specversion", "1.0")
            .put("id", "")
            .put("source", SOURCE)
            .put("type", type)
            .put("datacontenttype", "application/json");
    event.putObject("data");
    return new Question(event);
  }

  private ObjectNode data() {
    return event.withObject("/data");
  }

  /// The MACAddress as it is written.
  String machine() {
    return data().path("MACAddress").asText();
  }

  /// Sets one of the facts.
  Question with(String key, Object value) {
    Question copy = new Question(event.deepCopy());
    copy.data().set(key, MAPPER.valueToTree(value));
    return copy;
  }

  Question without(String key) {
    Question copy = new Question(event.deepCopy());
    copy.data().remove(key);
    return copy;
  }

  /// Sets an attribute of the event itself.
  Question attribute(String name, Object value) {
    Question copy = new Question(event.deepCopy());
    copy.event.set(name, MAPPER.valueToTree(value));
    return copy;
  }

  Question withoutAttribute(String name) {
    Question copy = new Question(event.deepCopy());
    copy.event.remove(name);
    return copy;
  }

  /// The same with its data as `data_base64` (CloudEvents JSON format §3.1.1).
  Question inBase64() {
    Question copy = new Question(event.deepCopy());
    JsonNode data = copy.event.remove("data");
    copy.event.put("data_base64", Base64.getEncoder().encodeToString(write(data)));
    return copy;
  }

  byte[] bytes() {
    return write(event.put("id", UUID.randomUUID().toString()));
  }

  static String base64(MacAddress mac) {
    return Base64.getEncoder().encodeToString(mac.bytes());
  }

  private static byte[] write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
