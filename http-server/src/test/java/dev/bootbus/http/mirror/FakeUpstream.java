package dev.bootbus.http.mirror;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// An HTTP server with files that can do everything wrong.
public final class FakeUpstream implements AutoCloseable {
  /// A request that came, as one line: `GET /a`, with its range and condition.
  public final List<String> requests = new CopyOnWriteArrayList<>();

  private final Map<String, Resource> resources = new ConcurrentHashMap<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final ServerSocket socket;

  private final Thread serving = Thread.ofPlatform().daemon().unstarted(this::serve);

  private FakeUpstream(ServerSocket socket) {
    this.socket = socket;
  }

  public static FakeUpstream start() throws IOException {
    return start(0);
  }

  public static FakeUpstream start(int port) throws IOException {
    FakeUpstream upstream =
        new FakeUpstream(new ServerSocket(port, 256, InetAddress.getLoopbackAddress()));
    upstream.serving.start();
    return upstream;
  }

  public int port() {
    return socket.getLocalPort();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/");
  }

  public Resource put(String path, byte[] content) {
    Resource resource = new Resource(content);
    resources.put(path, resource);
    return resource;
  }

  public void remove(String path) {
    resources.remove(path);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        if (socket.isClosed()) {
          client.close(); // came while the socket was being closed
          return;
        }
        open.add(client);
        Thread.ofVirtual().start(() -> converse(client));
      } catch (IOException e) {
        // the end of the test
      }
    }
  }

  private void converse(Socket client) {
    try (client) {
      var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
      String[] line = String.valueOf(in.readLine()).split(" ");
      Map<String, String> headers = new HashMap<>();
      for (String header = in.readLine();
          header != null && !header.isEmpty();
          header = in.readLine()) {
        String[] field = header.split(": *", 2);
        headers.put(field[0].toLowerCase(), field[1]);
      }
      requests.add(line[0] + " " + line[1] + shown(headers));
      Resource resource = resources.get(line[1]);
      OutputStream out = client.getOutputStream();
      if (resource == null) {
        out.write("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
      } else {
        resource.answer(line[0], headers, out);
      }
      out.flush();
    } catch (IOException | InterruptedException e) {
      // a client that went away, or the end of the test
    }
  }

  private static String shown(Map<String, String> headers) {
    StringBuilder shown = new StringBuilder();
    for (String name : List.of("range", "if-range", "if-none-match", "if-modified-since")) {
      if (headers.containsKey(name)) {
        shown.append(' ').append(name).append('=').append(headers.get(name));
      }
    }
    return shown.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      serving.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket client : open) {
      client.close();
    }
  }

  /// One file, and how it is served.
  public static final class Resource {
    private volatile byte[] content;
    private volatile String version = "\"1\"";
    private volatile String fixed = "";
    private volatile boolean ranges = true;
    private volatile boolean lengthTold = true;
    private volatile int stopAt = Integer.MAX_VALUE;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile int extraLength;
    private final Queue<Integer> breaks = new ConcurrentLinkedQueue<>();

    private Resource(byte[] content) {
      this.content = content;
    }

    public Resource version(String tag) {
      version = tag;
      return this;
    }

    public Resource now(byte[] other, String tag) {
      content = other;
      version = tag;
      return this;
    }

    /// Whatever is asked.
    public Resource always(String response) {
      fixed = response;
      return this;
    }

    public Resource withoutRanges() {
      ranges = false;
      return this;
    }

    public Resource withoutLength() {
      lengthTold = false;
      return this;
    }

    public Resource lying(int bytes) {
      extraLength = bytes;
      return this;
    }

    /// Closes each of the next connections at that byte of the file.
    public Resource breakingAt(Integer... bytes) {
      breaks.addAll(List.of(bytes));
      return this;
    }

    /// Sends so many bytes, and the rest when the gate is opened.
    public CountDownLatch stoppingAt(int bytes) {
      stopAt = bytes;
      gate = new CountDownLatch(1);
      return gate;
    }

    private void answer(String method, Map<String, String> headers, OutputStream out)
        throws IOException, InterruptedException {
      if (!fixed.isEmpty()) {
        out.write(fixed.getBytes(ISO_8859_1));
        return;
      }
      byte[] bytes = content;
      String validator =
          version.isEmpty()
              ? ""
              : (version.startsWith("\"") ? "ETag: " : "Last-Modified: ") + version + "\r\n";
      String condition =
          headers.getOrDefault("if-none-match", headers.getOrDefault("if-modified-since", ""));
      if (!condition.isEmpty() && condition.equals(version)) {
        out.write(("HTTP/1.1 304 Same\r\n" + validator + "\r\n").getBytes(ISO_8859_1));
        return;
      }
      String range = headers.getOrDefault("range", "");
      String ifRange = headers.getOrDefault("if-range", version);
      int from = 0;
      if (ranges && !range.isEmpty() && ifRange.equals(version)) {
        from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
      }
      String head =
          from == 0
              ? "HTTP/1.1 200 OK\r\n"
              : "HTTP/1.1 206 Part\r\nContent-Range: bytes %d-%d/%d\r\n"
                  .formatted(from, bytes.length - 1, bytes.length);
      String length =
          lengthTold ? "Content-Length: " + (bytes.length - from + extraLength) + "\r\n" : "";
      out.write(
          (head + validator + length + "Content-Type: x/boot\r\nConnection: close\r\n\r\n")
              .getBytes(ISO_8859_1));
      out.flush();
      if (method.equals("GET")) {
        send(bytes, from, out);
      }
    }

    private void send(byte[] bytes, int from, OutputStream out)
        throws IOException, InterruptedException {
      Integer end = breaks.poll();
      int last = end == null ? bytes.length : Math.min(end, bytes.length);
      int first = Math.clamp(stopAt, from, last);
      out.write(bytes, from, first - from);
      if (first < last) {
        out.flush();
        gate.await();
        out.write(bytes, first, last - first);
      }
    }
  }
}
