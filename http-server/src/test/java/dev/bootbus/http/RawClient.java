package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A client that sends any bytes whatsoever, and reads what comes back strictly: lines end in CR LF
/// and a body is as long as its Content-Length.
final class RawClient implements AutoCloseable {
  record Answer(int status, String statusLine, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    String text() {
      return new String(body, ISO_8859_1);
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /// @param socket connected; closed with the client
  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  static Answer once(int port, String request) throws IOException {
    try (RawClient client = new RawClient(port)) {
      return client.send(request).answer();
    }
  }

  Socket socket() {
    return socket;
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  RawClient get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  /// What comes next; a head is read from here, too.
  InputStream in() {
    return in;
  }

  Answer answer() throws IOException {
    return answer(true);
  }

  /// @param withBody false for the answer to HEAD
  Answer answer(boolean withBody) throws IOException {
    Answer head = head();
    if (!withBody || head.status == 304) {
      return head;
    }
    String length = head.header("Content-Length");
    if (length.isEmpty()) {
      throw new IOException("no Content-Length: " + head);
    }
    byte[] body = in.readNBytes(Integer.parseInt(length));
    if (body.length < Integer.parseInt(length)) {
      throw new EOFException("body of " + body.length + " instead of " + length + " bytes");
    }
    return new Answer(head.status, head.statusLine, head.headers, body);
  }

  Answer head() throws IOException {
    String statusLine = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(": ");
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    return new Answer(status, statusLine, headers, new byte[0]);
  }

  /// A body in chunks (RFC 9112 §7.1), without trailers.
  byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      byte[] chunk = in.readNBytes(size);
      if (chunk.length < size || !line().isEmpty()) {
        throw new EOFException("chunk of " + chunk.length + " instead of " + size + " bytes");
      }
      body.writeBytes(chunk);
    }
    if (!line().isEmpty()) {
      throw new IOException("trailers");
    }
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server closed the connection after: " + line);
      }
      line.write(b);
    }
    if (in.read() != '\n') {
      throw new IOException("CR without LF after: " + line);
    }
    return line.toString(ISO_8859_1);
  }

  /// Whether the server closes the connection without a further byte.
  boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException e) {
      return true; // reset
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
