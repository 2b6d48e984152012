package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/// An HTTP server that can do everything wrong: it says exactly what it is told to.
final class FakeMirror implements AutoCloseable {

  /// Answers one request and may keep the connection open; it is closed after that.
  @FunctionalInterface
  interface Script {
    void answer(Request request, OutputStream out) throws Exception;
  }

  record Request(String line, List<String> headers) {
    String target() {
      return line.split(" ")[1];
    }

    String header(String name) {
      return headers.stream()
          .filter(header -> header.toLowerCase().startsWith(name.toLowerCase() + ":"))
          .map(header -> header.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket socket;
  private final String scheme;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private FakeMirror(ServerSocket socket, String scheme) {
    this.socket = socket;
    this.scheme = scheme;
  }

  static FakeMirror start(Script script) throws IOException {
    return start(ServerSocketFactory.getDefault(), "http", script);
  }

  static FakeMirror start(ServerSocketFactory sockets, String scheme, Script script)
      throws IOException {
    ServerSocket socket = sockets.createServerSocket(0, 64, InetAddress.getLoopbackAddress());
    FakeMirror mirror = new FakeMirror(socket, scheme);
    Thread.ofVirtual().start(() -> mirror.serve(script));
    return mirror;
  }

  URI url() {
    return URI.create(scheme + "://localhost:" + socket.getLocalPort() + "/");
  }

  private void serve(Script script) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> converse(client, script));
      } catch (IOException e) {
        // the next, or the end
      }
    }
  }

  private void converse(Socket client, Script script) {
    try (client) {
      var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
      String line = in.readLine();
      List<String> headers = new CopyOnWriteArrayList<>();
      for (String header = in.readLine();
          header != null && !header.isEmpty();
          header = in.readLine()) {
        headers.add(header);
      }
      if (line != null) {
        Request request = new Request(line, headers);
        requests.add(request);
        script.answer(request, client.getOutputStream());
        client.getOutputStream().flush();
      }
    } catch (Exception e) {
      // a client that went away, or the end of the test
    } finally {
      open.remove(client);
    }
  }

  static void say(OutputStream out, String status, String headers, byte[] body) throws IOException {
    String head = "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers;
    out.write((head + "Content-Length: " + body.length + "\r\n\r\n").getBytes(ISO_8859_1));
    out.write(body);
  }

  static void head(OutputStream out, String status, String headers) throws IOException {
    out.write(
        ("HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers + "\r\n")
            .getBytes(ISO_8859_1));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket client : open) {
      client.close();
    }
  }
}
