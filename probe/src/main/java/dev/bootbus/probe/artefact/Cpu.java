package dev.bootbus.probe.artefact;

/// Whose instructions a program has.
public enum Cpu {
  X86("i386", 4),
  X86_64("x86_64", 8),
  ARM("arm32", 4),
  ARM64("arm64", 8),
  RISCV32("riscv32", 4),
  RISCV64("riscv64", 8),
  LOONGARCH64("loong64", 8),
  IA64("ia64", 8),
  MIPS("mips", 4),
  POWERPC("ppc", 4),
  S390("s390", 8),
  /// EFI byte code, which runs anywhere.
  EBC("ebc", 8),
  OTHER("unknown", 0);

  private final String title;
  private final int wordBytes;

  Cpu(String title, int wordBytes) {
    this.title = title;
    this.wordBytes = wordBytes;
  }

  /// As iPXE's `${buildarch}` has it, where iPXE knows it.
  public String title() {
    return title;
  }

  public boolean is64Bit() {
    return wordBytes == 8;
  }
}
