package dev.bootbus.dhcp;

import java.util.Optional;

/// Only these machines are served, and none whose hardware address the packet does not tell.
record AllowList(MacPrefixes machines) implements Admission {

  @Override
  public Optional<DropReason> refusal(Client client) {
    return machines.contains(client.mac())
        ? Optional.empty()
        : Optional.of(DropReason.NOT_ALLOWED_MAC);
  }
}
