package dev.bootbus.tftp;

import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.schema.BootEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// A server on a free loopback port.
final class TestServer implements AutoCloseable {
  static final int RETRIES = 5;

  final Journal journal;
  final TftpServer server;
  private final Thread thread;

  private TestServer(
      ContentSource source,
      int maxTransfers,
      int maxPerPeer,
      Duration patience,
      Consumer<BootEvent> events)
      throws IOException {
    journal = new Journal(events);
    InetAddress local = InetAddress.getLoopbackAddress();
    Negotiation.Limits limits = new Negotiation.Limits(1468, 64, Patience.growing(patience));
    Transfer.Terms terms = new Transfer.Terms(local, limits, RETRIES);
    server =
        TftpServer.bind(
            new TftpServer.Settings(
                new InetSocketAddress(local, 0), terms, maxTransfers, maxPerPeer),
            journal);
    thread = Thread.ofPlatform().start(() -> server.serve(source));
  }

  TestServer(ContentSource source, int maxTransfers, int maxPerPeer) throws IOException {
    this(source, maxTransfers, maxPerPeer, Duration.ofSeconds(1), _ -> {});
  }

  TestServer(ContentSource source) throws IOException {
    this(source, 100, 100);
  }

  /// One that sends again after 50 ms.
  static TestServer impatient(ContentSource source) throws IOException {
    return new TestServer(source, 100, 100, Duration.ofMillis(50), _ -> {});
  }

  /// One that tells what happens.
  static TestServer telling(ContentSource source, Duration patience, Consumer<BootEvent> events)
      throws IOException {
    return new TestServer(source, 100, 100, patience, events);
  }

  static Content streamed(long size, InputStream bytes) {
    return new Content.Streamed() {
      @Override
      public OptionalLong size() {
        return OptionalLong.of(size);
      }

      @Override
      public InputStream from(long offset) {
        return bytes;
      }

      @Override
      public String mediaType() {
        return BYTES;
      }

      @Override
      public String version() {
        return "";
      }

      @Override
      public void close() throws IOException {
        bytes.close();
      }
    };
  }

  static ContentSource files(Map<String, byte[]> files) {
    return (path, _) -> {
      byte[] bytes = files.get(path.toString());
      return bytes == null
          ? ContentSource.missing(path)
          : new ContentSource.Answer.Found(streamed(bytes.length, new ByteArrayInputStream(bytes)));
    };
  }

  TestClient client() throws IOException {
    return new TestClient(server.port());
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
