package dev.bootbus.probe.lab;

/// How a stack is set up; the same for all, each puts it into words of its own.
///
/// @param nextServer where the loader is said to be
/// @param loader what x86-64 UEFI gets over TFTP
/// @param addresses what there is to give away
/// @param known whether only {@link Place#OWNER} is served
/// @param proxy whether another server gives the addresses; what is to be loaded is said on port
///     4011, where nothing listens
record Setup(String nextServer, String loader, Addresses addresses, boolean known, boolean proxy) {
  enum Addresses {
    PLENTY,
    /// The only one is kept for another machine.
    NONE
  }

  static Setup healthy(Place place) {
    return new Setup(place.server(), "ipxe.efi", Addresses.PLENTY, false, false);
  }

  Setup withNextServer(String other) {
    return new Setup(other, loader, addresses, known, proxy);
  }

  Setup withLoader(String other) {
    return new Setup(nextServer, other, addresses, known, proxy);
  }

  Setup withoutAddresses() {
    return new Setup(nextServer, loader, Addresses.NONE, known, proxy);
  }

  Setup forKnownMachines() {
    return new Setup(nextServer, loader, addresses, true, proxy);
  }

  Setup asProxy() {
    return new Setup(nextServer, loader, addresses, known, true);
  }
}
