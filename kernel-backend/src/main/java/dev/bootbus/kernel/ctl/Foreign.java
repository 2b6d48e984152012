package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What another boot server knew of a machine.
sealed interface Foreign {
  /// In its file.
  int line();

  MacAddress mac();

  /// A node that the operator has declared.
  ///
  /// @param address fixed for it, or null
  record Binding(int line, MacAddress mac, @Nullable Inet4Address address) implements Foreign {}

  /// Its client id is left behind: a machine has several, one for each stage of its boot.
  ///
  /// @param hostname empty where it has none
  record Lease(int line, MacAddress mac, Inet4Address address, Instant expires, String hostname)
      implements Foreign {}

  /// A file taken apart.
  ///
  /// @param faults what cannot be read, each with its line; the rest is taken over
  /// @param notes what is left out on purpose
  record Contents(List<Foreign> entries, List<String> faults, List<String> notes) {
    public Contents {
      entries = List.copyOf(entries);
      faults = List.copyOf(faults);
      notes = List.copyOf(notes);
    }
  }

  default Kind kind() {
    return switch (this) {
      case Binding _ -> Kind.NODES;
      case Lease _ -> Kind.LEASES;
    };
  }

  default String id() {
    return switch (this) {
      case Binding binding -> binding.mac().dashed();
      case Lease lease -> lease.address().getHostAddress();
    };
  }

  /// The address that no other entry may have, or nothing.
  default String taken() {
    return switch (this) {
      case Binding(_, _, Inet4Address address) -> address == null ? "" : address.getHostAddress();
      case Lease lease -> lease.address().getHostAddress();
    };
  }

  /// As one that the API is to create.
  default ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    return switch (this) {
      case Binding(_, MacAddress mac, Inet4Address address) -> {
        body.put("mac", mac.toString());
        yield address == null ? body : body.put("address", address.getHostAddress());
      }
      case Lease lease -> {
        body.put("address", lease.address().getHostAddress());
        body.put("mac", lease.mac().toString());
        body.put("expires", lease.expires().toEpochMilli());
        yield lease.hostname().isEmpty() ? body : body.put("hostname", lease.hostname());
      }
    };
  }
}
