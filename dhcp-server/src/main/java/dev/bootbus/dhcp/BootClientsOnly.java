package dev.bootbus.dhcp;

import java.util.Optional;

/// Whoever boots from the network is served; an operating system that only wants an address is left
/// to another server.
record BootClientsOnly() implements Admission {

  @Override
  public Optional<DropReason> refusal(Client client) {
    return client.clientClass().isBootClient() ? Optional.empty() : Optional.of(DropReason.NOT_PXE);
  }
}
