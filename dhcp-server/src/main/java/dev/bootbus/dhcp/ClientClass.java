package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What kind of client sent a packet, as far as booting is concerned.
///
/// @param firmware which boot protocol it speaks
/// @param ipxe whether it says that it is iPXE, which loads scripts from URLs, whatever firmware
///     is beneath
/// @param userClasses option 77
public record ClientClass(
    Firmware firmware, Architecture architecture, boolean ipxe, List<String> userClasses) {

  /// What option 60 says.
  public enum Firmware {
    /// `PXEClient`: loads a file over TFTP, and accepts a ProxyDHCP offer.
    PXE,
    /// `HTTPClient`: UEFI HTTP boot, loads a URL (UEFI 2.10 §24.7).
    HTTP,
    /// Something else with an option 93, such as U-Boot: loads a file over TFTP.
    OTHER,
    /// Not firmware: an operating system that only wants an address.
    NONE
  }

  /// A firmware label with this at its end is UEFI HTTP boot's.
  public static final String HTTP_SUFFIX = "-http";

  static final String PXE_CLIENT = "PXEClient";
  static final String HTTP_CLIENT = "HTTPClient";
  private static final String IPXE_USER_CLASS = "iPXE";
  private static final String FREEBSD_USER_CLASS = "FreeBSD";

  /// The PXE specification 2.1 §2.2.1: `PXEClient:Arch:00007:UNDI:003000`.
  private static final Pattern ARCHITECTURE = Pattern.compile("[A-Z]+Client:Arch:(\\d{5}).*");

  public ClientClass {
    userClasses = List.copyOf(userClasses);
  }

  public static ClientClass of(DhcpMessage message) {
    Options options = message.options();
    String vendorClass = options.get(Option.VENDOR_CLASS).orElse("");
    List<String> userClasses = options.get(Option.USER_CLASS).orElse(List.of());
    boolean ipxe = userClasses.contains(IPXE_USER_CLASS) || options.has(Option.IPXE);
    Architecture said = architecture(vendorClass, options);
    return !ipxe && RaspberryPi.is(message, vendorClass, said)
        ? new ClientClass(Firmware.PXE, Architecture.RASPBERRY_PI, false, userClasses)
        : new ClientClass(firmware(vendorClass, said, options), said, ipxe, userClasses);
  }

  private static Firmware firmware(String vendorClass, Architecture said, Options options) {
    if (vendorClass.startsWith(PXE_CLIENT)) {
      return Firmware.PXE;
    }
    if (vendorClass.startsWith(HTTP_CLIENT)) {
      return Firmware.HTTP;
    }
    if (!options.has(Option.CLIENT_ARCH)) {
      return Firmware.NONE;
    }
    return said.isHttp() ? Firmware.HTTP : Firmware.OTHER;
  }

  private static Architecture architecture(String vendorClass, Options options) {
    Architecture said = Architecture.of(options.get(Option.CLIENT_ARCH).orElse(List.of()));
    if (said != Architecture.NONE) {
      return said;
    }
    Matcher matcher = ARCHITECTURE.matcher(vendorClass);
    return matcher.matches()
        ? Architecture.of(Integer.parseInt(matcher.group(1)))
        : Architecture.NONE;
  }

  /// Whether there is anything to boot for it.
  public boolean isBootClient() {
    return firmware != Firmware.NONE || ipxe || isFreeBsd();
  }

  /// Whether this is FreeBSD's own loader, which asks once more where its files are.
  public boolean isFreeBsd() {
    return userClasses.contains(FREEBSD_USER_CLASS);
  }

  /// Whether ProxyDHCP is for it (PXE specification 2.1 §2.2.4): FreeBSD's loader says `PXEClient`
  /// too, and would take an offer without an address for one with.
  boolean acceptsProxy() {
    return (firmware == Firmware.PXE || firmware == Firmware.HTTP) && !isFreeBsd();
  }

  /// Whether a file for BIOS may need more than others do: what it is told ends with a NUL, which
  /// old ROMs that read option 67 like a C string rely on, though RFC 2132 §2 says not to.
  boolean isBiosRom() {
    return firmware == Firmware.PXE && architecture.isBios() && !ipxe;
  }

  /// The name for the firmware in configuration: `bios`, `efi-x64`, `efi-x64-http`.
  public String firmwareLabel() {
    return architecture.label() + (firmware == Firmware.HTTP ? HTTP_SUFFIX : "");
  }

  /// The name for it in the log: the same, or `ipxe`, `freebsd` or `none`.
  public String label() {
    if (ipxe) {
      return "ipxe";
    }
    if (isFreeBsd()) {
      return "freebsd";
    }
    return firmware == Firmware.NONE ? "none" : firmwareLabel();
  }
}
