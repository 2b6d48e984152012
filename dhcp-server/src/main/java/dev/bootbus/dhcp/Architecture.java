package dev.bootbus.dhcp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a boot file has to be made for: a value of option 93 (RFC 4578 §2.1) in the numbering of
/// the IANA registry, where 7 is x64 and 9 is EFI byte code, the reverse of the RFC's text; x64
/// firmware sends either. An unknown value is an architecture too.
///
/// @param code the value
/// @param label the name for it in configuration and log; values that want the same file share one
public record Architecture(int code, String label) {
  private static final String EFI = "efi-";

  private static final Map<Integer, Architecture> KNOWN =
      Stream.of(
              new Architecture(0, "bios"),
              new Architecture(2, "efi-ia64"),
              new Architecture(6, "efi-ia32"),
              new Architecture(7, "efi-x64"),
              new Architecture(9, "efi-x64"),
              new Architecture(10, "efi-arm32"),
              new Architecture(11, "efi-arm64"),
              new Architecture(12, "ppc-openfirmware"),
              new Architecture(13, "ppc-epapr"),
              new Architecture(14, "power-opal"),
              // from here on also the values for HTTP boot, which option 60 tells as well
              new Architecture(15, "efi-ia32"),
              new Architecture(16, "efi-x64"),
              new Architecture(17, "efi-x64"),
              new Architecture(18, "efi-arm32"),
              new Architecture(19, "efi-arm64"),
              new Architecture(20, "bios"),
              new Architecture(21, "uboot-arm32"),
              new Architecture(22, "uboot-arm64"),
              new Architecture(23, "uboot-arm32"),
              new Architecture(24, "uboot-arm64"),
              new Architecture(25, "efi-riscv32"),
              new Architecture(26, "efi-riscv32"),
              new Architecture(27, "efi-riscv64"),
              new Architecture(28, "efi-riscv64"),
              new Architecture(37, "efi-loongarch32"),
              new Architecture(38, "efi-loongarch32"),
              new Architecture(39, "efi-loongarch64"),
              new Architecture(40, "efi-loongarch64"),
              new Architecture(41, "rpiboot"))
          .collect(Collectors.toUnmodifiableMap(Architecture::code, Function.identity()));

  /// No architecture at all.
  public static final Architecture NONE = new Architecture(-1, "unknown");

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
    return known != null ? known : new Architecture(code, "arch-" + code);
  }

  /// The first known value of the client's list, which it sorts by its own preference; or the first
  /// unknown one.
  public static Architecture of(List<Integer> codes) {
    return codes.stream()
        .map(Architecture::of)
        .filter(Architecture::isKnown)
        .findFirst()
        .orElseGet(() -> codes.isEmpty() ? NONE : of(codes.getFirst()));
  }

  public boolean isKnown() {
    return KNOWN.containsKey(code);
  }

  public boolean isEfi() {
    return label.startsWith(EFI);
  }

  public boolean isBios() {
    return label.equals("bios");
  }
}
