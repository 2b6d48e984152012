package dev.bootbus.dhcp;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Refuses packets that say they came by a relay with an address of this machine: the answer would
/// go to ourselves.
record OwnAddresses(Set<Inet4Address> addresses) implements Admission {

  /// All that the machine has now; none if it does not tell.
  static OwnAddresses now() {
    try {
      return new OwnAddresses(
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(Inet4Address.class::isInstance)
              .map(Inet4Address.class::cast)
              .collect(Collectors.toUnmodifiableSet()));
    } catch (SocketException e) {
      return new OwnAddresses(Set.of());
    }
  }

  @Override
  public Optional<DropReason> refusal(Client client) {
    return addresses.contains(client.message().giaddr())
        ? Optional.of(DropReason.BAD_ADDRESS)
        : Optional.empty();
  }
}
