package dev.bootbus.kernel.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.schema.MacAddress;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is kept of one machine: the record under its first hardware address in the bucket of nodes.
///
/// @param mac the first of its hardware addresses, which is its key
/// @param uuid option 97 as canonical text, or empty
/// @param token null until the machine is next heard, in a record of an older version
/// @param more fields that this version does not know, and keeps
public record Node(
    MacAddress mac,
    Given given,
    Architecture arch,
    String uuid,
    Sighting sighting,
    Progress progress,
    Instant firstSeen,
    @Nullable Token token,
    Map<String, JsonNode> more) {

  public Node {
    more = Map.copyOf(more);
  }

  /// A machine of which nothing else is known.
  public static Node fresh(MacAddress mac, String hostname, Instant now) {
    return new Node(
        mac,
        Given.name(hostname),
        Architecture.ANY,
        "",
        Sighting.NONE,
        Progress.NEW,
        now,
        Token.fresh(mac),
        Map.of());
  }

  static Node stranger(MacAddress mac) {
    return stranger(mac, Architecture.ANY, "", Sighting.NONE);
  }

  /// A machine that is no node: it has no secret, and is nowhere written.
  static Node stranger(MacAddress mac, Architecture arch, String uuid, Sighting sighting) {
    return new Node(
        mac, Given.NONE, arch, uuid, sighting, Progress.NEW, Instant.EPOCH, null, Map.of());
  }

  public String hostname() {
    return given.hostname();
  }

  /// The same with what was not known of it until now; this very object if there is nothing new.
  public Node learning(Architecture saidArch, String saidUuid, Sighting seen) {
    boolean newArch = arch.equals(Architecture.ANY) && !saidArch.equals(Architecture.ANY);
    boolean newUuid = uuid.isEmpty() && !saidUuid.isEmpty();
    if (!newArch && !newUuid && token != null && (seen == sighting || seen.equals(sighting))) {
      return this;
    }
    return new Node(
        mac,
        given,
        newArch ? saidArch : arch,
        newUuid ? saidUuid : uuid,
        seen,
        progress,
        firstSeen,
        token == null ? Token.fresh(mac) : token,
        more);
  }

  public Node with(Progress now) {
    return new Node(mac, given, arch, uuid, sighting, now, firstSeen, token, more);
  }

  public Node with(Given now) {
    return new Node(mac, now, arch, uuid, sighting, progress, firstSeen, token, more);
  }

  public Node with(Architecture otherArch, String otherUuid) {
    return new Node(mac, given, otherArch, otherUuid, sighting, progress, firstSeen, token, more);
  }
}
