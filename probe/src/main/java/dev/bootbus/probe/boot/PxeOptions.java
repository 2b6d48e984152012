package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a PXE client finds in option 43 (PXE 2.1 §2.2.3, RFC 4578 leaves it there).
///
/// @param discovery sub-option 6: how boot servers are found
/// @param servers sub-option 8: addresses by the type of boot server
/// @param menu sub-option 9
/// @param prompt sub-option 10: seconds until the first item is taken; 255 waits for a key
record PxeOptions(
    OptionalInt discovery, List<Server> servers, List<Item> menu, OptionalInt prompt) {
  private static final int DISCOVERY_CONTROL = 6;
  private static final int BOOT_SERVERS = 8;
  private static final int BOOT_MENU = 9;
  private static final int MENU_PROMPT = 10;
  private static final int USE_THIS_FILE = 0x08;
  private static final int ONLY_LISTED = 0x04;
  private static final int ADDRESS_SIZE = 4;

  /// @param type 0 is the machine's own disk
  record Item(int type, String text) {}

  record Server(int type, List<Inet4Address> addresses) {}

  static final PxeOptions NONE =
      new PxeOptions(OptionalInt.empty(), List.of(), List.of(), OptionalInt.empty());

  /// Reads as far as it makes sense: firmware does the same.
  static PxeOptions of(Options options) {
    return options.get(Option.VENDOR_SPECIFIC).map(PxeOptions::read).orElse(NONE);
  }

  private static PxeOptions read(Options vendor) {
    return new PxeOptions(
        first(vendor.raw(DISCOVERY_CONTROL)),
        vendor.raw(BOOT_SERVERS).map(PxeOptions::servers).orElse(List.of()),
        vendor.raw(BOOT_MENU).map(PxeOptions::items).orElse(List.of()),
        first(vendor.raw(MENU_PROMPT)));
  }

  private static OptionalInt first(Optional<Bytes> value) {
    return value
        .filter(v -> v.length() > 0)
        .map(v -> OptionalInt.of(v.at(0)))
        .orElse(OptionalInt.empty());
  }

  private static List<Server> servers(Bytes value) {
    List<Server> servers = new ArrayList<>();
    ByteBuffer in = value.buffer();
    while (in.remaining() > 2) {
      int type = Short.toUnsignedInt(in.getShort());
      int count = Byte.toUnsignedInt(in.get());
      List<Inet4Address> addresses = new ArrayList<>();
      for (; count > 0 && in.remaining() >= ADDRESS_SIZE; count--) {
        addresses.add(address(in));
      }
      servers.add(new Server(type, List.copyOf(addresses)));
    }
    return List.copyOf(servers);
  }

  private static Inet4Address address(ByteBuffer in) {
    byte[] four = new byte[ADDRESS_SIZE];
    in.get(four);
    try {
      return (Inet4Address) InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  private static List<Item> items(Bytes value) {
    List<Item> items = new ArrayList<>();
    ByteBuffer in = value.buffer();
    while (in.remaining() > 2) {
      int type = Short.toUnsignedInt(in.getShort());
      byte[] text = new byte[Math.min(Byte.toUnsignedInt(in.get()), in.remaining())];
      in.get(text);
      items.add(new Item(type, new String(text, StandardCharsets.ISO_8859_1)));
    }
    return List.copyOf(items);
  }

  /// Bit 3: no menu and no discovery, the packet's own file is it.
  boolean saysUseThisFile() {
    return (discovery.orElse(0) & USE_THIS_FILE) != 0;
  }

  /// Whom to ask for an item where not everybody may answer; nobody where broadcast finds one.
  Optional<Inet4Address> serverOf(int type) {
    return servers.stream()
        .filter(s -> s.type() == type)
        .flatMap(s -> s.addresses().stream())
        .findFirst();
  }

  boolean onlyListed() {
    return (discovery.orElse(0) & ONLY_LISTED) != 0;
  }
}
