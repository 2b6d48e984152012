package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Options;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A menu that PXE firmware shows before it boots (PXE specification 2.1 §2.2.3, table 2-1). What
/// is chosen is asked for on port 4011.
///
/// @param prompt the line before the menu, as "Press F8 for a menu"
/// @param timeout seconds after which the first item is taken: 0 at once, 255 never
/// @param items in the order shown; none means no menu
public record BootMenu(String prompt, int timeout, List<Item> items) {
  public static final BootMenu NONE = new BootMenu("", 0, List.of());

  /// The type that every firmware knows: go on with the next boot device.
  public static final int LOCAL = 0;

  private static final int MAX_UINT8 = 255;
  private static final int MAX_UINT16 = 65535;
  private static final int MAX_SUBOPTION = 255;
  private static final int ADDRESS_SIZE = 4;

  /// Neither broadcasts nor multicasts in search of a boot service, only the servers named here.
  private static final byte NAMED_SERVERS_ONLY = 1 | 2 | 4;

  /// @param type how the choice is told, 1 to 65535; [#LOCAL] for the next boot device
  /// @param files what each class of firmware boots ([ClientClass#firmwareLabel])
  public record Item(String label, int type, Map<String, String> files) {

    public Item {
      files = Map.copyOf(files);
      check(!label.isEmpty() && isText(label), "not printable ASCII: " + label);
      check(type >= 0 && type <= MAX_UINT16, "not a type from 0 to 65535: " + type);
      check(
          (type == LOCAL) == files.isEmpty(), "type 0 has no files, any other type has: " + label);
    }

    public static Item local(String label) {
      return new Item(label, LOCAL, Map.of());
    }
  }

  /// @throws IllegalArgumentException if firmware could not be told it, with one sentence for the
  ///     operator
  public BootMenu {
    items = List.copyOf(items);
    check(isText(prompt), "not printable ASCII: " + prompt);
    check(prompt.length() < MAX_SUBOPTION, "longer than 254 characters: " + prompt);
    check(timeout >= 0 && timeout <= MAX_UINT8, "not 0 to 255 seconds: " + timeout);
    Set<Integer> types = new HashSet<>();
    items.forEach(item -> check(types.add(item.type()), "two items of type " + item.type()));
    check(menu(items).length <= MAX_SUBOPTION, "all labels together are too long for the menu");
    check(
        items.size() * (Short.BYTES + 1 + ADDRESS_SIZE) <= MAX_SUBOPTION,
        "too many items: " + items.size());
  }

  private static void check(boolean good, String why) {
    if (!good) {
      throw new IllegalArgumentException("boot menu: " + why);
    }
  }

  private static boolean isText(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  public boolean isEmpty() {
    return items.isEmpty();
  }

  Optional<Item> item(int type) {
    return items.stream().filter(item -> item.type() == type).findFirst();
  }

  /// As the value of option 43.
  ///
  /// @param server whose port 4011 is asked
  Options options(Inet4Address server) {
    ByteArrayOutputStream servers = new ByteArrayOutputStream();
    for (Item item : items) {
      if (item.type() != LOCAL) {
        writeUint16(item.type(), servers);
        servers.write(1);
        servers.writeBytes(server.getAddress());
      }
    }
    Options.Builder options =
        Options.builder()
            .put(PxeOption.DISCOVERY_CONTROL, Bytes.of(NAMED_SERVERS_ONLY))
            .put(PxeOption.BOOT_MENU, Bytes.of(menu(items)))
            .put(PxeOption.MENU_PROMPT, PxeOption.prompt(timeout, prompt));
    if (servers.size() > 0) {
      options.put(PxeOption.BOOT_SERVERS, Bytes.of(servers.toByteArray()));
    }
    return options.build();
  }

  private static byte[] menu(List<Item> items) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Item item : items) {
      writeUint16(item.type(), out);
      out.write(item.label().length());
      out.writeBytes(item.label().getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }

  private static void writeUint16(int value, ByteArrayOutputStream out) {
    out.write(value >> Byte.SIZE);
    out.write(value);
  }
}
