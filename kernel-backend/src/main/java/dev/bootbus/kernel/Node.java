package dev.bootbus.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.MacAddress;
import java.time.Instant;
import java.util.Map;

/// What has been learnt of one machine; the record under its hardware address in the bucket of
/// nodes.
///
/// @param kernel name of a kernel in the catalogue, or empty for the default
/// @param uuid option 97 as canonical text, or empty
/// @param more fields that this version does not know, and keeps
record Node(
    MacAddress mac,
    String hostname,
    String kernel,
    Architecture arch,
    String uuid,
    Instant firstSeen,
    Map<String, JsonNode> more) {

  Node {
    more = Map.copyOf(more);
  }

  /// The same with what was not known of it until now.
  Node learning(Architecture saidArch, String saidUuid) {
    return new Node(
        mac,
        hostname,
        kernel,
        arch.equals(Architecture.ANY) ? saidArch : arch,
        uuid.isEmpty() ? saidUuid : uuid,
        firstSeen,
        more);
  }
}
