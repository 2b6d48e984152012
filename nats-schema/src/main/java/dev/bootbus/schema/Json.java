package dev.bootbus.schema;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.schema.Fields.Names;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// CloudEvents in structured JSON: a strict writer, and a reader that takes whatever the peers of
/// the Go original are known to send, which the CloudEvents SDK refuses.
final class Json {
  private static final int MAX_MESSAGE = 1 << 20; // nats-server's own default limit
  private static final int MAX_DEPTH = 32;
  private static final int USUAL_SIZE = 1024; // what most messages fit into
  private static final int MAX_RECYCLED = 64;
  private static final String MEDIA_TYPE = "application/json";
  private static final String NO_DATA = "the event has no data object";

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          new JsonFactoryBuilder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxDocumentLength(MAX_MESSAGE)
                      .maxNestingDepth(MAX_DEPTH)
                      .maxNumberLength(64)
                      .build())
              .characterEscapes(new GoEscapes())
              // the default one is of the thread, and each message has a virtual thread of its own
              .recyclerPool(JsonRecyclerPools.newBoundedPool(MAX_RECYCLED))
              .build());

  private Json() {}

  /// A problem (RFC 9457) of no type of its own.
  static byte[] problem(int status, String detail) {
    try {
      return MAPPER.writeValueAsBytes(
          MAPPER
              .createObjectNode()
              .put("type", "about:blank")
              .put("title", "The request was not answered")
              .put("status", status)
              .put("detail", detail));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A writer of the `data` object's fields.
  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  /// One pass for the envelope and the data; the CloudEvents SDK takes two and three times as
  /// long. That both write the same event is tested.
  static byte[] write(Envelope envelope, Body body) {
    var out = new ByteArrayOutputStream(USUAL_SIZE);
    try (JsonGenerator json = MAPPER.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("specversion", "1.0");
      json.writeStringField("id", envelope.id());
      json.writeStringField("source", envelope.source());
      json.writeStringField("type", envelope.type());
      if (!envelope.subject().isEmpty()) {
        json.writeStringField("subject", envelope.subject());
      }
      json.writeStringField("datacontenttype", MEDIA_TYPE);
      if (envelope.time() != null) {
        json.writeStringField("time", envelope.time().toString());
      }
      json.writeObjectFieldStart("data");
      body.write(json);
      json.writeEndObject();
      if (!envelope.traceparent().isEmpty()) {
        json.writeStringField("traceparent", envelope.traceparent());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// The attributes of an event that are read.
  ///
  /// @param data what is read of the `data`
  static Names eventOf(Names data) {
    return Names.of(
            "specversion", "type", "time", "traceparent", "datacontentencoding", "data_base64")
        .and("data", data);
  }

  /// The `data` of an event: an object, however it was wrapped.
  ///
  /// @param event as of [#eventOf], with the names of the data
  static Fields readData(byte[] message, Names event, Names data) throws MalformedMessageException {
    return data(readEvent(message, event), data);
  }

  static Fields readEvent(byte[] message, Names names) throws MalformedMessageException {
    Fields event = parse(message, names, "not a JSON object");
    String version = text(field(event, "specversion"));
    if (!version.isEmpty() && !version.equals("1.0") && !version.equals("0.3")) {
      throw new MalformedMessageException("CloudEvents specversion " + brief(version));
    }
    return event;
  }

  static Fields data(Fields event, Names names) throws MalformedMessageException {
    JsonNode base64 = field(event, "data_base64");
    if (base64.isTextual()) {
      return parse(base64(base64.textValue()), names, NO_DATA);
    }
    JsonNode data = field(event, "data");
    if (data.isTextual()) {
      boolean encoded = text(field(event, "datacontentencoding")).equals("base64");
      String inner = data.textValue();
      byte[] bytes = encoded ? base64(inner) : inner.getBytes(StandardCharsets.UTF_8);
      return parse(bytes, names, NO_DATA);
    }
    return event.object("data").orElseThrow(() -> new MalformedMessageException(NO_DATA));
  }

  private static Fields parse(byte[] bytes, Names names, String complaint)
      throws MalformedMessageException {
    try (JsonParser json = MAPPER.createParser(bytes)) {
      JsonToken first = json.nextToken();
      if (first == JsonToken.START_OBJECT) {
        return Fields.read(json, names);
      }
      if (first != null) {
        Fields.value(json);
      }
      throw new MalformedMessageException(complaint);
    } catch (IOException e) {
      String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new MalformedMessageException("not JSON: " + said.lines().findFirst().orElse(""));
    }
  }

  static byte[] base64(String text) throws MalformedMessageException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("not base64: " + brief(text));
    }
  }

  static JsonNode field(Fields object, String name) {
    return object.value(name);
  }

  /// Text, or the empty string where there is none.
  static String text(JsonNode node) {
    return node.isValueNode() && !node.isNull() ? node.asText() : "";
  }

  /// A whole number within bounds; null, missing and "" are 0.
  static long number(JsonNode node, String name, long min, long max)
      throws MalformedMessageException {
    String text = node.isNumber() ? "" : text(node);
    if (text.isEmpty() && (node.isTextual() || node.isNull() || node.isMissingNode())) {
      return 0;
    }
    try {
      long value = node.isNumber() ? exact(node) : Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // falls through to the one complaint
    }
    throw new MalformedMessageException(name + " is not a number from " + min + " to " + max);
  }

  private static long exact(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong()
        ? number.longValue()
        : number.decimalValue().longValueExact();
  }

  /// What may be shown of a foreign value in a message.
  static String brief(String text) {
    String clean = text.replaceAll("[^\\x20-\\x7e]", "?");
    return clean.length() <= 64 ? clean : clean.substring(0, 64) + "…";
  }

  /// Go's encoding/json escapes `<`, `>`, `&` and two line ends, so that JSON may stand inside
  /// HTML, and has short forms for `\t`, `\n` and `\r` only; golden bytes do too.
  private static final class GoEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private static final SerializedString LESS = new SerializedString("\\u003c");
    private static final SerializedString GREATER = new SerializedString("\\u003e");
    private static final SerializedString AND = new SerializedString("\\u0026");
    private static final SerializedString LINE_END = new SerializedString("\\u2028");
    private static final SerializedString PARAGRAPH_END = new SerializedString("\\u2029");

    /// Asked for by each writer, which does not change it.
    private static final int[] ASCII = ascii();

    @Override
    public int[] getEscapeCodesForAscii() {
      return ASCII;
    }

    private static int[] ascii() {
      int[] codes = standardAsciiEscapesForJSON();
      for (int c = 0; c < ' '; c++) {
        codes[c] = c == '\t' || c == '\n' || c == '\r' ? codes[c] : ESCAPE_CUSTOM;
      }
      codes['<'] = ESCAPE_CUSTOM;
      codes['>'] = ESCAPE_CUSTOM;
      codes['&'] = ESCAPE_CUSTOM;
      return codes;
    }

    @Override
    public @org.jspecify.annotations.Nullable SerializableString getEscapeSequence(int ch) {
      return switch (ch) {
        case '<' -> LESS;
        case '>' -> GREATER;
        case '&' -> AND;
        case 0x2028 -> LINE_END;
        case 0x2029 -> PARAGRAPH_END;
        default -> ch < ' ' ? new SerializedString("\\u%04x".formatted(ch)) : null;
      };
    }
  }
}
