package dev.bootbus.kernel.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.schema.MacAddress;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What has been learnt of one machine; the record under its hardware address in the bucket of
/// nodes.
///
/// @param kernel name of a kernel in the catalogue, or empty for the default
/// @param uuid option 97 as canonical text, or empty
/// @param token null until the machine is next heard, in a record of an older version
/// @param more fields that this version does not know, and keeps
public record Node(
    MacAddress mac,
    String hostname,
    String kernel,
    Architecture arch,
    String uuid,
    Instant firstSeen,
    @Nullable Token token,
    Map<String, JsonNode> more) {

  public Node {
    more = Map.copyOf(more);
  }

  /// The same with what was not known of it until now.
  public Node learning(Architecture saidArch, String saidUuid) {
    return new Node(
        mac,
        hostname,
        kernel,
        arch.equals(Architecture.ANY) ? saidArch : arch,
        uuid.isEmpty() ? saidUuid : uuid,
        firstSeen,
        token == null ? Token.fresh(mac) : token,
        more);
  }
}
