package dev.bootbus.dhcp;

import java.util.Optional;

/// All machines are served but these.
record DenyList(MacPrefixes machines) implements Admission {

  @Override
  public Optional<DropReason> refusal(Client client) {
    return machines.contains(client.mac()) ? Optional.of(DropReason.DENIED_MAC) : Optional.empty();
  }
}
