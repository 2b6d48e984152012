package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Options;
import java.net.Inet4Address;

/// What a PXE client asks a boot server (PXE specification 2.1 §2.2.2): a DHCPREQUEST on port 4011.
///
/// @param from own port: UEFI asks from 4011, iPXE and BIOS ROMs from 68
/// @param more such as option 43 with the chosen item of a menu (suboption 71)
public record BootRequest(Inet4Address server, int from, Options more) {}
