package dev.bootbus.probe.artefact;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalLong;

/// Reads headers: what a file is, and how long it has to be by its own word.
final class Formats {
  private static final int ISO_VOLUME = 0x8000;
  private static final int TEXT_LOOKED_AT = 4096;

  private Formats() {}

  static Format of(Header head) {
    if (head.size() == 0) {
      return new Format.Empty();
    }
    if (head.has(ISO_VOLUME + 1, "CD001")) {
      return new Format.Iso(head.u16(510) == 0xaa55);
    }
    if (isBzImage(head)) {
      return bzImage(head);
    }
    if (head.has(56, "ARM\u0064")) {
      return new Format.FlatImage(Cpu.ARM64, head.has(0, "MZ"));
    }
    if (head.has(48, "RISCV\0\0\0")) {
      return new Format.FlatImage(Cpu.RISCV64, head.has(0, "MZ"));
    }
    if (head.u32(0x24) == 0x016f2818) {
      return new Format.ZImage(head.has(0, "MZ"));
    }
    if (isPe(head)) {
      long pe = head.u32(0x3c);
      return new Format.Pe(cpu(head.u16(pe + 4)), head.u16(pe + 24 + 68), isSigned(head));
    }
    return byMagic(head);
  }

  private static Format byMagic(Header head) {
    if (head.has(0, "\u007fELF")) {
      return new Format.Elf(elfCpu(head));
    }
    String compression = compression(head);
    if (!compression.isEmpty()) {
      return new Format.Compressed(compression);
    }
    if (head.has(0, "070701") || head.has(0, "070702")) {
      return new Format.Cpio();
    }
    if (head.has(0, "hsqs")) {
      return new Format.Squashfs();
    }
    if (head.has(257, "ustar")) {
      return new Format.Tar();
    }
    if (head.bigEndian32(0) == 0xd00dfeedL) {
      return new Format.DeviceTree(
          new String(head.bytes(), StandardCharsets.ISO_8859_1).contains("\0images\0"));
    }
    if (head.bigEndian32(0) == 0x27051956L) {
      return new Format.UImage(uImageCpu(head.u8(29)), head.u8(30), head.text(32, 32));
    }
    return textOrCode(head);
  }

  private static Format textOrCode(Header head) {
    if (head.has(0, "#!ipxe") || head.has(0, "#!gpxe")) {
      return new Format.IpxeScript();
    }
    if (isText(head)) {
      return isPage(head) ? new Format.Html() : new Format.Text();
    }
    return switch (head.u8(0)) {
      case 0xea, 0xeb, 0xe9, 0xfa, 0xfc, 0xb2, 0x31, 0x33 -> new Format.BootSector();
      default -> head.u16(510) == 0xaa55 ? new Format.BootSector() : new Format.Unknown();
    };
  }

  private static String compression(Header head) {
    if (head.has(0, (byte) 0x1f, (byte) 0x8b, (byte) 8)) {
      return "gzip";
    }
    if (head.has(0, "\u00fd7zXZ\0")) {
      return "xz";
    }
    if (head.u32(0) == 0xfd2fb528L) {
      return "zstd";
    }
    if (head.has(0, "BZh")) {
      return "bzip2";
    }
    if (head.u32(0) == 0x184d2204L || head.u32(0) == 0x184c2102L) {
      return "lz4";
    }
    if (head.has(0, "\u0089LZO")) {
      return "lzop";
    }
    return head.has(0, (byte) 0x5d, (byte) 0, (byte) 0) ? "lzma" : "";
  }

  private static boolean isBzImage(Header head) {
    return head.u16(0x1fe) == 0xaa55 && head.has(0x202, "HdrS");
  }

  private static Format bzImage(Header head) {
    int version = head.u16(0x206);
    boolean is64Bit = version >= 0x20c && (head.u16(0x236) & 1) != 0;
    boolean stub = isPe(head);
    return new Format.BzImage(
        version, is64Bit ? Cpu.X86_64 : Cpu.X86, stub, stub && isSigned(head));
  }

  static boolean isPe(Header head) {
    return head.has(0, "MZ") && head.has(head.u32(0x3c), "PE\0\0");
  }

  private static boolean isSigned(Header head) {
    return head.u32(certificates(head) + 4) > 0;
  }

  /// Where the data directory says where the certificates are.
  private static long certificates(Header head) {
    long optional = head.u32(0x3c) + 24;
    return optional + (head.u16(optional) == 0x20b ? 112 : 96) + 4 * 8;
  }

  private static Cpu cpu(int machine) {
    return switch (machine) {
      case 0x014c -> Cpu.X86;
      case 0x8664 -> Cpu.X86_64;
      case 0x01c0, 0x01c2, 0x01c4 -> Cpu.ARM;
      case 0xaa64 -> Cpu.ARM64;
      case 0x5032 -> Cpu.RISCV32;
      case 0x5064 -> Cpu.RISCV64;
      case 0x6264 -> Cpu.LOONGARCH64;
      case 0x0200 -> Cpu.IA64;
      case 0x0ebc -> Cpu.EBC;
      default -> Cpu.OTHER;
    };
  }

  private static Cpu elfCpu(Header head) {
    boolean big = head.u8(5) == 2;
    int machine = big ? head.u8(18) << 8 | head.u8(19) : head.u16(18);
    return switch (machine) {
      case 3 -> Cpu.X86;
      case 62 -> Cpu.X86_64;
      case 40 -> Cpu.ARM;
      case 183 -> Cpu.ARM64;
      case 243 -> head.u8(4) == 2 ? Cpu.RISCV64 : Cpu.RISCV32;
      case 258 -> Cpu.LOONGARCH64;
      case 8 -> Cpu.MIPS;
      case 20, 21 -> Cpu.POWERPC;
      case 22 -> Cpu.S390;
      case 50 -> Cpu.IA64;
      default -> Cpu.OTHER;
    };
  }

  /// `IH_ARCH` of U-Boot's image.h.
  private static Cpu uImageCpu(int architecture) {
    return switch (architecture) {
      case 2 -> Cpu.ARM;
      case 3 -> Cpu.X86;
      case 5, 6 -> Cpu.MIPS;
      case 7 -> Cpu.POWERPC;
      case 22 -> Cpu.ARM64;
      case 24 -> Cpu.X86_64;
      case 26 -> Cpu.RISCV64;
      default -> Cpu.OTHER;
    };
  }

  private static boolean isText(Header head) {
    int end = Math.min(head.bytes().length, TEXT_LOOKED_AT);
    for (int i = 0; i < end; i++) {
      int c = head.u8(i);
      if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b || c == 0x7f) {
        return false;
      }
    }
    return end > 0;
  }

  private static boolean isPage(Header head) {
    String begin =
        head.text(0, 512).replace("\u00ef\u00bb\u00bf", "").strip().toLowerCase(Locale.ROOT);
    return begin.startsWith("<!doctype html")
        || begin.startsWith("<html")
        || begin.startsWith("<head")
        || begin.startsWith("<title")
        || begin.startsWith("<?xml") && (begin.contains("<error") || begin.contains("<html"));
  }

  /// The least size by the header's own word; none where the header does not say.
  static OptionalLong expectedSize(Format format, Header head) {
    return switch (format) {
      case Format.Pe _ -> OptionalLong.of(peSize(head));
      case Format.BzImage image -> OptionalLong.of(bzImageSize(image, head));
      case Format.FlatImage image ->
          image.stub() && isPe(head) ? OptionalLong.of(peSize(head)) : OptionalLong.empty();
      case Format.ZImage _ -> OptionalLong.of(Math.max(0, head.u32(0x2c) - head.u32(0x28)));
      case Format.Elf _ -> OptionalLong.of(elfSize(head));
      case Format.Iso _ -> OptionalLong.of(head.u32(ISO_VOLUME + 80) * head.u16(ISO_VOLUME + 128));
      case Format.Squashfs _ -> OptionalLong.of(Math.max(0, head.u64(40)));
      case Format.DeviceTree _ -> OptionalLong.of(head.bigEndian32(4));
      case Format.UImage _ -> OptionalLong.of(64 + head.bigEndian32(12));
      case Format.BootSector _,
          Format.Compressed _,
          Format.Cpio _,
          Format.Tar _,
          Format.IpxeScript _,
          Format.Html _,
          Format.Text _,
          Format.Empty _,
          Format.Unknown _ ->
          OptionalLong.empty();
    };
  }

  /// The end of the last section, and of the certificates, which stand behind all of them.
  private static long peSize(Header head) {
    long pe = head.u32(0x3c);
    long end = 0;
    long section = pe + 24 + head.u16(pe + 20);
    for (int i = 0; i < head.u16(pe + 6); i++, section += 40) {
      if (head.u32(section + 16) > 0) {
        end = Math.max(end, head.u32(section + 20) + head.u32(section + 16));
      }
    }
    long certificates = certificates(head);
    return isSigned(head)
        ? Math.max(end, head.u32(certificates) + head.u32(certificates + 4))
        : end;
  }

  /// Before 2.04 `syssize` had 16 bits, and could not be believed.
  private static long bzImageSize(Format.BzImage image, Header head) {
    int setup = head.u8(0x1f1) == 0 ? 4 : head.u8(0x1f1);
    long code = image.version() < 0x204 ? 0 : head.u32(0x1f4) * 16;
    return Math.max(0, (setup + 1) * 512L + code - 15);
  }

  /// The end of the last segment.
  private static long elfSize(Header head) {
    if (head.u8(5) == 2) {
      return 52;
    }
    boolean wide = head.u8(4) == 2;
    long at = wide ? head.u64(32) : head.u32(28);
    int each = head.u16(wide ? 54 : 42);
    int count = head.u16(wide ? 56 : 44);
    long end = 52;
    for (int i = 0; i < count && each > 0 && at >= 0 && at < head.bytes().length; i++, at += each) {
      long offset = wide ? head.u64(at + 8) : head.u32(at + 4);
      long length = wide ? head.u64(at + 32) : head.u32(at + 16);
      if (offset >= 0 && length >= 0) {
        end = Math.max(end, offset + length);
      }
    }
    return end;
  }
}
