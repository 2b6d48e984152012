package dev.bootbus.dhcp;

import dev.bootbus.schema.MacAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Hardware addresses, whole or the first bytes of them: `52:54:00` is every address of that vendor
/// (OUI).
///
/// @param byLength by their number of bytes
record MacPrefixes(Map<Integer, Set<MacAddress>> byLength) {

  MacPrefixes {
    byLength = Map.copyOf(byLength);
  }

  /// @param texts as [MacAddress#parse] reads them, in whole bytes
  /// @throws IllegalArgumentException with one sentence for the operator
  static MacPrefixes of(List<String> texts) {
    Map<Integer, Set<MacAddress>> byLength = new HashMap<>();
    for (String text : texts) {
      MacAddress prefix = parse(text.strip());
      byLength.computeIfAbsent(prefix.bytes().length, length -> new HashSet<>()).add(prefix);
    }
    return new MacPrefixes(byLength);
  }

  private static MacAddress parse(String text) {
    try {
      MacAddress prefix = MacAddress.parse(text);
      if (!prefix.isNone()) {
        return prefix;
      }
    } catch (IllegalArgumentException e) {
      // told like the empty one
    }
    throw new IllegalArgumentException(
        "not a hardware address, nor the first bytes of one such as 52:54:00: " + text);
  }

  boolean isEmpty() {
    return byLength.isEmpty();
  }

  boolean contains(MacAddress mac) {
    byte[] bytes = mac.bytes();
    return byLength.entrySet().stream()
        .anyMatch(
            some ->
                some.getKey() <= bytes.length
                    && some.getValue()
                        .contains(MacAddress.of(Arrays.copyOf(bytes, some.getKey()))));
  }

  int size() {
    return byLength.values().stream().mapToInt(Set::size).sum();
  }
}
