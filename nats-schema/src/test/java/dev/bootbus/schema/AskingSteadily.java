package dev.bootbus.schema;

import dev.bootbus.schema.DhcpRequest.Facts;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Asks so many times a second, whatever becomes of the questions, each for another machine and in
/// a thread of its own.
final class AskingSteadily implements AutoCloseable {
  static final int PER_SECOND = 500;

  /// One question and what became of it.
  ///
  /// @param failure why there was no answer, or null
  private record Ended(long asked, long ended, BackendUnavailableException failure) {}

  private final Bus bus;
  private final AtomicInteger machines = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final Thread pacer = Thread.ofPlatform().unstarted(this::pace);

  AskingSteadily(Bus bus) {
    this.bus = bus;
  }

  void start() {
    pacer.start();
  }

  private void pace() {
    long step = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
    for (long due = System.nanoTime(); !Thread.currentThread().isInterrupted(); due += step) {
      LockSupport.parkNanos(due - System.nanoTime());
      Thread.startVirtualThread(this::ask);
    }
  }

  DhcpResponse askOnce() throws BackendUnavailableException {
    int machine = machines.incrementAndGet();
    byte[] mac = {2, 0, 0, (byte) (machine >> 16), (byte) (machine >> 8), (byte) machine};
    return bus.ask(new DhcpRequest(MacAddress.of(mac), "", Facts.NONE));
  }

  private void ask() {
    underWay.incrementAndGet();
    long begin = System.nanoTime();
    BackendUnavailableException failure = null;
    try {
      askOnce();
    } catch (BackendUnavailableException e) {
      failure = e;
    }
    ended.add(new Ended(begin, System.nanoTime(), failure));
    underWay.decrementAndGet();
  }

  /// Until so much more has been asked as takes this time.
  void await(Duration time) {
    int until = machines.get() + (int) (PER_SECOND * time.toMillis() / 1000);
    org.awaitility.Awaitility.await()
        .atMost(time.multipliedBy(10))
        .until(() -> ended.size() > 0 && machines.get() >= until);
  }

  void forget() {
    ended.clear();
  }

  int underWay() {
    return underWay.get();
  }

  List<BackendUnavailableException> failures() {
    return ended.stream().map(Ended::failure).filter(failure -> failure != null).toList();
  }

  /// How many asked since then have been answered.
  long answeredSince(long nanoTime) {
    return ended.stream().filter(one -> one.failure() == null && one.asked() > nanoTime).count();
  }

  /// When the first one asked since then was answered.
  long firstAnswerSince(long nanoTime) {
    return ended.stream()
        .filter(one -> one.failure() == null && one.asked() > nanoTime)
        .mapToLong(Ended::ended)
        .min()
        .orElseThrow();
  }

  /// How long the slowest took, answered or not.
  long slowest() {
    return ended.stream().mapToLong(one -> one.ended() - one.asked()).max().orElseThrow();
  }

  @Override
  public void close() {
    pacer.interrupt();
  }
}
