package dev.bootbus.example;

import java.util.List;

/// One of the programs that ask for an address on the way to a kernel, as they name themselves.
///
/// @param vendorClass option 60
/// @param arch option 93
/// @param userClass option 77
record Stage(String name, String vendorClass, int arch, List<String> userClass) {
  static final Stage BIOS = firmware("BIOS ROM", "PXEClient:Arch:00000:UNDI:002001", 0);
  static final Stage UEFI = firmware("UEFI PXE", "PXEClient:Arch:00007:UNDI:003000", 7);
  static final Stage UEFI_HTTP = firmware("UEFI HTTP", "HTTPClient:Arch:00016:UNDI:003000", 16);

  private static Stage firmware(String name, String vendorClass, int arch) {
    return new Stage(name, vendorClass, arch, List.of());
  }

  /// iPXE, started by this firmware; after HTTP boot it says that it is a PXE client again.
  Stage ipxe() {
    return arch == 0
        ? new Stage("iPXE", "PXEClient:Arch:00000:UNDI:002001", 0, List.of("iPXE"))
        : new Stage("iPXE", "PXEClient:Arch:00007:UNDI:003010", 7, List.of("iPXE"));
  }

  boolean bootsOverHttp() {
    return vendorClass.startsWith("HTTPClient");
  }
}
