package dev.bootbus.tftp;

import java.util.ArrayList;
import java.util.List;

/// The deadlines of all transfers, one for each: a binary heap in which every entry knows its
/// place. To move a deadline back, as each ACK does, costs nothing until the old one is over.
final class Timers {
  /// What has a deadline.
  abstract static class Timed {
    private static final int NOWHERE = -1;
    private int place = NOWHERE;
    private boolean set;
    private long deadline;

    /// Where the heap believes it to be; never later than the deadline.
    private long sorted;

    /// The time is over.
    abstract void expired();
  }

  /// When nothing else is to be done.
  private static final long LONGEST_WAIT = 1_000_000_000L;

  private final List<Timed> heap = new ArrayList<>();

  /// @param deadline by [System#nanoTime]
  void set(Timed timed, long deadline) {
    timed.set = true;
    timed.deadline = deadline;
    if (timed.place == Timed.NOWHERE) {
      timed.sorted = deadline;
      heap.add(timed);
      timed.place = heap.size() - 1;
      up(timed);
    } else if (deadline - timed.sorted < 0) {
      timed.sorted = deadline;
      up(timed);
    }
  }

  void cancel(Timed timed) {
    timed.set = false;
  }

  /// Until the next deadline, but not longer than a second.
  long nanosLeft(long now) {
    return heap.isEmpty()
        ? LONGEST_WAIT
        : Math.clamp(heap.getFirst().sorted - now, 0, LONGEST_WAIT);
  }

  void fire(long now) {
    while (!heap.isEmpty() && heap.getFirst().sorted - now <= 0) {
      Timed first = heap.getFirst();
      if (first.set && first.deadline - now > 0) {
        first.sorted = first.deadline;
        down(first);
        continue;
      }
      remove(first);
      if (first.set) {
        first.set = false;
        first.expired();
      }
    }
  }

  private void remove(Timed first) {
    Timed last = heap.removeLast();
    first.place = Timed.NOWHERE;
    if (last != first) {
      put(last, 0);
      down(last);
    }
  }

  private void put(Timed timed, int place) {
    heap.set(place, timed);
    timed.place = place;
  }

  private void up(Timed timed) {
    while (timed.place > 0) {
      Timed parent = heap.get((timed.place - 1) / 2);
      if (parent.sorted - timed.sorted <= 0) {
        return;
      }
      swap(parent, timed);
    }
  }

  private void down(Timed timed) {
    while (2 * timed.place + 1 < heap.size()) {
      int left = 2 * timed.place + 1;
      int right = Math.min(left + 1, heap.size() - 1);
      Timed earlier =
          heap.get(left).sorted - heap.get(right).sorted <= 0 ? heap.get(left) : heap.get(right);
      if (timed.sorted - earlier.sorted <= 0) {
        return;
      }
      swap(timed, earlier);
    }
  }

  private void swap(Timed upper, Timed lower) {
    int place = upper.place;
    put(upper, lower.place);
    put(lower, place);
  }
}
