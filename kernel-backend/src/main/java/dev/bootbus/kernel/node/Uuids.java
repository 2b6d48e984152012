package dev.bootbus.kernel.node;

import dev.bootbus.schema.MacAddress;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds nodes by their UUIDs. There is firmware that gives all machines the same one: that is
/// nobody's.
public final class Uuids {
  private static final String SHAPE = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";

  private final Map<String, Set<MacAddress>> nodes = new ConcurrentHashMap<>();

  public void changed(MacAddress mac, @Nullable Node before, @Nullable Node after) {
    of(before)
        .ifPresent(
            uuid ->
                nodes.computeIfPresent(
                    uuid, (_, macs) -> macs.equals(Set.of(mac)) ? null : without(macs, mac)));
    of(after)
        .ifPresent(
            uuid -> nodes.computeIfAbsent(uuid, _ -> ConcurrentHashMap.newKeySet(1)).add(mac));
  }

  private static Optional<String> of(@Nullable Node node) {
    return Optional.ofNullable(node)
        .map(one -> one.uuid().toLowerCase(Locale.ROOT))
        .filter(Uuids::isUuid);
  }

  private static Set<MacAddress> without(Set<MacAddress> macs, MacAddress mac) {
    macs.remove(mac);
    return macs;
  }

  /// @param uuid in lower case; as it stands in the packet, which is how PXELINUX and GRUB write
  ///     it, or with the first three fields turned round, which is how it is written otherwise
  public Optional<MacAddress> find(String uuid) {
    if (!isUuid(uuid)) {
      return Optional.empty();
    }
    return only(nodes.get(turned(uuid))).or(() -> only(nodes.get(uuid)));
  }

  /// A Raspberry Pi says `RPi4`, and at the end its serial number, in older releases four times. In
  /// which byte order is not written down anywhere, so both are tried.
  public Optional<MacAddress> findPi(String serial) {
    String other = reversed(serial);
    Predicate<String> own =
        uuid ->
            turned(uuid).startsWith("525069") && (uuid.endsWith(serial) || uuid.endsWith(other))
                || turned(uuid).replace("-", "").equals(serial.repeat(4));
    return nodes.entrySet().stream()
        .filter(entry -> own.test(entry.getKey()))
        .map(entry -> only(entry.getValue()))
        .findFirst()
        .flatMap(mac -> mac);
  }

  /// Whether another node has it; one that several have is nobody's.
  boolean isTaken(String uuid, MacAddress mac) {
    return find(uuid.toLowerCase(Locale.ROOT)).filter(other -> !other.equals(mac)).isPresent();
  }

  /// Asked for each packet, and so without a pattern.
  static boolean isUuid(String text) {
    boolean uuid = text.length() == SHAPE.length();
    for (int i = 0; uuid && i < text.length(); i++) {
      char c = text.charAt(i);
      uuid = SHAPE.charAt(i) == '-' ? c == '-' : HexFormat.isHexDigit(c);
    }
    return uuid;
  }

  private static Optional<MacAddress> only(@Nullable Set<MacAddress> macs) {
    return macs != null && macs.size() == 1 ? macs.stream().findFirst() : Optional.empty();
  }

  /// The same with the first three fields in the other byte order.
  ///
  /// @param uuid canonical text
  public static String turned(String uuid) {
    return reversed(uuid.substring(0, 8))
        + "-"
        + reversed(uuid.substring(9, 13))
        + "-"
        + reversed(uuid.substring(14, 18))
        + uuid.substring(18);
  }

  /// @param hex whole bytes
  private static String reversed(String hex) {
    StringBuilder bytes = new StringBuilder();
    for (int i = hex.length(); i > 0; i -= 2) {
      bytes.append(hex, i - 2, i);
    }
    return bytes.toString();
  }
}
