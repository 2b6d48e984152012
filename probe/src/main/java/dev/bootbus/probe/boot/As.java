package dev.bootbus.probe.boot;

import dev.bootbus.probe.dhcp.Identity;
import java.util.Optional;
import java.util.OptionalInt;

/// Which machine to be: its first program, and which loader that is to start.
public enum As {
  BIOS("bios", Program.BIOS_ROM, 0, Next.ANY),
  UEFI("uefi", Program.UEFI_PXE, 7, Next.ANY),
  UEFI_HTTP("uefi-http", Program.UEFI_HTTP, 16, Next.ANY),
  /// iPXE from the first packet on: burnt into the card, or started from a stick.
  IPXE("ipxe", Program.IPXE, 0, Next.SCRIPT),
  RPI("rpi", Program.RASPBERRY_PI, 0, Next.RASPBERRY_PI),
  /// Its loader runs already: `pxeboot`, or `loader.efi` from a disk.
  FREEBSD("freebsd", Program.FREEBSD, 0, Next.FREEBSD),
  PXELINUX("pxelinux", Program.BIOS_ROM, 0, Next.PXELINUX),
  GRUB("grub", Program.UEFI_PXE, 7, Next.GRUB);

  /// What the first program starts.
  enum Next {
    /// Whatever it is told.
    ANY,
    /// The first program is a loader itself, and reads a script, or starts whatever it is told.
    SCRIPT,
    PXELINUX,
    GRUB,
    /// The first program is this one.
    FREEBSD,
    RASPBERRY_PI
  }

  private final String word;
  private final Program first;
  private final int architecture;
  private final Next next;

  As(String word, Program first, int architecture, Next next) {
    this.word = word;
    this.first = first;
    this.architecture = architecture;
    this.next = next;
  }

  /// On the command line and in JSON.
  public String word() {
    return word;
  }

  @Override
  public String toString() {
    return word;
  }

  public static Optional<As> of(String word) {
    for (As as : values()) {
      if (as.word.equals(word)) {
        return Optional.of(as);
      }
    }
    return Optional.empty();
  }

  /// The program that the machine's power switch starts.
  public Program first() {
    return first;
  }

  Next next() {
    return next;
  }

  /// Option 93 of such a machine where `own` says nothing else.
  public int architecture(OptionalInt own) {
    return own.orElse(architecture);
  }

  public Identity identity(Hardware hardware) {
    return first.identity(hardware, architecture(hardware.architecture()));
  }
}
