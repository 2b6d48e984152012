package dev.bootbus.kernel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.kernel.boot.LoadPlan.Load;
import dev.bootbus.kernel.catalogue.Architecture;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// A script for U-Boot on 64-bit ARM, in the legacy image format of `mkimage -T script`: a header
/// with two checksums, then the length of the one script, and the script.
///
/// ```
///  0 magic         4 header CRC   8 time       12 size of the data
/// 16 load address 20 entry point 24 data CRC   28 OS, architecture, type, compression
/// 32 name, 32 bytes
/// 64 length of the script        68 0          72 the script
/// ```
public final class UBootScript {
  static final String MEDIA_TYPE = "application/octet-stream";

  private static final int HEADER = 64;
  private static final int MAGIC = 0x27051956;
  private static final byte LINUX = 5;
  private static final byte ARM64 = 22;
  private static final byte SCRIPT = 6;
  private static final int NAME = 31; // and a 0

  /// Behind the file just loaded, at a multiple of four.
  private static final String END =
      " && setexpr bootbus_end ${bootbus_end} + ${filesize}"
          + " && setexpr bootbus_end ${bootbus_end} + 3"
          + " && setexpr bootbus_end ${bootbus_end} / 4"
          + " && setexpr bootbus_end ${bootbus_end} * 4";

  private UBootScript() {}

  public static byte[] image(LoadPlan plan) throws CannotLoadException {
    return image(plan.boots(), script(plan));
  }

  public static byte[] image(String name, String script) {
    byte[] text = script.getBytes(UTF_8);
    ByteBuffer data = ByteBuffer.allocate(8 + text.length).putInt(text.length).putInt(0).put(text);
    ByteBuffer image = ByteBuffer.allocate(HEADER + data.capacity());
    image.putInt(MAGIC).putInt(0).putInt(0).putInt(data.capacity()).putInt(0).putInt(0);
    image.putInt(crc(data.array())).put(LINUX).put(ARM64).put(SCRIPT).put((byte) 0);
    byte[] title = name.getBytes(UTF_8);
    image.put(title, 0, Math.min(NAME, title.length));
    byte[] header = new byte[HEADER];
    image.get(0, header);
    image.putInt(4, crc(header)); // counted with 0 in its own place
    return image.put(HEADER, data.array()).array();
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /// For U-Boot's shell.
  public static String script(LoadPlan plan) throws CannotLoadException {
    String title = "# " + plan.boots() + "\n";
    return switch (plan.load()) {
      case Load.Linux linux -> {
        plan.requireArch(Architecture.AARCH64);
        yield title + linux(linux) + failed(plan);
      }
      case Load.Chain(Place next) when LoadPlan.nameOf(next).endsWith(".efi") ->
          title + efi(next) + failed(plan);
      case Load.ByFirmware(Place loader, _) -> title + efi(loader) + failed(plan);
      // U-Boot goes on to its next boot target
      case Load.Disk _ -> title;
      case Load.Memdisk _, Load.Chain _ ->
          throw new CannotLoadException(
              "U-Boot boots Linux and loaders for UEFI, and %s is neither"
                  .formatted(plan.kernel()));
    };
  }

  private static String efi(Place loader) throws CannotLoadException {
    return "tftpboot ${kernel_addr_r} %s && bootefi ${kernel_addr_r} ${fdtcontroladdr}\n"
        .formatted(LoadPlan.local(loader));
  }

  private static String failed(LoadPlan plan) throws CannotLoadException {
    return "echo bootbus: this machine did not boot\ntftpboot ${ramdisk_addr_r} %s\n"
        .formatted(LoadPlan.local(plan.failure()));
  }

  /// Initrds lie one behind the other in memory, as the kernel unpacks them.
  private static String linux(Load.Linux plan) throws CannotLoadException {
    if (plan.cmdline().indexOf('\'') >= 0 || plan.cmdline().indexOf('\\') >= 0) {
      throw new CannotLoadException("U-Boot cannot be given a command line with ' or \\ in it");
    }
    return "setenv bootargs '%s'\n".formatted(plan.cmdline())
        + "setenv bootbus_fdt ${fdtcontroladdr}\n"
        + "if test -n \"${fdt_addr}\"; then setenv bootbus_fdt ${fdt_addr}; fi\n"
        + "tftpboot ${kernel_addr_r} "
        + LoadPlan.local(plan.kernel())
        + initrds(plan)
        + " ${bootbus_fdt}\n";
  }

  /// From loading them to booting with them.
  private static String initrds(Load.Linux plan) throws CannotLoadException {
    String boot = " && booti ${kernel_addr_r} ";
    if (plan.initrds().isEmpty()) {
      return boot + "-";
    }
    String last = " && tftpboot ${ramdisk_addr_r} " + LoadPlan.local(plan.initrds().getFirst());
    if (plan.initrds().size() == 1) {
      return last + boot + "${ramdisk_addr_r}:${filesize}";
    }
    StringBuilder load = new StringBuilder(last + " && setenv bootbus_end ${ramdisk_addr_r}");
    for (Place initrd : plan.initrds().subList(1, plan.initrds().size())) {
      load.append(END);
      load.append(" && tftpboot ${bootbus_end} ").append(LoadPlan.local(initrd));
    }
    return load.append(END)
        .append(" && setexpr bootbus_size ${bootbus_end} - ${ramdisk_addr_r}")
        .append(boot)
        .append("${ramdisk_addr_r}:${bootbus_size}")
        .toString();
  }
}
