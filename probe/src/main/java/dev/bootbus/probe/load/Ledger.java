package dev.bootbus.probe.load;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.URI;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What no two machines may have, and what all must have alike.
final class Ledger {
  /// Files of one boot; a script may name others for each machine, which then are not compared.
  private static final int MOST_FILES = 1024;

  private static final int SHOWN = 6;
  private static final HexFormat HEX = HexFormat.of();

  private final Map<Inet4Address, MacAddress> owners = new ConcurrentHashMap<>();
  private final Map<URI, String> digests = new ConcurrentHashMap<>();

  /// A machine was given an address. It keeps it until the storm is over.
  Optional<Finding> address(MacAddress machine, Inet4Address address) {
    MacAddress owner = owners.putIfAbsent(address, machine);
    if (owner == null || owner.equals(machine)) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            Cause.ADDRESS_GIVEN_TWICE,
            "%s was given to %s and to %s".formatted(address.getHostAddress(), owner, machine)));
  }

  /// A file came to a machine.
  Optional<Finding> file(URI uri, byte[] sha256) {
    String digest = HEX.formatHex(sha256);
    String first =
        digests.size() < MOST_FILES ? digests.putIfAbsent(uri, digest) : digests.get(uri);
    if (first == null || first.equals(digest)) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            Cause.FILE_DIFFERS,
            "%s was %s… first, and %s… later"
                .formatted(uri, first.substring(0, SHOWN), digest.substring(0, SHOWN))));
  }
}
