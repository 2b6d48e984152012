package dev.bootbus.http.mirror;

import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.content.SourceFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How much of one file has arrived: its download tells, all who read it meanwhile wait.
final class Arrival {
  /// How far a download is.
  sealed interface Stage {
    /// Upstream has not answered yet.
    record Asking() implements Stage {}

    record Arriving(Stored file, Label label) implements Stage {}

    record Kept(Stored file) implements Stage {}

    /// What is on disk is current.
    record Unchanged() implements Stage {}

    /// No room on disk: whoever wants more has to ask upstream.
    record Unkept(Label label) implements Stage {}

    record Failed(Answer answer) implements Stage {}
  }

  /// What a reader at some position may do next.
  enum Sight {
    BYTES,
    END,
    /// What comes next is not on disk, and never will be.
    ELSEWHERE
  }

  /// Bytes of a pinned file that no reader gets before its checksum is known to be right: so nobody
  /// ever has the whole of a wrong one.
  static final int HELD_BACK = 64 * 1024;

  /// Readers are woken once for so many bytes, not for each packet; for less they look themselves.
  private static final int BATCH = 256 * 1024;

  /// Nanoseconds until a reader looks again, at first and at most.
  private static final long NAP = 10_000_000;

  private static final long LONG_NAP = 160_000_000;

  private final Duration patience;
  private final boolean pinned;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private Stage stage = new Stage.Asking(); // this and the rest are guarded by the lock
  private long arrived;
  private long told;
  private boolean complete;
  private int readers;

  /// @param patience of a reader while nothing arrives
  Arrival(Duration patience, boolean pinned) {
    this.patience = patience;
    this.pinned = pinned;
  }

  /// Whether no byte of it may come from elsewhere.
  boolean isPinned() {
    return pinned;
  }

  /// Waits until a reader can be told something.
  ///
  /// @return [Stage.Asking] if upstream did not answer, or sent nothing, in time
  Stage begun() {
    lock.lock();
    try {
      long left = patience.toNanos();
      for (long nap = NAP; left > 0 && nothingToTell(); nap = Math.min(2 * nap, LONG_NAP)) {
        left -= nap(Math.min(nap, left));
      }
      return nothingToTell() ? new Stage.Asking() : stage;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Stage.Asking();
    } finally {
      lock.unlock();
    }
  }

  private boolean nothingToTell() {
    return stage instanceof Stage.Asking
        || (stage instanceof Stage.Arriving && !complete && visible() == 0);
  }

  /// Waits until the byte at that position has arrived, or it is certain that it never will.
  ///
  /// @throws IOException if the download failed, or nothing arrives
  Sight await(long position) throws IOException {
    lock.lock();
    try {
      long seen = arrived;
      long left = patience.toNanos();
      for (long nap = NAP; visible() <= position; nap = Math.min(2 * nap, LONG_NAP)) {
        if (complete) {
          return Sight.END;
        }
        if (stage instanceof Stage.Unkept && pinned) {
          throw new SourceFailedException(Fault.DISK, "There is no room on disk to verify it.");
        }
        if (stage instanceof Stage.Unkept) {
          return Sight.ELSEWHERE;
        }
        if (stage instanceof Stage.Failed(var answer)) {
          throw new SourceFailedException(fault(answer), reason(answer));
        }
        if (left <= 0) {
          throw new SourceFailedException(
              Fault.UPSTREAM_SILENT,
              "Nothing arrived from upstream for " + patience.toMillis() + " ms.");
        }
        left -= nap(Math.min(nap, left));
        if (arrived != seen) {
          seen = arrived;
          left = patience.toNanos();
        }
      }
      return Sight.BYTES;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("this server was stopped", e);
    } finally {
      lock.unlock();
    }
  }

  /// @return nanoseconds that it took
  private long nap(long nanos) throws InterruptedException {
    return nanos - moved.awaitNanos(nanos);
  }

  private static Fault fault(Answer answer) {
    return answer instanceof Answer.Unavailable(var fault, _) ? fault : Fault.UPSTREAM;
  }

  /// The sentence of an answer that is no file.
  static String reason(Answer answer) {
    return switch (answer) {
      case Answer.Missing(var reason) -> reason;
      case Answer.Denied(var reason) -> reason;
      case Answer.NotReady(var reason, _) -> reason;
      case Answer.Unavailable(_, var reason) -> reason;
      case Answer.Directory _, Answer.Found _ -> "It is no file that can be mirrored.";
    };
  }

  /// Bytes, from the first, that readers may have.
  long readable() {
    lock.lock();
    try {
      return visible();
    } finally {
      lock.unlock();
    }
  }

  private long visible() {
    return complete || !pinned ? arrived : Math.max(0, arrived - HELD_BACK);
  }

  /// A reader comes, with 1, or leaves, with -1.
  void readers(int more) {
    lock.lock();
    readers += more;
    lock.unlock();
  }

  /// @param arrived bytes
  record Progress(Stage stage, long arrived, int readers) {}

  Progress progress() {
    lock.lock();
    try {
      return new Progress(stage, arrived, readers);
    } finally {
      lock.unlock();
    }
  }

  void arrived(long bytes) {
    lock.lock();
    arrived = bytes;
    if (arrived - told >= BATCH || arrived < told) {
      told = arrived;
      moved.signalAll();
    }
    lock.unlock();
  }

  /// All that will ever arrive is there, and is what it should be.
  void complete() {
    lock.lock();
    complete = true;
    moved.signalAll();
    lock.unlock();
  }

  void enter(Stage next) {
    lock.lock();
    stage = next;
    moved.signalAll();
    lock.unlock();
  }
}
