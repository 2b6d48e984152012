package dev.bootbus.kernel.store;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;

/// The JSON in the buckets: flat objects, read with every doubt and written in one order of
/// fields.
public final class Records {
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

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  public static byte[] write(ObjectNode record) {
    try {
      return MAPPER.writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ObjectNode read(byte[] bytes) throws UnreadableRecordException {
    try {
      if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new UnreadableRecordException("not a JSON object");
    } catch (IOException e) {
      throw new UnreadableRecordException("not JSON");
    }
  }

  public static JsonGenerator generator(OutputStream out) throws IOException {
    return MAPPER.getFactory().createGenerator(out);
  }

  public static JsonParser parser(byte[] bytes) throws IOException {
    return MAPPER.getFactory().createParser(bytes);
  }

  /// The value that a parser stands at, if it is text; empty for null.
  public static String text(JsonParser json, String field)
      throws IOException, UnreadableRecordException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NULL -> "";
      case null, default -> throw new UnreadableRecordException(field + " is not text");
    };
  }

  public static long millis(JsonParser json, String field)
      throws IOException, UnreadableRecordException {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
        || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new UnreadableRecordException(field + " is not a time in milliseconds");
    }
    return json.getLongValue();
  }

  public static MacAddress mac(ObjectNode record) throws UnreadableRecordException {
    return mac(text(record, "mac"));
  }

  public static MacAddress mac(String text) throws UnreadableRecordException {
    try {
      MacAddress mac = MacAddress.parse(text);
      if (!mac.isNone()) {
        return mac;
      }
    } catch (IllegalArgumentException e) {
      // the same complaint
    }
    throw new UnreadableRecordException("mac is not a hardware address");
  }

  /// Text, or empty where there is none.
  public static String text(ObjectNode record, String field) throws UnreadableRecordException {
    JsonNode value = record.get(field);
    if (value == null || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new UnreadableRecordException(field + " is not text");
    }
    return value.textValue();
  }

  public static Instant time(ObjectNode record, String field) throws UnreadableRecordException {
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
