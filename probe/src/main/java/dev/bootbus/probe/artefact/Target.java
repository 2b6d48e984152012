package dev.bootbus.probe.artefact;

/// What a machine can run, as far as option 93 tells.
public record Target(Firmware firmware, Cpu cpu) {

  /// @param architecture a value of the registry "Processor Architecture Types" (RFC 5970 §3.3),
  ///     option 93; of HTTP boot too
  public static Target of(int architecture) {
    return switch (architecture) {
      // a BIOS is 16-bit; nearly each machine that has one runs 64-bit kernels
      case 0, 20 -> new Target(Firmware.BIOS, Cpu.X86_64);
      case 2 -> new Target(Firmware.EFI, Cpu.IA64);
      case 6, 15 -> new Target(Firmware.EFI, Cpu.X86);
      case 7, 9, 16, 17 -> new Target(Firmware.EFI, Cpu.X86_64); // RFC 4578 errata: 7 and 9
      case 10, 18 -> new Target(Firmware.EFI, Cpu.ARM);
      case 11, 19 -> new Target(Firmware.EFI, Cpu.ARM64);
      case 12, 13, 14 -> new Target(Firmware.OTHER, Cpu.POWERPC);
      case 21, 23 -> new Target(Firmware.U_BOOT, Cpu.ARM);
      case 22, 24 -> new Target(Firmware.U_BOOT, Cpu.ARM64);
      case 25, 26 -> new Target(Firmware.EFI, Cpu.RISCV32);
      case 27, 28 -> new Target(Firmware.EFI, Cpu.RISCV64);
      case 31, 32 -> new Target(Firmware.OTHER, Cpu.S390);
      case 33, 34 -> new Target(Firmware.EFI, Cpu.MIPS);
      case 39, 40 -> new Target(Firmware.EFI, Cpu.LOONGARCH64);
      case 41 -> new Target(Firmware.RASPBERRY_PI, Cpu.ARM64);
      default -> new Target(Firmware.OTHER, Cpu.OTHER);
    };
  }

  @Override
  public String toString() {
    return firmware + " " + cpu.title();
  }
}
