package dev.bootbus.schema;

import static dev.bootbus.schema.Json.field;
import static dev.bootbus.schema.Json.number;
import static dev.bootbus.schema.Json.text;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.Fields.Names;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.OptionalLong;

/// The file messages as JSON.
final class FileJson {
  private static final Names ERROR = Names.of("Code", "Message");
  private static final Names DATA =
      Names.of(
              "Path",
              "Protocol",
              "Peer",
              "MACAddress",
              "Traceparent",
              "Token",
              "Offset",
              "Version",
              "Content",
              "Base64",
              "MediaType",
              "Size",
              "More",
              "RetryAfter",
              "DryRun",
              "ClientArch")
          .and("Error", ERROR);
  private static final Names EVENT = Json.eventOf(DATA);

  private FileJson() {}

  static byte[] write(Envelope envelope, FileRequest request) {
    return Json.write(
        envelope,
        json -> {
          json.writeStringField("Path", request.path());
          json.writeStringField("Protocol", request.protocol().name());
          json.writeStringField("Peer", Addresses.shown(request.peer()));
          GoValues.writeText(json, "MACAddress", request.mac().toString());
          GoValues.writeText(json, "Traceparent", request.traceparent());
          GoValues.writeText(json, "Token", request.token());
          if (request.offset() > 0) {
            json.writeNumberField("Offset", request.offset());
          }
          GoValues.writeText(json, "Version", request.version());
          if (request.isDryRun()) {
            json.writeBooleanField("DryRun", true);
          }
          GoValues.writeNumbers(json, "ClientArch", request.clientArch());
        });
  }

  static FileRequest readRequest(byte[] message) throws MalformedMessageException {
    Fields data = Json.readData(message, EVENT, DATA);
    String path = text(field(data, "Path"));
    if (path.isEmpty()) {
      throw new MalformedMessageException("the request has no Path");
    }
    String protocol = text(field(data, "Protocol"));
    try {
      return new FileRequest(
          path,
          FileRequest.Protocol.valueOf(protocol),
          InetAddress.ofLiteral(text(field(data, "Peer"))),
          GoValues.mac(field(data, "MACAddress")),
          text(field(data, "Traceparent")),
          text(field(data, "Token")),
          number(field(data, "Offset"), "Offset", 0, FileAnswer.MAX_SIZE),
          text(field(data, "Version")),
          field(data, "DryRun").asBoolean(),
          GoValues.numbers(field(data, "ClientArch"), "ClientArch"));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(Json.brief(String.valueOf(e.getMessage())));
    }
  }

  static byte[] write(Envelope envelope, FileAnswer answer) {
    return switch (answer) {
      case FileAnswer.Content content -> Json.write(envelope, json -> write(json, content));
      case FileAnswer.NotFound(String reason) -> writeError(envelope, 404, reason);
      case FileAnswer.Denied(String reason) -> writeError(envelope, 403, reason);
      case FileAnswer.NotReady(String reason, Duration retryAfter) ->
          Json.write(
              envelope,
              json -> {
                DhcpJson.writeError(json, FileAnswer.NotReady.CODE, reason);
                json.writeNumberField("RetryAfter", retryAfter.toSeconds());
              });
      case FileAnswer.Failed(int code, String reason) -> writeError(envelope, code, reason);
    };
  }

  private static void write(JsonGenerator json, FileAnswer.Content content) throws IOException {
    switch (content.body()) {
      case FileAnswer.Body.Text(String text) -> json.writeStringField("Content", text);
      case FileAnswer.Body.Bytes bytes -> json.writeBinaryField("Base64", bytes.copy());
    }
    json.writeStringField("MediaType", content.mediaType());
    if (content.size().isPresent()) {
      json.writeNumberField("Size", content.size().getAsLong());
    }
    if (content.more()) {
      json.writeBooleanField("More", true);
    }
    GoValues.writeText(json, "Version", content.version());
  }

  static byte[] writeError(Envelope envelope, int code, String reason) {
    return Json.write(envelope, json -> DhcpJson.writeError(json, code, reason));
  }

  static FileAnswer readAnswer(byte[] message) throws MalformedMessageException {
    Fields data = Json.readData(message, EVENT, DATA);
    Fields error = data.object("Error").orElseGet(() -> new Fields(ERROR));
    int code = (int) number(field(error, "Code"), "Error.Code", 0, Integer.MAX_VALUE);
    String reason = text(field(error, "Message"));
    if (code != 0 || !reason.isEmpty()) {
      return switch (code) {
        case 404 -> new FileAnswer.NotFound(reason);
        case 403 -> new FileAnswer.Denied(reason);
        case FileAnswer.NotReady.CODE -> unavailable(reason, field(data, "RetryAfter"));
        default -> new FileAnswer.Failed(code, reason);
      };
    }
    String mediaType = text(field(data, "MediaType"));
    try {
      return new FileAnswer.Content(
          body(data),
          mediaType.isEmpty() ? "application/octet-stream" : mediaType,
          size(field(data, "Size")),
          field(data, "More").asBoolean(),
          text(field(data, "Version")));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()));
    }
  }

  private static FileAnswer unavailable(String reason, JsonNode retryAfter)
      throws MalformedMessageException {
    long seconds = number(retryAfter, "RetryAfter", 0, Integer.MAX_VALUE);
    return seconds == 0
        ? new FileAnswer.Failed(FileAnswer.NotReady.CODE, reason)
        : new FileAnswer.NotReady(reason, Duration.ofSeconds(seconds));
  }

  private static FileAnswer.Body body(Fields data) throws MalformedMessageException {
    JsonNode content = field(data, "Content");
    JsonNode bytes = field(data, "Base64");
    if (content.isTextual()) {
      return new FileAnswer.Body.Text(content.textValue());
    }
    if (bytes.isTextual()) {
      return FileAnswer.Body.Bytes.of(Json.base64(bytes.textValue()));
    }
    throw new MalformedMessageException("the answer has none of Content, Base64 and Error");
  }

  private static OptionalLong size(JsonNode size) throws MalformedMessageException {
    return size.isMissingNode() || size.isNull()
        ? OptionalLong.empty()
        : OptionalLong.of(number(size, "Size", 0, FileAnswer.MAX_SIZE));
  }
}
