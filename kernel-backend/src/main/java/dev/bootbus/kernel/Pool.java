package dev.bootbus.kernel;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32;

/// The addresses that may be leased to any machine: a range, both ends included, without some.
record Pool(Inet4Address first, Inet4Address last, Set<Inet4Address> excluded) {
  /// A /16, so that looking at every address of a full pool stays a matter of milliseconds.
  private static final int MAX_RANGE = 65_536;

  /// What is known of one address.
  enum Use {
    /// never leased
    FREE,
    /// leased once, and the time is over
    EXPIRED,
    TAKEN
  }

  Pool {
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
  static Pool parse(String text) {
    String[] ends = text.trim().split("\\s*[-,]\\s*", -1);
    if (ends.length != 2) {
      throw new IllegalArgumentException("not FIRST-LAST: " + text);
    }
    return new Pool(Ipv4.parse(ends[0]), Ipv4.parse(ends[1]), Set.of());
  }

  /// The same range without some more addresses.
  Pool without(Set<Inet4Address> more) {
    Set<Inet4Address> all = new HashSet<>(excluded);
    all.addAll(more);
    return new Pool(first, last, all);
  }

  boolean contains(Inet4Address address) {
    return inRange(address) && !excluded.contains(address);
  }

  private boolean inRange(Inet4Address address) {
    long number = Ipv4.number(address);
    return number >= Ipv4.number(first) && number <= Ipv4.number(last);
  }

  int size() {
    return range() - (int) excluded.stream().filter(this::inRange).count();
  }

  private int range() {
    return (int) (Ipv4.number(last) - Ipv4.number(first)) + 1;
  }

  /// An address for a machine: the first free one, else the first expired one, in an order that
  /// depends on the machine alone. So replicas that serve one machine at the same time try the
  /// same address, and the one that comes second finds the machine's own record there.
  Optional<Inet4Address> choose(MacAddress mac, Function<Inet4Address, Use> useOf) {
    CRC32 hash = new CRC32();
    hash.update(mac.bytes());
    long start = hash.getValue();
    Inet4Address expired = null;
    for (int step = 0; step < range(); step++) {
      Inet4Address address = Ipv4.of(Ipv4.number(first) + (start + step) % range());
      if (excluded.contains(address)) {
        continue;
      }
      Use use = useOf.apply(address);
      if (use == Use.FREE) {
        return Optional.of(address);
      }
      if (use == Use.EXPIRED && expired == null) {
        expired = address;
      }
    }
    return Optional.ofNullable(expired);
  }

  @Override
  public String toString() {
    return text(first, last);
  }

  private static String text(Inet4Address first, Inet4Address last) {
    return first.getHostAddress() + "-" + last.getHostAddress();
  }
}
