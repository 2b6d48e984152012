package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.catalogue.Architecture;
import java.util.ArrayList;
import java.util.List;

/// The configuration of PXELINUX, which SYSLINUX for UEFI and U-Boot's `pxe` read as well.
public final class PxelinuxConfig {
  private PxelinuxConfig() {}

  /// @param inFolder whether the loader puts a folder before relative names; `::` keeps it from
  ///     that, and is not written otherwise because U-Boot does not know it
  public static String of(LoadPlan plan, boolean inFolder) throws CannotLoadException {
    // there it is read by U-Boot 2023.01, which takes names with commas between them for one name
    if (plan.arch() == Architecture.AARCH64 && plan.initrds().size() > 1) {
      throw new CannotLoadException("U-Boot's pxe loads one initrd, and the kernel has more");
    }
    String root = inFolder ? "::" : "";
    StringBuilder config = new StringBuilder("# " + plan.boots() + "\n");
    config.append("DEFAULT bootbus\nPROMPT 0\nLABEL bootbus\n");
    config.append("  LINUX ").append(name(plan.kernel(), root)).append('\n');
    if (!plan.initrds().isEmpty()) {
      List<String> names = new ArrayList<>();
      plan.initrds().forEach(initrd -> names.add(name(initrd, root)));
      config.append("  INITRD ").append(String.join(",", names)).append('\n');
    }
    if (!plan.cmdline().isEmpty()) {
      config.append("  APPEND ").append(plan.cmdline()).append('\n');
    }
    return config.toString();
  }

  private static String name(Place place, String root) {
    return switch (place) {
      case Place.Local(String path) -> root + path;
      case Place.Remote(var url) -> url.toString();
    };
  }
}
