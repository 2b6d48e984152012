package dev.bootbus.dhcp;

import java.util.Optional;

/// Which clients are served on a port at all, before anybody is asked about them.
@FunctionalInterface
public interface Admission {
  Admission EVERYONE = client -> Optional.empty();

  /// Why this client's packet is dropped; empty if it is served. Called for each packet, from any
  /// thread.
  Optional<DropReason> refusal(Client client);

  /// Both have to admit it; the other is not asked about what this one refuses.
  default Admission and(Admission other) {
    return client -> refusal(client).or(() -> other.refusal(client));
  }
}
