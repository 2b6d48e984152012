package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.ClientClass.Firmware;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.util.Set;
import java.util.SortedMap;

/// How a client is told what it boots: in every place where firmware looks for it, because some
/// reads only the header, some only the options.
///
/// @param further options that somebody asked for by code
record BootWords(Client client, BootOptions boot, SortedMap<Integer, Bytes> further) {
  private static final int PXE_DISCOVERY_CONTROL = 6;
  private static final int PXE_BOOT_ITEM = 71;
  private static final Options USE_BOOT_FILE =
      Options.builder().put(PXE_DISCOVERY_CONTROL, Bytes.of((byte) 8)).build();

  /// What only a [Draft] may say, lest header and options contradict each other.
  static final Set<Integer> OWNED =
      Set.of(
          Option.OVERLOAD.code(),
          Option.MESSAGE_TYPE.code(),
          Option.SERVER_ID.code(),
          Option.CLIENT_ID.code(),
          Option.TFTP_SERVER_NAME.code(),
          Option.BOOT_FILE_NAME.code(),
          Option.RELAY_AGENT_INFO.code());

  void addTo(Draft draft) {
    if (boot instanceof Load load) {
      String file = load.file().length() < DhcpMessage.FILE_SIZE ? load.file() : "";
      draft.header(boot.nextServer(), file);
      name(draft, load);
    } else {
      draft.header(boot.nextServer(), "");
    }
    further.forEach(
        (code, value) -> {
          if (!OWNED.contains(code)) {
            draft.add(code, value);
          }
        });
    if (boot instanceof Load && client.clientClass().firmware() == Firmware.PXE) {
      draft.add(Option.VENDOR_SPECIFIC, pxeOptions());
    }
  }

  private void name(Draft draft, Load load) {
    switch (client.clientClass().firmware()) {
      case PXE -> draft.add(Option.VENDOR_CLASS, ClientClass.PXE_CLIENT);
      case HTTP -> draft.add(Option.VENDOR_CLASS, ClientClass.HTTP_CLIENT);
      case OTHER, NONE -> {}
    }
    draft.add(Option.BOOT_FILE_NAME, load.file());
    draft.add(Option.TFTP_SERVER_NAME, load.nextServer().getHostAddress());
  }

  /// With option 60 and without option 43, OVMF would ask port 4011 before it boots, and fail if
  /// nobody is there. Discovery control 8 says: no boot service needed, load the file named here. A
  /// client that comes from a boot menu gets its choice back instead (PXE specification 2.1
  /// §2.2.3).
  private Options pxeOptions() {
    return client
        .message()
        .options()
        .get(Option.VENDOR_SPECIFIC)
        .flatMap(asked -> asked.raw(PXE_BOOT_ITEM))
        .map(item -> Options.builder().put(PXE_BOOT_ITEM, item).build())
        .orElse(USE_BOOT_FILE);
  }
}
