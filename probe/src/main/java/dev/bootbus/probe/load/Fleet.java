package dev.bootbus.probe.load;

import dev.bootbus.schema.MacAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// So many machines, no two of which have one hardware address. The same prefix and seed make the
/// same machines.
///
/// @param prefix the first bytes of all addresses, 1 to 5
/// @param seed which of the addresses come first
record Fleet(int size, MacAddress prefix, long seed) {
  static final int MOST = 100_000;
  private static final int MAC_SIZE = 6;

  /// @throws IllegalArgumentException with what the operator has to change
  Fleet {
    int fixed = prefix.bytes().length;
    if (size < 1 || size > MOST) {
      throw new IllegalArgumentException("a fleet has 1 to " + MOST + " machines, not " + size);
    }
    if (fixed < 1 || fixed >= MAC_SIZE) {
      throw new IllegalArgumentException("the prefix has 1 to 5 bytes, not " + fixed);
    }
    if ((prefix.bytes()[0] & 1) != 0) {
      throw new IllegalArgumentException(prefix + " begins group addresses, which no machine has");
    }
    if (size > 1L << Byte.SIZE * (MAC_SIZE - fixed)) {
      throw new IllegalArgumentException(
          "%s leaves no room for %d machines".formatted(prefix, size));
    }
  }

  /// @param number from 0
  MacAddress mac(int number) {
    byte[] fixed = prefix.bytes();
    byte[] mac = Arrays.copyOf(fixed, MAC_SIZE);
    byte[] rest = ByteBuffer.allocate(Long.BYTES).putLong(seed + number).array();
    int free = MAC_SIZE - fixed.length;
    System.arraycopy(rest, Long.BYTES - free, mac, fixed.length, free);
    return MacAddress.of(mac);
  }
}
