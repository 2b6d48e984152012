package dev.bootbus.dhcp;

/// Where PXE firmware learns its boot file in proxy mode.
public enum ProxyStyle {
  /// In the offer, with discovery control 8 so that it does not ask further. Every firmware seen
  /// boots so, with or without a port 4011.
  OFFER,
  /// On port 4011: the offer has no option 43 and no file, and firmware asks (PXE specification 2.1
  /// §2.2.5). For ROMs that do not put two servers' offers together.
  BOOT_SERVICE
}
