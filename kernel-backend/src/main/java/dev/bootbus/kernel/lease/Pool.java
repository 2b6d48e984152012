package dev.bootbus.kernel.lease;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The addresses that may be leased to any machine: ranges, both ends of each included, without
/// some. Each address of a range has an offset, counted from the lowest address on.
public final class Pool {
  /// A /12: what is kept in memory of each address adds up to some 300 MB when all are leased.
  private static final int MAX_RANGE = 1 << 20;

  static final int NOWHERE = -1;
  private static final int MAX_RANGES = 1024;
  private static final int MAX_SHOWN = 3;

  private final List<Range> ranges; // the lowest first, none in another
  private final long[] firsts;
  private final int[] starts; // the offset of the first address of each
  private final int range;
  private final BitSet out;

  /// Addresses that follow each other, both ends included.
  public record Range(Inet4Address first, Inet4Address last) {
    public Range {
      if (Ipv4.number(last) < Ipv4.number(first)) {
        throw new IllegalArgumentException("the pool ends before it begins: " + text(first, last));
      }
    }

    /// Reads `192.168.77.100-192.168.77.200`, or the same with a comma.
    public static Range parse(String text) {
      String[] ends = text.trim().split("\\s*[-,]\\s*", -1);
      if (ends.length != 2) {
        throw new IllegalArgumentException("not FIRST-LAST: " + text);
      }
      return new Range(Ipv4.parse(ends[0]), Ipv4.parse(ends[1]));
    }

    long size() {
      return Ipv4.number(last) - Ipv4.number(first) + 1;
    }

    private static String text(Inet4Address first, Inet4Address last) {
      return first.getHostAddress() + "-" + last.getHostAddress();
    }

    @Override
    public String toString() {
      return text(first, last);
    }
  }

  private Pool(List<Range> ranges, long[] firsts, int[] starts, int range, BitSet out) {
    this.ranges = ranges;
    this.firsts = firsts;
    this.starts = starts;
    this.range = range;
    this.out = out;
  }

  /// @throws IllegalArgumentException if there is no range, one lies over another, or they have
  ///     more than 2^20 addresses
  public static Pool of(Collection<Range> some) {
    List<Range> ranges =
        some.stream().sorted(Comparator.comparing(range -> Ipv4.number(range.first()))).toList();
    if (ranges.isEmpty() || ranges.size() > MAX_RANGES) {
      throw new IllegalArgumentException("not from 1 to " + MAX_RANGES + " ranges in a pool");
    }
    long[] firsts = new long[ranges.size()];
    int[] starts = new int[ranges.size()];
    long all = 0;
    for (int i = 0; i < firsts.length; i++) {
      Range range = ranges.get(i);
      firsts[i] = Ipv4.number(range.first());
      starts[i] = (int) all;
      if (i > 0 && firsts[i] <= Ipv4.number(ranges.get(i - 1).last())) {
        throw new IllegalArgumentException(range + " lies over " + ranges.get(i - 1));
      }
      all += range.size();
      if (all > MAX_RANGE) {
        throw new IllegalArgumentException(
            "the pool has more than " + MAX_RANGE + " addresses: " + shown(ranges));
      }
    }
    return new Pool(ranges, firsts, starts, (int) all, new BitSet());
  }

  /// One range, as [Range#parse] reads it.
  public static Pool parse(String text) {
    return of(List.of(Range.parse(text)));
  }

  /// The same ranges without some more addresses.
  public Pool without(Collection<Inet4Address> more) {
    BitSet all = (BitSet) out.clone();
    for (Inet4Address address : more) {
      int offset = offset(address);
      if (offset != NOWHERE) {
        all.set(offset);
      }
    }
    return new Pool(ranges, firsts, starts, range, all);
  }

  /// The same without whatever of it lies in a range.
  public Pool without(Range hole) {
    BitSet all = (BitSet) out.clone();
    long from = Ipv4.number(hole.first());
    long to = Ipv4.number(hole.last());
    for (int i = 0; i < firsts.length; i++) {
      long low = Math.max(from, firsts[i]);
      long high = Math.min(to, Ipv4.number(ranges.get(i).last()));
      if (low <= high) {
        int start = starts[i] + (int) (low - firsts[i]);
        all.set(start, start + (int) (high - low) + 1);
      }
    }
    return new Pool(ranges, firsts, starts, range, all);
  }

  public List<Range> ranges() {
    return ranges;
  }

  Inet4Address first() {
    return ranges.getFirst().first();
  }

  Inet4Address last() {
    return ranges.getLast().last();
  }

  public boolean contains(Inet4Address address) {
    int offset = offset(address);
    return offset != NOWHERE && !out.get(offset);
  }

  /// Where an address lies, or [#NOWHERE]; one that was left out has its place all the same.
  int offset(Inet4Address address) {
    long number = Ipv4.number(address);
    int at = 0;
    if (firsts.length > 1) {
      int found = Arrays.binarySearch(firsts, number);
      at = found >= 0 ? found : -found - 2;
      if (at < 0) {
        return NOWHERE;
      }
    }
    long offset = number - firsts[at];
    int end = at + 1 < starts.length ? starts[at + 1] : range;
    return offset >= 0 && offset < end - starts[at] ? starts[at] + (int) offset : NOWHERE;
  }

  Inet4Address at(int offset) {
    int found = Arrays.binarySearch(starts, offset);
    int at = found >= 0 ? found : -found - 2;
    return Ipv4.of(firsts[at] + offset - starts[at]);
  }

  /// The offsets that were left out.
  BitSet out() {
    return (BitSet) out.clone();
  }

  boolean isOut(int offset) {
    return out.get(offset);
  }

  /// How many addresses it has to give.
  public int size() {
    return range - out.cardinality();
  }

  /// How many addresses lie in the ranges, those that were left out too.
  int range() {
    return range;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Pool that && ranges.equals(that.ranges) && out.equals(that.out);
  }

  @Override
  public int hashCode() {
    return 31 * ranges.hashCode() + out.hashCode();
  }

  @Override
  public String toString() {
    return shown(ranges);
  }

  private static String shown(List<Range> ranges) {
    List<String> texts = new ArrayList<>();
    ranges.stream().limit(MAX_SHOWN).forEach(range -> texts.add(range.toString()));
    int more = ranges.size() - MAX_SHOWN;
    return texts.stream().collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
