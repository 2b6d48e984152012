package dev.bootbus.dhcp;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Packets that wait until fewer questions are under way. When ten thousand machines are switched
/// on at once, their packets take a second or two. To ask about all of them at once
/// would let half of the questions run out of time, and to drop what is too much would make half of
/// the machines wait for 4 s until they ask again.
///
/// Whoever brings a packet or ends a question goes on with the next; two never do so at once.
final class Backlog {
  /// Questions under way at once; the answers to 30,000 a second take a thirtieth of a second.
  static final int WINDOW = 1024;

  /// Room for the first packets of ten thousand machines, at 600 bytes each.
  static final int CAPACITY = 16_384;

  private final Consumer<Datagram> next;
  private final Queue<Datagram> waiting = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicBoolean working = new AtomicBoolean();

  /// @param next what is to be done with a packet when its turn has come
  Backlog(Consumer<Datagram> next) {
    this.next = next;
  }

  /// @return whether there is room for it
  boolean add(Datagram datagram) {
    return waiting.offer(datagram);
  }

  /// A question is asked.
  void begin() {
    underWay.incrementAndGet();
  }

  /// It is answered, or never will be.
  void end() {
    underWay.decrementAndGet();
    work();
  }

  /// Takes the packets whose turn has come, unless another thread, or a caller of this one, does.
  void work() {
    while (isAnyDue() && working.compareAndSet(false, true)) {
      try {
        take();
      } finally {
        working.set(false);
      }
    }
  }

  int waiting() {
    return waiting.size();
  }

  int underWay() {
    return underWay.get();
  }

  boolean isIdle() {
    return waiting.isEmpty() && !working.get() && underWay.get() == 0;
  }

  private void take() {
    while (isAnyDue()) {
      Datagram datagram = waiting.poll();
      if (datagram != null) {
        next.accept(datagram);
      }
    }
  }

  private boolean isAnyDue() {
    return underWay.get() < WINDOW && !waiting.isEmpty();
  }
}
