package dev.bootbus.dhcp;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a boot file has to be made for: a value of option 93 (RFC 4578 §2.1) in the numbering of
/// the IANA registry "Processor Architecture Types", where 7 is x64 and 9 is EFI byte code, the
/// reverse of the RFC's text; x64 firmware sends either. An unknown value is an architecture too.
///
/// @param code the value
/// @param label the name for it in configuration and log; values that want the same file share one
/// @param platform what kind of file it runs
/// @param name what the registry calls it
public record Architecture(int code, String label, Platform platform, String name) {

  /// Which files firmware can run, as far as their names tell.
  public enum Platform {
    /// x86 without UEFI: `.kpxe`, `.0`
    BIOS,
    /// `.efi`
    EFI,
    /// Scripts of its own, and `.efi` too.
    UBOOT,
    /// Loads names of its own from the TFTP server, whatever file it is told.
    RASPBERRY_PI,
    /// Neither x86 nor UEFI.
    OTHER,
    /// Nobody here knows.
    UNKNOWN
  }

  private static final String HTTP_NAME = "boot from http";

  private static final Map<Integer, Architecture> KNOWN =
      Stream.of(
              new Architecture(0, "bios", Platform.BIOS, "x86 BIOS"),
              new Architecture(1, "pc98", Platform.BIOS, "NEC/PC98"),
              new Architecture(2, "efi-ia64", Platform.EFI, "Itanium"),
              new Architecture(3, "alpha", Platform.OTHER, "DEC Alpha"),
              new Architecture(4, "arc-x86", Platform.BIOS, "Arc x86"),
              new Architecture(5, "lean-client", Platform.BIOS, "Intel Lean Client"),
              new Architecture(6, "efi-ia32", Platform.EFI, "x86 UEFI"),
              new Architecture(7, "efi-x64", Platform.EFI, "x64 UEFI"),
              new Architecture(8, "efi-xscale", Platform.EFI, "EFI Xscale"),
              new Architecture(9, "efi-x64", Platform.EFI, "EBC"),
              new Architecture(10, "efi-arm32", Platform.EFI, "ARM 32-bit UEFI"),
              new Architecture(11, "efi-arm64", Platform.EFI, "ARM 64-bit UEFI"),
              new Architecture(12, "ppc-openfirmware", Platform.OTHER, "PowerPC Open Firmware"),
              new Architecture(13, "ppc-epapr", Platform.OTHER, "PowerPC ePAPR"),
              new Architecture(14, "power-opal", Platform.OTHER, "POWER OPAL v3"),
              new Architecture(15, "efi-ia32", Platform.EFI, "x86 UEFI boot from http"),
              new Architecture(16, "efi-x64", Platform.EFI, "x64 UEFI boot from http"),
              new Architecture(17, "efi-x64", Platform.EFI, "EBC boot from http"),
              new Architecture(18, "efi-arm32", Platform.EFI, "ARM UEFI 32 boot from http"),
              new Architecture(19, "efi-arm64", Platform.EFI, "ARM UEFI 64 boot from http"),
              new Architecture(20, "bios", Platform.BIOS, "pc/at bios boot from http"),
              new Architecture(21, "uboot-arm32", Platform.UBOOT, "ARM 32 uboot"),
              new Architecture(22, "uboot-arm64", Platform.UBOOT, "ARM 64 uboot"),
              new Architecture(23, "uboot-arm32", Platform.UBOOT, "ARM uboot 32 boot from http"),
              new Architecture(24, "uboot-arm64", Platform.UBOOT, "ARM uboot 64 boot from http"),
              new Architecture(25, "efi-riscv32", Platform.EFI, "RISC-V 32-bit UEFI"),
              new Architecture(
                  26, "efi-riscv32", Platform.EFI, "RISC-V 32-bit UEFI boot from http"),
              new Architecture(27, "efi-riscv64", Platform.EFI, "RISC-V 64-bit UEFI"),
              new Architecture(
                  28, "efi-riscv64", Platform.EFI, "RISC-V 64-bit UEFI boot from http"),
              new Architecture(29, "efi-riscv128", Platform.EFI, "RISC-V 128-bit UEFI"),
              new Architecture(
                  30, "efi-riscv128", Platform.EFI, "RISC-V 128-bit UEFI boot from http"),
              new Architecture(31, "s390-basic", Platform.OTHER, "s390 Basic"),
              new Architecture(32, "s390-extended", Platform.OTHER, "s390 Extended"),
              new Architecture(33, "efi-mips32", Platform.EFI, "MIPS 32-bit UEFI"),
              new Architecture(34, "efi-mips64", Platform.EFI, "MIPS 64-bit UEFI"),
              new Architecture(35, "efi-sunway32", Platform.EFI, "Sunway 32-bit UEFI"),
              new Architecture(36, "efi-sunway64", Platform.EFI, "Sunway 64-bit UEFI"),
              new Architecture(37, "efi-loongarch32", Platform.EFI, "LoongArch 32-bit UEFI"),
              new Architecture(
                  38, "efi-loongarch32", Platform.EFI, "LoongArch 32-bit UEFI boot from http"),
              new Architecture(39, "efi-loongarch64", Platform.EFI, "LoongArch 64-bit UEFI"),
              new Architecture(
                  40, "efi-loongarch64", Platform.EFI, "LoongArch 64-bit UEFI boot from http"),
              new Architecture(41, "rpiboot", Platform.RASPBERRY_PI, "ARM rpiboot"))
          .collect(Collectors.toUnmodifiableMap(Architecture::code, Function.identity()));

  /// No architecture at all.
  public static final Architecture NONE =
      new Architecture(-1, "unknown", Platform.UNKNOWN, "unknown");

  static final Architecture RASPBERRY_PI = of(41);

  /// All that are known, by their value.
  public static List<Architecture> registry() {
    return KNOWN.values().stream().sorted(Comparator.comparingInt(Architecture::code)).toList();
  }

  /// One of the architectures with this label.
  public static Optional<Architecture> named(String label) {
    return KNOWN.values().stream().filter(known -> known.label.equals(label)).findFirst();
  }

  /// The labels of all known architectures, sorted.
  public static List<String> labels() {
    return KNOWN.values().stream().map(Architecture::label).distinct().sorted().toList();
  }

  public static Architecture of(int code) {
    Architecture known = KNOWN.get(code);
    return known != null
        ? known
        : new Architecture(code, "arch-" + code, Platform.UNKNOWN, "unassigned");
  }

  /// The first known value of the client's list, which it sorts by its own preference; or the first
  /// unknown one.
  public static Architecture of(List<Integer> codes) {
    for (int code : codes) {
      Architecture known = KNOWN.get(code);
      if (known != null) {
        return known;
      }
    }
    return codes.isEmpty() ? NONE : of(codes.getFirst());
  }

  public boolean isKnown() {
    return KNOWN.containsKey(code);
  }

  public boolean isEfi() {
    return platform == Platform.EFI;
  }

  public boolean isBios() {
    return platform == Platform.BIOS;
  }

  public boolean isRaspberryPi() {
    return platform == Platform.RASPBERRY_PI;
  }

  /// Whether it loads URLs, by its own name; option 60 says the same of UEFI.
  boolean isHttp() {
    return name.endsWith(HTTP_NAME);
  }
}
