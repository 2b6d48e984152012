package dev.bootbus.schema;

import static dev.bootbus.schema.Json.field;
import static dev.bootbus.schema.Json.number;
import static dev.bootbus.schema.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.Fields.Names;
import java.net.InetAddress;

/// The file messages as JSON.
final class FileJson {
  private static final Names ERROR = Names.of("Code", "Message");
  private static final Names DATA =
      Names.of("Path", "Protocol", "Peer", "MACAddress", "Traceparent", "Content", "MediaType")
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
          DhcpJson.writeText(json, "MACAddress", request.mac().toString());
          DhcpJson.writeText(json, "Traceparent", request.traceparent());
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
          DhcpJson.mac(field(data, "MACAddress")),
          text(field(data, "Traceparent")));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(Json.brief(String.valueOf(e.getMessage())));
    }
  }

  static byte[] write(Envelope envelope, FileAnswer answer) {
    return switch (answer) {
      case FileAnswer.Content(String content, String mediaType) ->
          Json.write(
              envelope,
              json -> {
                json.writeStringField("Content", content);
                json.writeStringField("MediaType", mediaType);
              });
      case FileAnswer.NotFound(String reason) -> writeError(envelope, 404, reason);
      case FileAnswer.Denied(String reason) -> writeError(envelope, 403, reason);
      case FileAnswer.Failed(int code, String reason) -> writeError(envelope, code, reason);
    };
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
        default -> new FileAnswer.Failed(code, reason);
      };
    }
    JsonNode content = field(data, "Content");
    if (!content.isTextual()) {
      throw new MalformedMessageException("the answer has neither Content nor Error");
    }
    String mediaType = text(field(data, "MediaType"));
    return new FileAnswer.Content(
        content.textValue(), mediaType.isEmpty() ? "application/octet-stream" : mediaType);
  }
}
