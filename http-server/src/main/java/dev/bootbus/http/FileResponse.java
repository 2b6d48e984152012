package dev.bootbus.http;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/// The head of a response with a file, or with parts of one.
final class FileResponse {
  private static final HttpField ACCEPT_RANGES =
      new PreEncodedHttpField(HttpHeader.ACCEPT_RANGES, "bytes");

  private FileResponse() {}

  /// Sets the status and all headers, Content-Length among them. Where there is no body to send it
  /// also completes the response.
  ///
  /// @param file with a length
  /// @return the body; empty if the response is complete
  static List<Piece> begin(Exchange exchange, Representation file, Answer answer) {
    switch (answer) {
      case Answer.Whole() -> {
        encoded(exchange, file);
        ByteRange all = new ByteRange(0, file.length() - 1);
        return begin(exchange, 200, file, file.mediaType(), List.of(new Piece.Bytes(all)));
      }
      case Answer.Part(var range) -> {
        encoded(exchange, file);
        exchange.header(HttpHeader.CONTENT_RANGE, range.of(file.length()));
        return begin(exchange, 206, file, file.mediaType(), List.of(new Piece.Bytes(range)));
      }
      case Answer.Parts(var ranges) -> {
        // made of the entity tag, which no file holds by chance
        String boundary = "bootbus" + file.etag().replaceAll("[^0-9a-f-]", "");
        String mediaType = "multipart/byteranges; boundary=" + boundary;
        return begin(exchange, 206, file, mediaType, Piece.multipart(ranges, file, boundary));
      }
      case Answer.Nothing nothing -> {
        refuse(exchange, file, nothing);
        return List.of();
      }
    }
  }

  /// Of several parts each says so itself, as what they come in is not packed.
  private static void encoded(Exchange exchange, Representation file) {
    if (file.coding() == Representation.Coding.GZIP) {
      exchange.header(HttpHeader.CONTENT_ENCODING, "gzip");
    }
  }

  /// Does so for a file whose length nobody knows: without Content-Length, so that HTTP/1.1 gets
  /// chunks, and HTTP/1.0 the end of the connection.
  ///
  /// @return whether there is a body to send
  static boolean beginUnsized(Exchange exchange, Representation file, Answer answer) {
    if (answer instanceof Answer.Nothing nothing) {
      refuse(exchange, file, nothing);
      return false;
    }
    exchange.header(HttpHeader.CONTENT_TYPE, file.mediaType());
    exchange.response().getHeaders().add(file.validators());
    exchange.response().setStatus(200);
    if (exchange.isHead()) {
      exchange.sendHeadOnly();
    }
    return !exchange.isHead();
  }

  private static List<Piece> begin(
      Exchange exchange, int status, Representation file, String mediaType, List<Piece> body) {
    long length = Piece.length(body);
    exchange.header(HttpHeader.CONTENT_TYPE, mediaType);
    exchange.response().getHeaders().put(ACCEPT_RANGES).add(file.validators());
    exchange.begin(status, length);
    if (length == 0 || exchange.isHead()) {
      exchange.sendNothing();
      return List.of();
    }
    return body;
  }

  private static void refuse(Exchange exchange, Representation file, Answer.Nothing nothing) {
    switch (nothing) {
      case Answer.NotModified() -> {
        exchange.response().getHeaders().add(file.validators());
        exchange.response().setStatus(304);
        exchange.sendNothing();
      }
      case Answer.PreconditionFailed() ->
          exchange.say(412, "The file is not the version that the request insists on.");
      case Answer.NotSatisfiable() -> {
        exchange.header(HttpHeader.CONTENT_RANGE, "bytes */" + file.length());
        exchange.say(416, "The file has only " + file.length() + " bytes.");
      }
    }
  }
}
