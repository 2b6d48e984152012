package dev.bootbus.probe.script;

import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.artefact.Target;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// What a loader knows of the machine it runs on.
///
/// @param address yiaddr of the ACK
/// @param nextServer where its files come from, a ProxyDHCP server's word included
/// @param bootFile field `file` or option 67, as the loader's own DHCP was told
/// @param options of the ACK, with those that a ProxyDHCP server added
/// @param board of SMBIOS, by iPXE's names: `manufacturer` `product` `serial` `asset`
public record Machine(
    MacAddress mac,
    Optional<UUID> uuid,
    Target target,
    Inet4Address address,
    Inet4Address nextServer,
    String bootFile,
    Options options,
    Map<String, String> board) {
  public Machine {
    board = Map.copyOf(board);
  }
}
