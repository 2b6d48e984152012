package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.LoadPlan.Load;
import dev.bootbus.kernel.catalogue.Architecture;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The configuration of PXELINUX, which SYSLINUX for UEFI and U-Boot's `pxe` read as well. A menu
/// is PXELINUX's own prompt, which needs no file beside it.
public final class PxelinuxConfig {
  /// What PXELINUX starts as a network boot program.
  private static final Pattern PROGRAM = Pattern.compile(".*\\.(?:0|kpxe|pxe|bin|bs|c32|efi)");

  private static final int TENTHS = 10;

  private PxelinuxConfig() {}

  /// @param inFolder whether the loader puts a folder before relative names; `::` keeps it from
  ///     that, and is not written otherwise because U-Boot does not know it
  public static String of(LoadPlan plan, boolean inFolder) throws CannotLoadException {
    return "# " + plan.boots() + "\nDEFAULT bootbus\nPROMPT 0\n" + label("bootbus", plan, inFolder);
  }

  /// @param labels one for each entry that this loader can boot
  public static String menu(BootPlan plan, List<LoadPlan> labels, boolean inFolder)
      throws CannotLoadException {
    StringBuilder config = new StringBuilder("# " + plan.title() + "\n");
    for (LoadPlan label : labels) {
      boolean preset = label.kernel().equals(plan.preset());
      config.append("SAY %s%s\n".formatted(label.kernel(), preset ? " (default)" : ""));
    }
    config.append("DEFAULT ").append(presetOf(plan, labels)).append("\nPROMPT 1\n");
    config.append("TIMEOUT ").append(plan.timeout().toSeconds() * TENTHS).append('\n');
    for (LoadPlan label : labels) {
      config.append(label(label.kernel(), label, inFolder));
    }
    return config.toString();
  }

  private static String presetOf(BootPlan plan, List<LoadPlan> labels) {
    return labels.stream()
        .map(LoadPlan::kernel)
        .filter(plan.preset()::equals)
        .findFirst()
        .orElseGet(() -> labels.getFirst().kernel());
  }

  private static String label(String name, LoadPlan plan, boolean inFolder)
      throws CannotLoadException {
    String root = inFolder ? "::" : "";
    return "LABEL "
        + name
        + "\n"
        + switch (plan.load()) {
          case Load.Linux linux -> linux(plan, linux, root);
          case Load.Memdisk memdisk -> memdisk(memdisk, root);
          case Load.ByFirmware(_, Load.Memdisk bios) when bios != null -> memdisk(bios, root);
          case Load.ByFirmware _ ->
              throw new CannotLoadException(
                  plan.kernel() + " has no iso for a BIOS, and PXELINUX is not for UEFI");
          case Load.Chain(Place next) -> chain(next, root);
          // the next of the firmware's devices; U-Boot runs its `localcmd`
          case Load.Disk _ -> "  LOCALBOOT -1\n";
        };
  }

  private static String memdisk(Load.Memdisk memdisk, String root) {
    return "  KERNEL %s\n  INITRD %s\n  APPEND %s\n"
        .formatted(name(memdisk.memdisk(), root), name(memdisk.image(), root), memdisk.arguments());
  }

  private static String linux(LoadPlan plan, Load.Linux linux, String root)
      throws CannotLoadException {
    // there it is read by U-Boot 2023.01, which takes names with commas between them for one name
    if (plan.arch().equals(Architecture.AARCH64) && linux.initrds().size() > 1) {
      throw new CannotLoadException("U-Boot's pxe loads one initrd, and the kernel has more");
    }
    StringBuilder config = new StringBuilder("  LINUX " + name(linux.kernel(), root) + "\n");
    if (!linux.initrds().isEmpty()) {
      config.append(
          linux.initrds().stream()
              .map(initrd -> name(initrd, root))
              .collect(Collectors.joining(",", "  INITRD ", "\n")));
    }
    if (!linux.cmdline().isEmpty()) {
      config.append("  APPEND ").append(linux.cmdline()).append('\n');
    }
    return config.toString();
  }

  private static String chain(Place next, String root) throws CannotLoadException {
    String name = name(next, root);
    if (!PROGRAM.matcher(name).matches()) {
      throw new CannotLoadException(
          "PXELINUX runs no scripts, and loaders by the end of their name: " + name);
    }
    return "  KERNEL " + name + "\n";
  }

  private static String name(Place place, String root) {
    return (place instanceof Place.Local ? root : "") + LoadPlan.nameOf(place);
  }
}
