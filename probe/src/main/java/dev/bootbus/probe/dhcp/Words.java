package dev.bootbus.probe.dhcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the numbers of a few options stand for.
final class Words {
  private static final long FOREVER = 0xFFFF_FFFFL;
  private static final int NO_WAIT = 0;
  private static final int WAIT_FOREVER = 255;

  /// Of option 53: IANA "DHCP Message Type 53 Values".
  private static final List<String> MESSAGE_TYPES =
      List.of(
          "DISCOVER",
          "OFFER",
          "REQUEST",
          "DECLINE",
          "ACK",
          "NAK",
          "RELEASE",
          "INFORM",
          "FORCERENEW",
          "LEASEQUERY",
          "LEASEUNASSIGNED",
          "LEASEUNKNOWN",
          "LEASEACTIVE",
          "BULKLEASEQUERY",
          "LEASEQUERYDONE",
          "ACTIVELEASEQUERY",
          "LEASEQUERYSTATUS",
          "TLS");

  /// Of option 93: IANA "Processor Architecture Types".
  private static final Map<Integer, String> ARCHITECTURES =
      Map.ofEntries(
          Map.entry(0, "x86 BIOS"),
          Map.entry(1, "NEC/PC98"),
          Map.entry(2, "Itanium"),
          Map.entry(3, "DEC Alpha"),
          Map.entry(4, "Arc x86"),
          Map.entry(5, "Intel Lean Client"),
          Map.entry(6, "x86 UEFI"),
          Map.entry(7, "x64 UEFI"),
          Map.entry(8, "EFI Xscale"),
          Map.entry(9, "EBC"),
          Map.entry(10, "ARM 32-bit UEFI"),
          Map.entry(11, "ARM 64-bit UEFI"),
          Map.entry(12, "PowerPC Open Firmware"),
          Map.entry(13, "PowerPC ePAPR"),
          Map.entry(14, "POWER OPAL v3"),
          Map.entry(15, "x86 UEFI boot from HTTP"),
          Map.entry(16, "x64 UEFI boot from HTTP"),
          Map.entry(17, "EBC boot from HTTP"),
          Map.entry(18, "ARM UEFI 32 boot from HTTP"),
          Map.entry(19, "ARM UEFI 64 boot from HTTP"),
          Map.entry(20, "PC/AT BIOS boot from HTTP"),
          Map.entry(21, "ARM 32 U-Boot"),
          Map.entry(22, "ARM 64 U-Boot"),
          Map.entry(23, "ARM 32 U-Boot boot from HTTP"),
          Map.entry(24, "ARM 64 U-Boot boot from HTTP"),
          Map.entry(25, "RISC-V 32-bit UEFI"),
          Map.entry(26, "RISC-V 32-bit UEFI boot from HTTP"),
          Map.entry(27, "RISC-V 64-bit UEFI"),
          Map.entry(28, "RISC-V 64-bit UEFI boot from HTTP"),
          Map.entry(29, "RISC-V 128-bit UEFI"),
          Map.entry(30, "RISC-V 128-bit UEFI boot from HTTP"),
          Map.entry(31, "s390 Basic"),
          Map.entry(32, "s390 Extended"),
          Map.entry(33, "MIPS 32-bit UEFI"),
          Map.entry(34, "MIPS 64-bit UEFI"),
          Map.entry(35, "Sunway 32-bit UEFI"),
          Map.entry(36, "Sunway 64-bit UEFI"),
          Map.entry(37, "LoongArch 32-bit UEFI"),
          Map.entry(38, "LoongArch 32-bit UEFI boot from HTTP"),
          Map.entry(39, "LoongArch 64-bit UEFI"),
          Map.entry(40, "LoongArch 64-bit UEFI boot from HTTP"),
          Map.entry(41, "ARM rpiboot"));

  private static final Map<Integer, String> NODE_TYPES =
      Map.of(1, "B-node", 2, "P-node", 4, "M-node", 8, "H-node");

  private Words() {}

  static String messageType(int code) {
    String name =
        code >= 1 && code <= MESSAGE_TYPES.size() ? MESSAGE_TYPES.get(code - 1) : "unknown";
    return code + " " + name;
  }

  static String architecture(int type) {
    return type + " " + ARCHITECTURES.getOrDefault(type, "unknown");
  }

  static String nodeType(int type) {
    return type + " " + NODE_TYPES.getOrDefault(type, "unknown");
  }

  static String flag(int value) {
    return value + (value == 0 ? " no" : " yes");
  }

  /// RFC 2132 §9.3
  static String overload(int value) {
    return switch (value) {
      case 1 -> "1 file";
      case 2 -> "2 sname";
      case 3 -> "3 file and sname";
      default -> value + " unknown";
    };
  }

  static String seconds(long seconds) {
    if (seconds == FOREVER) {
      return seconds + " for ever";
    }
    Duration time = Duration.ofSeconds(seconds);
    List<String> words = new ArrayList<>();
    add(time.toDaysPart(), "d", words);
    add(time.toHoursPart(), "h", words);
    add(time.toMinutesPart(), "m", words);
    add(time.toSecondsPart(), "s", words);
    return words.isEmpty() ? "0" : seconds + " (" + String.join(" ", words) + ")";
  }

  private static void add(long count, String unit, List<String> words) {
    if (count > 0) {
      words.add(count + unit);
    }
  }

  /// PXE specification 2.1 §2.2.3, tag 10.
  static String promptTime(int seconds) {
    return switch (seconds) {
      case NO_WAIT -> "0 s, first item at once";
      case WAIT_FOREVER -> "for ever";
      default -> seconds + " s";
    };
  }

  /// PXE specification 2.1 §2.2.3, tag 6.
  static String discoveryControl(int bits) {
    List<String> words = new ArrayList<>();
    List<String> meanings =
        List.of(
            "no broadcast", "no multicast", "only listed servers", "take the file without asking");
    for (int i = 0; i < meanings.size(); i++) {
      if ((bits & 1 << i) != 0) {
        words.add(meanings.get(i));
      }
    }
    return bits + (words.isEmpty() ? "" : " " + String.join(", ", words));
  }
}
