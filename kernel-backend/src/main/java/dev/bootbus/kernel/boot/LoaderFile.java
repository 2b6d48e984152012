package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file that a boot loader asks for, and the machine that its name tells.
///
/// @param inFolder whether the loader's search began in a folder below the root, which PXELINUX
///     puts before relative names
public record LoaderFile(Loader loader, Identity identity, boolean inFolder) {
  /// Whose language a file is in.
  public enum Loader {
    /// `autoexec.ipxe` is what iPXE 2.0 asks its TFTP server for before anything else, and
    /// `main.ipxe` what a binary with an embedded script may chain to
    IPXE,
    PXELINUX,
    GRUB,
    U_BOOT,
    PI_CONFIG,
    PI_CMDLINE;

    /// `ipxe`, `pxelinux`, `grub`, `u-boot`, `pi-config`, `pi-cmdline`
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Loader> of(String key) {
      return Arrays.stream(values()).filter(loader -> loader.key().equals(key)).findFirst();
    }
  }

  /// Which machine a name means.
  sealed interface Identity {
    /// Whoever asks.
    record Asker() implements Identity {}

    record Mac(MacAddress mac) implements Identity {}

    /// @param uuid as it stands in the name, in lower case
    record Uuid(String uuid) implements Identity {}

    record Address(Inet4Address address) implements Identity {}

    /// @param digits 8, of a Raspberry Pi
    record Serial(String digits) implements Identity {}
  }

  private static final Set<String> SCRIPTS = Set.of(BootUrl.SCRIPT, "main.ipxe", "autoexec.ipxe");
  private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(?:-[0-9a-f]{2}){5}");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern EIGHT_HEX = Pattern.compile("[0-9a-f]{8}");
  private static final Identity ASKER = new Identity.Asker();

  /// @param path without a leading slash
  static Optional<LoaderFile> of(String path) {
    List<String> segments = List.of(path.split("/"));
    String name = segments.isEmpty() ? "" : segments.getLast();
    String folder = segments.size() < 2 ? "" : segments.get(segments.size() - 2);
    boolean deep = segments.size() > (folder.equals("pxelinux.cfg") ? 2 : 1);
    if (folder.equals("pxelinux.cfg")) {
      return file(Loader.PXELINUX, name.equals("default") ? ASKER : searched(name), deep);
    }
    if (name.equals("grub.cfg")) {
      return file(Loader.GRUB, ASKER, deep);
    }
    if (name.startsWith("grub.cfg-")) {
      return file(Loader.GRUB, searched(name.substring("grub.cfg-".length())), deep);
    }
    if (name.equals("boot.scr.uimg")) {
      return file(Loader.U_BOOT, ASKER, deep);
    }
    if (segments.size() == 1 && SCRIPTS.contains(name)) {
      return file(Loader.IPXE, ASKER, false);
    }
    return switch (segments.size() == 2 ? name : "") {
      case "config.txt" -> file(Loader.PI_CONFIG, piFolder(folder), true);
      case "cmdline.txt" -> file(Loader.PI_CMDLINE, piFolder(folder), true);
      default -> Optional.empty();
    };
  }

  private static Optional<LoaderFile> file(
      Loader loader, @Nullable Identity identity, boolean inFolder) {
    return Optional.ofNullable(identity).map(who -> new LoaderFile(loader, who, inFolder));
  }

  /// PXELINUX and GRUB search by the same three: UUID, `01-` (Ethernet) and MAC, address in hex.
  private static @Nullable Identity searched(String text) {
    String key = text.toLowerCase(Locale.ROOT);
    if (key.startsWith("01-") && MAC.matcher(key.substring(3)).matches()) {
      return new Identity.Mac(MacAddress.parse(key.substring(3)));
    }
    if (UUID.matcher(key).matches()) {
      return new Identity.Uuid(key);
    }
    return EIGHT_HEX.matcher(key).matches()
        ? new Identity.Address(Ipv4.of(Long.parseLong(key, 16)))
        : null;
  }

  /// By default the serial number; the MAC where the EEPROM says `TFTP_PREFIX=2`.
  private static @Nullable Identity piFolder(String folder) {
    if (MAC.matcher(folder).matches()) {
      return new Identity.Mac(MacAddress.parse(folder));
    }
    return EIGHT_HEX.matcher(folder).matches() ? new Identity.Serial(folder) : null;
  }
}
