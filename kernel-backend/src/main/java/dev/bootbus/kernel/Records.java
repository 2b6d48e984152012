package dev.bootbus.kernel;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;

/// The JSON in the buckets: flat objects, read with every doubt and written in one order of
/// fields.
final class Records {
  private static final int MAX_RECORD = 64 * 1024;
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          new JsonFactoryBuilder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxDocumentLength(MAX_RECORD)
                      .maxNestingDepth(16)
                      .maxNumberLength(32)
                      .build())
              .build());

  private Records() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] write(ObjectNode record) {
    try {
      return MAPPER.writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode read(byte[] bytes) throws UnreadableRecordException {
    try {
      if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new UnreadableRecordException("not a JSON object");
    } catch (IOException e) {
      throw new UnreadableRecordException("not JSON");
    }
  }

  static MacAddress mac(ObjectNode record) throws UnreadableRecordException {
    try {
      MacAddress mac = MacAddress.parse(text(record, "mac"));
      if (!mac.isNone()) {
        return mac;
      }
    } catch (IllegalArgumentException e) {
      // the same complaint
    }
    throw new UnreadableRecordException("mac is not a hardware address");
  }

  /// Text, or empty where there is none.
  static String text(ObjectNode record, String field) throws UnreadableRecordException {
    JsonNode value = record.get(field);
    if (value == null || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new UnreadableRecordException(field + " is not text");
    }
    return value.textValue();
  }

  static Instant time(ObjectNode record, String field) throws UnreadableRecordException {
    JsonNode value = record.get(field);
    if (value == null || !value.canConvertToExactIntegral() || !value.canConvertToLong()) {
      throw new UnreadableRecordException(field + " is not a time in milliseconds");
    }
    try {
      return Instant.ofEpochMilli(value.longValue());
    } catch (DateTimeException e) {
      throw new UnreadableRecordException(field + " is not a time in milliseconds");
    }
  }
}
