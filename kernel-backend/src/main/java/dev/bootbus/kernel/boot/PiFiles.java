package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.LoadPlan.Load;
import dev.bootbus.kernel.catalogue.Architecture;
import java.util.ArrayList;
import java.util.List;

/// What the boot loader of a Raspberry Pi reads beside its firmware. It asks for kernel and initrd
/// in its own folder, and is given those of the root.
public final class PiFiles {
  /// The loader does not read on in a line.
  private static final int MAX_LINE = 98;

  private PiFiles() {}

  public static String config(LoadPlan plan) throws CannotLoadException {
    plan.requireArch(Architecture.AARCH64);
    StringBuilder config = new StringBuilder("# " + plan.boots() + "\n");
    config.append("arm_64bit=1\n");
    Load.Linux linux = plan.linux("a Raspberry Pi");
    config.append(line("kernel=" + LoadPlan.local(linux.kernel())));
    if (!linux.initrds().isEmpty()) {
      List<String> names = new ArrayList<>();
      for (Place initrd : linux.initrds()) {
        names.add(LoadPlan.local(initrd));
      }
      config.append(line("initramfs " + String.join(",", names) + " followkernel"));
    }
    return config.toString();
  }

  private static String line(String text) throws CannotLoadException {
    if (text.length() > MAX_LINE) {
      throw new CannotLoadException(
          "a Raspberry Pi reads %d characters of a line, and this is longer: %s"
              .formatted(MAX_LINE, text));
    }
    return text + "\n";
  }

  public static String cmdline(LoadPlan plan) throws CannotLoadException {
    plan.requireArch(Architecture.AARCH64);
    return plan.linux("a Raspberry Pi").cmdline() + "\n";
  }
}
