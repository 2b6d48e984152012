package dev.bootbus.tftp;

import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.schema.BootEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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

  /// What a test may want to be other than usual.
  record Setup(
      Network.Engine engine,
      boolean singlePort,
      int maxTransfers,
      int maxPerPeer,
      int maxRate,
      int maxBlksize,
      Rollover rollover,
      Duration patience,
      Consumer<BootEvent> events) {
    static final Setup USUAL =
        new Setup(
            Network.Engine.AUTO,
            false,
            100,
            100,
            0,
            1468,
            Rollover.TO_0,
            Duration.ofSeconds(1),
            _ -> {});

    Setup with(Network.Engine other) {
      return new Setup(
          other,
          singlePort,
          maxTransfers,
          maxPerPeer,
          maxRate,
          maxBlksize,
          rollover,
          patience,
          events);
    }

    Setup onSinglePort() {
      return new Setup(
          engine, true, maxTransfers, maxPerPeer, maxRate, maxBlksize, rollover, patience, events);
    }

    Setup withMost(int transfers, int perPeer) {
      return new Setup(
          engine, singlePort, transfers, perPeer, maxRate, maxBlksize, rollover, patience, events);
    }

    Setup withMaxRate(int rate) {
      return new Setup(
          engine,
          singlePort,
          maxTransfers,
          maxPerPeer,
          rate,
          maxBlksize,
          rollover,
          patience,
          events);
    }

    Setup withMaxBlksize(int bytes) {
      return new Setup(
          engine, singlePort, maxTransfers, maxPerPeer, maxRate, bytes, rollover, patience, events);
    }

    Setup with(Rollover other) {
      return new Setup(
          engine,
          singlePort,
          maxTransfers,
          maxPerPeer,
          maxRate,
          maxBlksize,
          other,
          patience,
          events);
    }

    Setup with(Duration other) {
      return new Setup(
          engine,
          singlePort,
          maxTransfers,
          maxPerPeer,
          maxRate,
          maxBlksize,
          rollover,
          other,
          events);
    }

    /// One that sends again after 50 ms.
    Setup impatient() {
      return with(Duration.ofMillis(50));
    }

    Setup telling(Consumer<BootEvent> other) {
      return new Setup(
          engine,
          singlePort,
          maxTransfers,
          maxPerPeer,
          maxRate,
          maxBlksize,
          rollover,
          patience,
          other);
    }
  }

  TestServer(ContentSource source, Setup setup) throws IOException {
    journal = new Journal(setup.events(), new SimpleMeterRegistry());
    InetAddress local = InetAddress.getLoopbackAddress();
    Patience patience = Patience.growing(setup.patience());
    Negotiation.Limits limits = new Negotiation.Limits(setup.maxBlksize(), 64, patience);
    Network.Settings network =
        new Network.Settings(new InetSocketAddress(local, 0), setup.engine(), setup.singlePort());
    server =
        TftpServer.bind(
            new TftpServer.Settings(
                network,
                new Transfer.Terms(limits, setup.rollover(), RETRIES),
                setup.maxTransfers(),
                setup.maxPerPeer(),
                setup.maxRate()),
            journal);
    thread = Thread.ofPlatform().start(() -> server.serve(source));
  }

  TestServer(ContentSource source) throws IOException {
    this(source, Setup.USUAL);
  }

  /// One that tells what happens.
  static TestServer telling(ContentSource source, Duration patience, Consumer<BootEvent> events)
      throws IOException {
    return new TestServer(source, Setup.USUAL.with(patience).telling(events));
  }

  /// @param size -1 if it is unknown
  static Content streamed(long size, InputStream bytes) {
    return new Content.Streamed() {
      @Override
      public OptionalLong size() {
        return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
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
