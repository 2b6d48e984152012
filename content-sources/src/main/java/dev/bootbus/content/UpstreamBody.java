package dev.bootbus.content;

import dev.bootbus.content.ContentSource.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The body of a response, read as it comes: no more of it is taken from the socket than a few
/// buffers ahead of the reader, and a reader does not wait for ever, which are the two things that
/// the JDK's own stream of a body does not promise together.
final class UpstreamBody extends InputStream implements BodySubscriber<UpstreamBody> {
  /// Buffers of the JDK's client, 16 KiB each.
  private static final int AHEAD = 4;

  private sealed interface Signal {
    record Came(List<ByteBuffer> buffers) implements Signal {}

    record Ended() implements Signal {}

    record Broke(Throwable why) implements Signal {}
  }

  private final String name;
  private final Duration silence;
  private final Runnable onClose;
  private final BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(AHEAD + 1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Subscription subscription;

  private List<ByteBuffer> current = List.of();
  private int next;
  private boolean ended;
  private long expected = -1;
  private long received;

  /// @param name of the file, for sentences
  /// @param silence for how long the upstream may send nothing while it is read
  /// @param onClose run once
  UpstreamBody(String name, Duration silence, Runnable onClose) {
    this.name = name;
    this.silence = silence;
    this.onClose = onClose;
  }

  /// To be told before the first byte is read.
  ///
  /// @param bytes that must come until the end
  void expect(long bytes) {
    expected = bytes;
  }

  @Override
  public CompletionStage<UpstreamBody> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    if (closed.get()) {
      given.cancel();
    } else {
      given.request(AHEAD);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    signals.add(new Signal.Came(buffers));
  }

  @Override
  public void onError(Throwable why) {
    signals.offer(new Signal.Broke(why));
  }

  @Override
  public void onComplete() {
    signals.offer(new Signal.Ended());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (available() == 0) {
      if (ended) {
        return -1;
      }
      if (next < current.size()) {
        next++;
      } else {
        take();
      }
    }
    ByteBuffer buffer = current.get(next);
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, offset, count);
    received += count;
    return count;
  }

  @Override
  public int available() {
    return next < current.size() ? current.get(next).remaining() : 0;
  }

  private void take() throws IOException {
    switch (await()) {
      case Signal.Came(var buffers) -> {
        current = buffers;
        next = 0;
        Subscription from = subscription;
        if (from != null) {
          from.request(1);
        }
      }
      case Signal.Ended _ -> {
        if (received < expected) {
          throw cutOff();
        }
        ended = true;
      }
      case Signal.Broke(var why) ->
          throw expected > received
              ? cutOff()
              : new SourceFailedException(
                  Fault.UPSTREAM, "The upstream broke off " + name + ": " + Reasons.of(why) + ".");
    }
  }

  private SourceFailedException cutOff() {
    return new SourceFailedException(
        Fault.UPSTREAM,
        "The upstream broke off %s after %d of %d bytes.".formatted(name, received, expected));
  }

  private Signal await() throws IOException {
    if (closed.get()) {
      throw new IOException("closed");
    }
    Signal signal;
    try {
      signal = signals.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    if (signal == null) {
      close();
      throw new SourceFailedException(
          Fault.UPSTREAM_SILENT,
          "The upstream stopped sending %s: nothing came for %d ms."
              .formatted(name, silence.toMillis()));
    }
    return signal;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Subscription from = subscription;
    if (from != null) {
      from.cancel();
    }
    onClose.run();
  }
}
