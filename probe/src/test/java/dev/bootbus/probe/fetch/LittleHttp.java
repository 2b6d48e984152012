package dev.bootbus.probe.fetch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A web server that behaves as badly as a test wants.
public final class LittleHttp implements AutoCloseable {
  /// What becomes of one request.
  public interface Behaviour {
    /// @param head of the request, with all its lines
    /// @return whether the connection goes on
    boolean answer(String head, OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final Behaviour behaviour;
  private final String scheme;
  final List<String> heads = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  LittleHttp(Behaviour behaviour) throws IOException {
    this(behaviour, new ServerSocket(), "http");
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private LittleHttp(Behaviour behaviour, ServerSocket socket, String scheme) {
    this.behaviour = behaviour;
    this.socket = socket;
    this.scheme = scheme;
    Thread.ofPlatform().daemon().start(this::listen);
  }

  /// Over TLS, with the one key in there.
  public static LittleHttp tls(KeyStore keys, char[] password, Behaviour behaviour)
      throws IOException, GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    ServerSocket socket = context.getServerSocketFactory().createServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return new LittleHttp(behaviour, socket, "https");
  }

  /// Answers each request with these bytes, and closes.
  static LittleHttp saying(String answer) throws IOException {
    return new LittleHttp(
        (_, out) -> {
          out.write(answer.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
          return false;
        });
  }

  public URI uri(String path) {
    return URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort() + path);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      String head = head(in);
      while (!head.isEmpty()) {
        heads.add(head);
        OutputStream out = client.getOutputStream();
        boolean more = behaviour.answer(head, out);
        out.flush();
        if (!more) {
          return;
        }
        head = head(in);
      }
    } catch (IOException _) {
      // the test sees what its client makes of it
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int c;
    while (head.length() < 8192 && (c = in.read()) >= 0) {
      head.append((char) c);
      if (head.toString().endsWith("\r\n\r\n")) {
        return head.toString();
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
