package dev.bootbus.kernel.lease;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Which addresses of a pool can be given to a machine that has none, kept up to date with each
/// record, so that nobody has to look for one. Takes 17 bytes for each address of the pool.
///
/// An address without a record is free. One with a record is taken until the record's time is
/// over, and expired from then on. Free ones are given first, then those that expired long ago. A
/// machine's search starts where the CRC-32 of its hardware address points to: so replicas find
/// the same address for one machine, and different ones for different machines.
///
/// Not safe for use by several threads.
public final class Vacancies {
  private static final long NO_RECORD = Long.MIN_VALUE;
  private static final int NOWHERE = Pool.NOWHERE;

  private final Pool pool;
  private final long[] until; // the end of each record
  private final BitSet held;
  private final BitSet reserved;
  private final BitSet free;

  /// The expired ones in two generations: those of the older go first, and when none is left, the
  /// newer becomes the older. Were the very oldest given to everybody, replicas would give it to
  /// several machines at once.
  private BitSet older;

  private BitSet newer;

  /// The taken ones as a binary heap, with the one whose time is over first at its root.
  private final int[] heap;

  private final int[] place; // in the heap, of each address
  private int taken;

  Vacancies(Pool pool) {
    this.pool = pool;
    int size = pool.range();
    this.until = new long[size];
    this.held = new BitSet(size);
    this.reserved = new BitSet(size);
    this.free = new BitSet(size);
    this.older = new BitSet(size);
    this.newer = new BitSet(size);
    this.heap = new int[size];
    this.place = new int[size];
    Arrays.fill(until, NO_RECORD);
    Arrays.fill(place, NOWHERE);
    free.set(0, size);
    free.andNot(pool.out());
  }

  /// Of an address that can be given, or [#NOWHERE].
  private int offset(Inet4Address address) {
    int offset = pool.offset(address);
    return offset == NOWHERE || pool.isOut(offset) ? NOWHERE : offset;
  }

  /// There is a record for the address.
  ///
  /// @param end of its time, in ms since 1970
  void recorded(Inet4Address address, long end) {
    int offset = offset(address);
    if (offset == NOWHERE) {
      return;
    }
    withdraw(offset);
    until[offset] = end;
    if (place[offset] == NOWHERE) {
      put(taken++, offset);
    }
    rise(place[offset]);
    sink(place[offset]);
  }

  /// There is no record for the address any more.
  void cleared(Inet4Address address) {
    int offset = offset(address);
    if (offset != NOWHERE) {
      if (place[offset] != NOWHERE) {
        leaveHeap(place[offset]);
      }
      withdraw(offset);
      until[offset] = NO_RECORD;
      admit(offset);
    }
  }

  /// While it is held, the address is given to nobody, whatever record it has.
  void hold(Inet4Address address) {
    int offset = offset(address);
    if (offset != NOWHERE) {
      held.set(offset);
      withdraw(offset);
    }
  }

  void release(Inet4Address address) {
    int offset = offset(address);
    if (offset != NOWHERE) {
      held.clear(offset);
      admit(offset);
    }
  }

  /// The same for as long as it is one machine's, whoever else is offered it or has a record.
  void reserve(Inet4Address address, boolean yes) {
    int offset = offset(address);
    if (offset != NOWHERE) {
      reserved.set(offset, yes);
      withdraw(offset);
      admit(offset);
    }
  }

  private void withdraw(int offset) {
    free.clear(offset);
    older.clear(offset);
    newer.clear(offset);
  }

  private void admit(int offset) {
    if (!held.get(offset) && !reserved.get(offset) && place[offset] == NOWHERE) {
      (until[offset] == NO_RECORD ? free : newer).set(offset);
    }
  }

  /// An address for a machine, or null where there is none.
  ///
  /// @param now in ms since 1970
  @Nullable Inet4Address choose(MacAddress mac, long now) {
    while (taken > 0 && until[heap[0]] <= now) {
      int expired = heap[0];
      leaveHeap(0);
      admit(expired);
    }
    int start = (int) (hash(mac) % until.length);
    int found = next(free, start);
    if (found == NOWHERE) {
      found = next(older, start);
    }
    if (found == NOWHERE) {
      BitSet none = older;
      older = newer;
      newer = none;
      found = next(older, start);
    }
    return found == NOWHERE ? null : pool.at(found);
  }

  private static long hash(MacAddress mac) {
    CRC32 hash = new CRC32();
    hash.update(mac.bytes());
    return hash.getValue();
  }

  private static int next(BitSet of, int start) {
    int found = of.nextSetBit(start);
    return found == NOWHERE ? of.nextSetBit(0) : found;
  }

  private void leaveHeap(int at) {
    int gone = heap[at];
    int last = heap[--taken];
    place[gone] = NOWHERE;
    if (last != gone) {
      put(at, last);
      rise(at);
      sink(place[last]);
    }
  }

  private void rise(int from) {
    int at = from;
    int offset = heap[at];
    while (at > 0 && until[heap[(at - 1) / 2]] > until[offset]) {
      put(at, heap[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    put(at, offset);
  }

  private void sink(int from) {
    int at = from;
    int offset = heap[at];
    while (2 * at + 1 < taken) {
      int child = 2 * at + 1;
      if (child + 1 < taken && until[heap[child + 1]] < until[heap[child]]) {
        child++;
      }
      if (until[heap[child]] >= until[offset]) {
        break;
      }
      put(at, heap[child]);
      at = child;
    }
    put(at, offset);
  }

  private void put(int at, int offset) {
    heap[at] = offset;
    place[offset] = at;
  }
}
