package dev.bootbus.probe.artefact;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// Looks for words that only one loader has in it, in what comes piece by piece.
final class Marks {
  /// Loaders are no larger; what is, is something else.
  private static final long LOOKED_THROUGH = 16 << 20;

  private record Mark(Software software, byte[] bytes) {
    static Mark of(Software software, String text) {
      return new Mark(software, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Mark wide(Software software, String text) {
      return new Mark(software, text.getBytes(StandardCharsets.UTF_16LE));
    }
  }

  private static final Mark[] ALL = {
    Mark.of(Software.IPXE, "://ipxe.org/"),
    Mark.of(Software.IPXE, "UNDI code segment "), // the rest of a .kpxe is packed
    Mark.of(Software.SYSLINUX_EFI, "ldlinux.e64"),
    Mark.of(Software.SYSLINUX_EFI, "ldlinux.e32"),
    Mark.of(Software.PXELINUX, "PXELINUX "),
    Mark.of(Software.MEMDISK, "MEMDISK "),
    Mark.of(Software.GRUB, "Welcome to GRUB"),
    Mark.of(Software.GRUB, "grub_"),
    Mark.of(Software.SHIM, "UEFI SHIM"),
    Mark.of(Software.FREEBSD_LOADER, "FreeBSD/"),
    Mark.of(Software.FREEBSD_LOADER, "BTX loader"),
    Mark.of(Software.SYSTEMD_BOOT, "LoaderInfo: systemd-boot"),
    Mark.of(Software.UNIFIED_KERNEL, "LoaderInfo: systemd-stub"),
    Mark.of(Software.U_BOOT, "U-Boot 20"),
    Mark.of(Software.COM32, ".c32"),
    Mark.wide(Software.WINDOWS, "bootmgr"),
  };

  private static final Mark[][] BY_FIRST = new Mark[256][];
  private static final int LONGEST;

  static {
    int longest = 0;
    for (int first = 0; first < 256; first++) {
      int of = first;
      BY_FIRST[first] =
          Arrays.stream(ALL).filter(mark -> (mark.bytes()[0] & 0xff) == of).toArray(Mark[]::new);
    }
    for (Mark mark : ALL) {
      longest = Math.max(longest, mark.bytes().length);
    }
    LONGEST = longest;
  }

  private final Set<Software> found = EnumSet.noneOf(Software.class);
  private byte[] carried = new byte[0];
  private long seen;

  /// @param piece whose position stays
  void take(ByteBuffer piece) {
    if (seen > LOOKED_THROUGH) {
      return;
    }
    seen += piece.remaining();
    byte[] window = new byte[carried.length + piece.remaining()];
    System.arraycopy(carried, 0, window, 0, carried.length);
    piece.get(piece.position(), window, carried.length, piece.remaining());
    for (int at = 0; at < window.length; at++) {
      for (Mark mark : BY_FIRST[window[at] & 0xff]) {
        if (matches(window, at, mark.bytes())) {
          found.add(mark.software());
        }
      }
    }
    int keep = Math.min(window.length, LONGEST - 1);
    carried = Arrays.copyOfRange(window, window.length - keep, window.length);
  }

  private static boolean matches(byte[] window, int at, byte[] wanted) {
    return at + wanted.length <= window.length
        && Arrays.equals(window, at, at + wanted.length, wanted, 0, wanted.length);
  }

  boolean has(Software software) {
    return found.contains(software);
  }

  /// Which of them a program is, the one that holds others first: a unified kernel has a kernel in
  /// it, and GRUB knows shim.
  Software of(Format format, Header head) {
    return switch (format) {
      case Format.Pe _ ->
          first(
              isEfiLinux(head) ? Software.LINUX : Software.UNKNOWN,
              Software.UNIFIED_KERNEL,
              Software.SYSTEMD_BOOT,
              Software.GRUB,
              Software.SHIM,
              Software.SYSLINUX_EFI,
              Software.IPXE,
              Software.FREEBSD_LOADER,
              Software.U_BOOT,
              Software.WINDOWS);
      case Format.BzImage _ ->
          first(
              isLinuxVersion(head) ? Software.LINUX : Software.UNKNOWN,
              Software.MEMDISK,
              Software.IPXE,
              Software.GRUB);
      case Format.FlatImage _, Format.ZImage _ -> Software.LINUX;
      case Format.Elf _ ->
          first(Software.UNKNOWN, Software.COM32, Software.GRUB, Software.FREEBSD_LOADER);
      case Format.BootSector _, Format.Unknown _ ->
          first(
              head.u8(0) == 0xb2 && head.u8(1) == 0x7f && head.u8(2) == 0xea
                  ? Software.GRUB // pxeboot.img; what follows is packed
                  : Software.UNKNOWN,
              Software.PXELINUX,
              Software.IPXE,
              Software.GRUB,
              Software.FREEBSD_LOADER,
              Software.U_BOOT);
      case Format.Compressed _,
          Format.Cpio _,
          Format.Iso _,
          Format.Squashfs _,
          Format.Tar _,
          Format.DeviceTree _,
          Format.UImage _,
          Format.IpxeScript _,
          Format.Html _,
          Format.Text _,
          Format.Empty _ ->
          Software.UNKNOWN;
    };
  }

  private Software first(Software otherwise, Software... order) {
    for (Software software : order) {
      if (found.contains(software)) {
        return software;
      }
    }
    return otherwise;
  }

  /// `zimg` of a kernel that unpacks itself, or the magic of LoongArch.
  private static boolean isEfiLinux(Header head) {
    return head.has(4, "zimg") || head.u32(56) == 0x818223cdL;
  }

  /// `6.1.0-13-amd64 (user@host) #1 SMP …`; others have a version of another form there.
  private static boolean isLinuxVersion(Header head) {
    int at = head.u16(0x20e);
    return at != 0 && head.text(at + 0x200L, 256).contains(" #");
  }
}
