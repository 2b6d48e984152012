package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The boot ROM and EEPROM of the Raspberry Pi: says `PXEClient` and x86 BIOS, and is neither. It
/// boots from the TFTP server whose OFFER has its own text in option 43, and there from directories
/// named after its serial number.
final class RaspberryPi {
  private static final Set<Integer> OUIS =
      Set.of(0xb827eb, 0xdca632, 0xe45f01, 0x28cdc1, 0xd83add, 0x2ccf67, 0x88a29e);

  private static final int UUID_SIZE = 17;
  private static final int WORD = 4;
  private static final String UUID_PREFIX = "525069"; // RPi, then the digit of the model
  private static final Set<String> UNSET = Set.of("00000000", "ffffffff");

  /// What the ROM asks for, and the system that it boots does not.
  private static final List<Integer> ROM_ASKS =
      List.of(Option.VENDOR_SPECIFIC.code(), Option.TFTP_SERVER_NAME.code());

  private RaspberryPi() {}

  /// The firmware of a Pi with UEFI or U-Boot names an architecture of its own, and is left alone.
  static boolean is(DhcpMessage message, String vendorClass, Architecture said) {
    if (said.isRaspberryPi()) {
      return true;
    }
    boolean claimsBios = said.code() == 0 || said == Architecture.NONE;
    if (!claimsBios || message.options().has(Option.IPXE)) {
      return false;
    }
    boolean pxe = vendorClass.startsWith(ClientClass.PXE_CLIENT);
    return hasSerialUuid(message.options()) && pxe
        || hasOui(message) && (pxe || asksLikeTheRom(message.options()));
  }

  private static boolean hasOui(DhcpMessage message) {
    Bytes chaddr = message.chaddr();
    int oui = chaddr.at(0) << 2 * Byte.SIZE | chaddr.at(1) << Byte.SIZE | chaddr.at(2);
    return message.hlen() == 6 && OUIS.contains(oui);
  }

  /// Option 97 is `RPi4` and so on, then revision and serial number; in older releases the serial
  /// number four times.
  private static boolean hasSerialUuid(Options options) {
    Optional<String> uuid =
        options
            .raw(Option.CLIENT_UUID.code())
            .filter(value -> value.length() == UUID_SIZE && value.at(0) == 0)
            .map(Bytes::toString)
            .map(digits -> digits.substring(2));
    return uuid.filter(digits -> digits.startsWith(UUID_PREFIX) || isOneWord(digits)).isPresent();
  }

  private static boolean isOneWord(String digits) {
    String word = digits.substring(0, 2 * WORD);
    return digits.equals(word.repeat(WORD)) && !UNSET.contains(word);
  }

  /// Its REQUEST has no option 60.
  private static boolean asksLikeTheRom(Options options) {
    return options.get(Option.PARAMETER_LIST).orElse(List.of()).containsAll(ROM_ASKS);
  }
}
