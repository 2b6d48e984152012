package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What stands in option 43 for a PXE client, by its code there (PXE specification 2.1 §2.2.3,
/// table 2-1).
final class PxeOption {
  /// Bits: 1 no broadcast, 2 no multicast, 4 only the boot servers named, 8 no boot server at all
  /// but the file in this packet.
  static final int DISCOVERY_CONTROL = 6;

  /// For each type of boot server its addresses.
  static final int BOOT_SERVERS = 8;

  static final int BOOT_MENU = 9;
  static final int MENU_PROMPT = 10;

  /// The client's choice: type, and layer with bit 15 for credentials.
  static final int BOOT_ITEM = 71;

  /// W3C Trace Context in binary, as the Go peer sends it.
  static final int TRACE = 69;

  private static final int BOOT_ITEM_SIZE = 4;
  private static final byte USE_BOOT_FILE = 8;
  private static final byte NO_SEARCH = 1 | 2;
  private static final int AT_ONCE = 0;

  private static final Options BOOT_FILE =
      Options.builder().put(DISCOVERY_CONTROL, Bytes.of(USE_BOOT_FILE)).build();

  private static final Options PROMPT_AND_BOOT_FILE =
      Options.builder()
          .put(DISCOVERY_CONTROL, Bytes.of(USE_BOOT_FILE))
          .put(MENU_PROMPT, prompt(AT_ONCE, "PXE"))
          .build();

  /// The ROM looks for its own text and nothing else; this is how a menu would bring it.
  private static final Options RASPBERRY_PI =
      Options.builder()
          .put(DISCOVERY_CONTROL, Bytes.of(NO_SEARCH))
          .put(BOOT_MENU, Bytes.of("\0\0\21Raspberry Pi Boot".getBytes(StandardCharsets.US_ASCII)))
          .put(MENU_PROMPT, prompt(AT_ONCE, "PXE"))
          .build();

  private PxeOption() {}

  /// Load the file named in this packet. With option 60 and without this, OVMF would ask port 4011
  /// before it boots, and fail if nobody is there.
  static Options bootFile() {
    return BOOT_FILE;
  }

  /// The same in an offer beside another server's, with the prompt that waits for nobody, as PXE
  /// servers of the field send it there.
  static Options bootFileOfProxy() {
    return PROMPT_AND_BOOT_FILE;
  }

  static Options raspberryPi() {
    return RASPBERRY_PI;
  }

  /// @param timeout seconds
  static Bytes prompt(int timeout, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(timeout);
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    return Bytes.of(out.toByteArray());
  }

  /// What a client that comes from a boot menu has chosen, as it said it.
  static Optional<Bytes> chosen(DhcpMessage request) {
    return request
        .options()
        .get(Option.VENDOR_SPECIFIC)
        .flatMap(options -> options.raw(BOOT_ITEM))
        .filter(item -> item.length() == BOOT_ITEM_SIZE);
  }

  /// Whether the client is told to load the file named in the packet.
  static boolean isBootFile(Options pxe) {
    return pxe.raw(DISCOVERY_CONTROL)
        .filter(control -> control.length() == 1 && (control.at(0) & USE_BOOT_FILE) != 0)
        .isPresent();
  }

  /// Given back, as the client insists on.
  static Options chosen(Bytes item) {
    return Options.builder().put(BOOT_ITEM, item).build();
  }

  static int type(Bytes item) {
    return item.at(0) << Byte.SIZE | item.at(1);
  }
}
