package dev.bootbus.kernel.lease;

import dev.bootbus.schema.MacAddress;
import java.time.Instant;

/// An address given to a machine for a time; the record under that address in the bucket of
/// leases.
///
/// @param clientId option 61 as hex digits, or empty
/// @param hostname the name that the machine was given with it
/// @param owner whose it is beside the hardware address, where another one of the same machine may
///     take it over: `uuid:564d4c41-…`, `client-id:0152…`, or empty
public record Lease(
    MacAddress mac,
    State state,
    Instant expires,
    String clientId,
    String hostname,
    Instant updated,
    String owner) {

  public Lease(
      MacAddress mac,
      State state,
      Instant expires,
      String clientId,
      String hostname,
      Instant updated) {
    this(mac, state, expires, clientId, hostname, updated, "");
  }

  public enum State {
    BOUND,
    /// given back by the machine, which gets it again when it comes back in time
    RELEASED,
    /// found by the machine to be in use by another; nobody's until it expires
    DECLINED,
    /// taken away by the operator; free, and kept to be read
    DELETED
  }

  /// Whether the machine that had the address has it again when it comes back.
  boolean isKept() {
    return switch (state) {
      case BOUND, RELEASED -> true;
      case DECLINED, DELETED -> false;
    };
  }

  boolean isCalled(String name) {
    return hostname.equalsIgnoreCase(name);
  }

  Lease changed(Instant end, String name, Instant now) {
    return new Lease(mac, state, end, clientId, name, now, owner);
  }

  Lease deleted(Instant now) {
    return new Lease(mac, State.DELETED, now, clientId, hostname, now, owner);
  }

  /// Whether nobody else may have the address now.
  public boolean isTaken(Instant now) {
    return isLive(now) && (state == State.BOUND || state == State.DECLINED);
  }

  boolean isLive(Instant now) {
    return now.isBefore(expires);
  }
}
