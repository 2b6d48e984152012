package dev.bootbus.kernel.lease;

import java.net.Inet4Address;
import java.util.HashSet;
import java.util.Set;

/// The addresses that may be leased to any machine: a range, both ends included, without some.
public record Pool(Inet4Address first, Inet4Address last, Set<Inet4Address> excluded) {
  /// A /12: what is kept in memory of each address adds up to some 300 MB when all are leased.
  private static final int MAX_RANGE = 1 << 20;

  public Pool {
    excluded = Set.copyOf(excluded);
    long range = Ipv4.number(last) - Ipv4.number(first) + 1;
    if (range < 1) {
      throw new IllegalArgumentException("the pool ends before it begins: " + text(first, last));
    }
    if (range > MAX_RANGE) {
      throw new IllegalArgumentException(
          "the pool has more than " + MAX_RANGE + " addresses: " + text(first, last));
    }
  }

  /// Reads `192.168.77.100-192.168.77.200`, or the same with a comma.
  public static Pool parse(String text) {
    String[] ends = text.trim().split("\\s*[-,]\\s*", -1);
    if (ends.length != 2) {
      throw new IllegalArgumentException("not FIRST-LAST: " + text);
    }
    return new Pool(Ipv4.parse(ends[0]), Ipv4.parse(ends[1]), Set.of());
  }

  /// The same range without some more addresses.
  public Pool without(Set<Inet4Address> more) {
    Set<Inet4Address> all = new HashSet<>(excluded);
    all.addAll(more);
    return new Pool(first, last, all);
  }

  boolean contains(Inet4Address address) {
    return inRange(address) && !excluded.contains(address);
  }

  boolean inRange(Inet4Address address) {
    long number = Ipv4.number(address);
    return number >= Ipv4.number(first) && number <= Ipv4.number(last);
  }

  int size() {
    return range() - (int) excluded.stream().filter(this::inRange).count();
  }

  /// How many addresses lie between both ends, excluded ones too.
  int range() {
    return (int) (Ipv4.number(last) - Ipv4.number(first)) + 1;
  }

  @Override
  public String toString() {
    return text(first, last);
  }

  private static String text(Inet4Address first, Inet4Address last) {
    return first.getHostAddress() + "-" + last.getHostAddress();
  }
}
