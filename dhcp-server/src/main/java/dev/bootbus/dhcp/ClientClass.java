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
/// @param ipxe whether it is iPXE, which loads scripts from URLs, whatever the firmware beneath
public record ClientClass(Firmware firmware, Architecture architecture, boolean ipxe) {

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

  /// The PXE specification 2.1 §2.2.1: `PXEClient:Arch:00007:UNDI:003000`.
  private static final Pattern ARCHITECTURE = Pattern.compile("[A-Z]+Client:Arch:(\\d{5}).*");

  public static ClientClass of(DhcpMessage message) {
    Options options = message.options();
    String vendorClass = options.get(Option.VENDOR_CLASS).orElse("");
    return new ClientClass(
        firmware(vendorClass, options),
        architecture(vendorClass, options),
        options.get(Option.USER_CLASS).orElse(List.of()).contains(IPXE_USER_CLASS)
            || options.has(Option.IPXE));
  }

  private static Firmware firmware(String vendorClass, Options options) {
    if (vendorClass.startsWith(PXE_CLIENT)) {
      return Firmware.PXE;
    }
    if (vendorClass.startsWith(HTTP_CLIENT)) {
      return Firmware.HTTP;
    }
    return options.has(Option.CLIENT_ARCH) ? Firmware.OTHER : Firmware.NONE;
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
    return firmware != Firmware.NONE || ipxe;
  }

  /// The name for the firmware in configuration: `bios`, `efi-x64`, `efi-x64-http`.
  public String firmwareLabel() {
    return architecture.label() + (firmware == Firmware.HTTP ? HTTP_SUFFIX : "");
  }

  /// The name for it in the log: the same, or `ipxe`, or `none`.
  public String label() {
    return ipxe ? "ipxe" : firmware == Firmware.NONE ? "none" : firmwareLabel();
  }
}
