package dev.bootbus.kernel.catalogue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What is wrong with a kernel whose values can all be read: what its type needs and it does not
/// have, or has and its type never reads.
final class KernelCheck {
  /// @param field name of it in the catalogue
  record Problem(String field, String message) {}

  private KernelCheck() {}

  static List<Problem> problems(Kernel kernel) {
    List<Problem> problems = new ArrayList<>();
    parts(kernel, problems);
    config(kernel, problems);
    checksums(kernel, problems);
    if (!kernel.sources().archive().isEmpty() && kernel.files().isEmpty()) {
      problems.add(new Problem("archive", "no path of this kernel is below it"));
    }
    if (kernel.version().isEmpty() && kernel.namesVersion()) {
      problems.add(new Problem("version", "missing; ${version} stands for it"));
    }
    if (kernel.type() == KernelType.NIXOS && !kernel.cmdline().contains("init=")) {
      problems.add(new Problem("cmdline", "no init=: NixOS is started by its path in the store"));
    }
    if (kernel.type() == KernelType.MENU && !kernel.options().containsKey("kernels")) {
      problems.add(new Problem("options", "no kernels: names of what there is to choose"));
    }
    if (kernel.type() == KernelType.MEMDISK && kernel.arch().equals(Architecture.AARCH64)) {
      problems.add(new Problem("arch", "memdisk is for PCs with a BIOS"));
    }
    return problems;
  }

  private static void parts(Kernel kernel, List<Problem> problems) {
    KernelType type = kernel.type();
    for (KernelPart part : KernelPart.values()) {
      if (type.needs(part) && !part.isIn(kernel)) {
        problems.add(
            new Problem(
                part.key(),
                "missing; a kernel of type %s needs %s".formatted(type.key(), needs(type))));
      } else if (!type.allows(part) && part.isIn(kernel)) {
        problems.add(
            new Problem(part.key(), "a kernel of type %s has no use for it".formatted(type.key())));
      }
    }
  }

  private static String needs(KernelType type) {
    return Arrays.stream(KernelPart.values())
        .filter(type::needs)
        .map(KernelPart::key)
        .collect(Collectors.joining(", "));
  }

  /// A preseed for a machine that boots Alpine was meant for another kernel.
  private static void config(Kernel kernel, List<Problem> problems) {
    KernelType type = kernel.type();
    for (ConfigFile file : new TreeSet<>(kernel.provision().templates().keySet())) {
      if (type != KernelType.LINUX && !readers(file).contains(type)) {
        problems.add(
            new Problem(
                "config", "a kernel of type %s reads no %s".formatted(type.key(), file.path())));
      }
    }
  }

  /// Beside those that the operator alone knows.
  private static Set<KernelType> readers(ConfigFile file) {
    return switch (file) {
      case IGNITION -> EnumSet.of(KernelType.FLATCAR, KernelType.COREOS);
      case PRESEED -> EnumSet.of(KernelType.DEBIAN);
      case KICKSTART -> EnumSet.of(KernelType.FEDORA);
      case AUTOINSTALL -> EnumSet.of(KernelType.UBUNTU);
      case K3OS -> EnumSet.of(KernelType.K3OS);
      case TALOS -> EnumSet.of(KernelType.TALOS);
      case USER_DATA, META_DATA, VENDOR_DATA, NETWORK_CONFIG, SSH_KEYS ->
          EnumSet.allOf(KernelType.class);
    };
  }

  private static void checksums(Kernel kernel, List<Problem> problems) {
    List<String> files = kernel.files();
    for (String file : new TreeSet<>(kernel.checksums().keySet())) {
      if (!files.contains(file)) {
        problems.add(
            new Problem("checksums", "this kernel has no file " + file + Guess.of(file, files)));
      }
    }
  }
}
