package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.MacAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is to be done so that we know what another server knew. What is here already goes before
/// the file: its machine may have been heard since the file was written.
sealed interface Takeover {
  /// Nothing is there, or what is there is over.
  record Add(ObjectNode body) implements Takeover {}

  /// By a merge patch.
  record Change(ObjectNode patch) implements Takeover {}

  record Nothing() implements Takeover {}

  record Conflict(String reason) implements Takeover {}

  /// @param here what the API has under the same id, or null
  static Takeover of(Foreign wanted, @Nullable JsonNode here, Instant now) {
    if (here == null) {
      return new Add(wanted.body());
    }
    return switch (wanted) {
      case Foreign.Binding binding -> ofNode(binding, here);
      case Foreign.Lease lease -> ofLease(lease, here, now);
    };
  }

  private static Takeover ofNode(Foreign.Binding wanted, JsonNode here) {
    String address = wanted.taken();
    String has = here.path("address").asText();
    if (address.isEmpty() || address.equals(has)) {
      return new Nothing();
    }
    return has.isEmpty()
        ? new Change(JsonNodeFactory.instance.objectNode().put("address", address))
        : new Conflict("node " + Output.named(here) + " has " + has);
  }

  private static Takeover ofLease(Foreign.Lease wanted, JsonNode here, Instant now) {
    if (here.path("expires").asLong() <= now.toEpochMilli()) {
      return new Add(wanted.body());
    }
    String mac = here.path("mac").asText();
    return switch (here.path("state").asText()) {
      case "bound" ->
          mac.equals(wanted.mac().toString()) ? new Nothing() : new Conflict(mac + " has it");
      case "declined" -> new Conflict("a machine found that somebody else uses it");
      default -> new Add(wanted.body());
    };
  }

  /// @throws IllegalArgumentException if it is not one
  static MacAddress mac(String text) {
    MacAddress mac = MacAddress.parse(text);
    if (mac.bytes().length < 6) {
      throw new IllegalArgumentException("not a hardware address: " + text);
    }
    return mac;
  }
}
