package dev.bootbus.kernel.lease;

import dev.bootbus.schema.MacAddress;
import java.time.Instant;

/// An address given to a machine for a time; the record under that address in the bucket of
/// leases.
///
/// @param clientId option 61 as hex digits, or empty
/// @param hostname the name that the machine was given with it
public record Lease(
    MacAddress mac,
    State state,
    Instant expires,
    String clientId,
    String hostname,
    Instant updated) {

  public enum State {
    BOUND,
    /// given back by the machine, which gets it again when it comes back in time
    RELEASED,
    /// found by the machine to be in use by another; nobody's until it expires
    DECLINED
  }

  boolean isLive(Instant now) {
    return now.isBefore(expires);
  }
}
