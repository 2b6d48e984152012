package dev.bootbus.probe.artefact;

import dev.bootbus.probe.Finding;
import java.util.List;

/// What a file is.
///
/// @param size bytes
/// @param damage what of it is missing or wrong by its own headers and checksums
public record Artefact(Format format, Software software, long size, List<Finding> damage) {
  public Artefact {
    damage = List.copyOf(damage);
  }

  /// By its beginning alone, of which 64 KiB are enough. Marks and checksums that need all of it
  /// are left out: [Examiner].
  public static Artefact of(byte[] head, long size) {
    return Examiner.ofHead(head, size);
  }

  /// For people: `an EFI program for x86_64 (GRUB)`.
  public String title() {
    String what =
        switch (format) {
          case Format.Pe pe ->
              (pe.isEfi() ? "an EFI program for " : "a Windows program for ") + pe.cpu().title();
          case Format.BzImage image -> "a bzImage for " + image.cpu().title();
          case Format.FlatImage image -> "a kernel image for " + image.cpu().title();
          case Format.ZImage _ -> "a zImage for " + Cpu.ARM.title();
          case Format.Elf elf -> "an ELF program for " + elf.cpu().title();
          case Format.BootSector _ -> "a program for a BIOS";
          case Format.Compressed compressed -> compressed.how() + " data";
          case Format.Cpio _ -> "a cpio archive";
          case Format.Iso _ -> "an ISO 9660 disc";
          case Format.Squashfs _ -> "a squashfs";
          case Format.Tar _ -> "a tar archive";
          case Format.DeviceTree tree -> tree.fit() ? "a FIT image" : "a device tree";
          case Format.UImage image -> "a U-Boot image for " + image.cpu().title();
          case Format.IpxeScript _ -> "an iPXE script";
          case Format.Html _ -> "a page for a browser";
          case Format.Text _ -> "text";
          case Format.Empty _ -> "empty";
          case Format.Unknown _ -> "of no format that is known";
        };
    return software == Software.UNKNOWN ? what : what + " (" + software.title() + ")";
  }
}
