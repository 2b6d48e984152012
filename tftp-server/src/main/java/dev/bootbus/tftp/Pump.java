package dev.bootbus.tftp;

import dev.bootbus.content.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/// Reads a stream, which may block, on a thread of its own into a ring of two windows, from which
/// the event loop takes what has arrived. The stream waits for the client, never the other way
/// round for longer than the source's own deadline.
final class Pump implements Bytes, Runnable {
  /// How a content is opened as a stream.
  @FunctionalInterface
  interface Opening {
    InputStream open() throws IOException;
  }

  private final Content content;
  private final Opening opening;
  private final OptionalLong size;
  private final byte[] ring;
  private final Runnable onArrival;
  private final Thread thread;
  private long arrived;
  private long forgotten;
  private boolean ended;
  private boolean closed;
  private String failure = "";

  /// @param size of what the stream will give, if it is known
  /// @param onArrival called on another thread whenever there is more, or no more
  Pump(Content content, Opening opening, OptionalLong size, int capacity, Runnable onArrival) {
    this.content = content;
    this.opening = opening;
    this.size = size;
    this.ring = new byte[capacity];
    this.onArrival = onArrival;
    this.thread = Thread.ofVirtual().name("pump").unstarted(this);
  }

  void start() {
    thread.start();
  }

  @Override
  public void run() {
    try (content;
        InputStream in = opening.open()) {
      boolean more = size.orElse(1) > 0;
      while (more) {
        more = readSome(in);
        onArrival.run();
      }
      end("");
    } catch (IOException | RuntimeException e) {
      end(e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString());
    } catch (InterruptedException e) {
      end("it was broken off");
    }
    onArrival.run();
  }

  private synchronized void end(String why) {
    if (!ended) {
      failure = why;
      ended = why.isEmpty();
    }
  }

  /// Whether more is to come.
  private boolean readSome(InputStream in) throws IOException, InterruptedException {
    long from;
    int room;
    synchronized (this) {
      while (!closed && arrived - forgotten == ring.length) {
        wait();
      }
      if (closed) {
        throw new InterruptedException();
      }
      from = arrived;
      room = (int) (ring.length - (arrived - forgotten));
    }
    int at = (int) (from % ring.length);
    // a file that grows meanwhile ends where tsize said it would
    long left = size.orElse(Long.MAX_VALUE) - from;
    int count = in.read(ring, at, (int) Math.min(Math.min(room, ring.length - at), left));
    if (count < 0 && size.isPresent()) {
      throw new IOException("it became shorter while it was sent");
    }
    synchronized (this) {
      arrived += Math.max(0, count);
      return count >= 0 && arrived < size.orElse(Long.MAX_VALUE);
    }
  }

  @Override
  public synchronized long arrived() {
    return arrived;
  }

  @Override
  public synchronized boolean hasEnded() {
    return ended;
  }

  @Override
  public synchronized String failure() {
    return failure;
  }

  /// Without the lock: the thread writes only where nothing has arrived.
  @Override
  public void read(long offset, ByteBuffer target) {
    int at = (int) (offset % ring.length);
    int untilTheEnd = Math.min(target.remaining(), ring.length - at);
    target.put(ring, at, untilTheEnd);
    target.put(ring, 0, target.remaining());
  }

  @Override
  public synchronized void forget(long offset) {
    if (offset > forgotten) {
      forgotten = Math.min(offset, arrived);
      notifyAll();
    }
  }

  /// The thread closes the content, as that may block, too.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.interrupt();
  }
}
