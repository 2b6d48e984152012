package dev.bootbus.kernel.life;

import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.life.Happening.Completion;
import java.util.EnumSet;
import java.util.Set;

/// What is to be expected of a machine that boots a kernel.
final class Installing {
  /// `config` or `online`.
  private static final String PROVISIONED_BY = "provisioned-by";

  /// What a system asks for whether or not it is an installer that has begun.
  private static final Set<ConfigFile> BESIDE =
      EnumSet.of(
          ConfigFile.META_DATA,
          ConfigFile.VENDOR_DATA,
          ConfigFile.NETWORK_CONFIG,
          ConfigFile.SSH_KEYS);

  private Installing() {}

  static Completion completion(Kernel kernel) {
    if (!kernel.installs()) {
      return Completion.NEVER;
    }
    return kernel.options().getOrDefault(PROVISIONED_BY, "config").equals("online")
        ? Completion.PHONE_HOME
        : Completion.CONFIG;
  }

  /// @param path of a file that a machine was given
  static Completion completion(Kernel kernel, String path) {
    return ConfigFile.of(path).filter(file -> !BESIDE.contains(file)).isPresent()
        ? completion(kernel)
        : Completion.NEVER;
  }

  /// Whether its kernel is the last that a machine asks for.
  static boolean isLast(Kernel kernel) {
    return !kernel.installs()
        && kernel.sources().modloop().isEmpty()
        && kernel.sources().rootfs().isEmpty()
        && kernel.provision().templates().isEmpty();
  }

  /// Whether anything is to be heard of a machine after its script.
  static boolean isHeard(Kernel kernel) {
    return switch (kernel.type()) {
      case SANBOOT, LOCAL, CHAIN, MENU -> kernel.installs();
      case LINUX,
          ALPINE,
          K3OS,
          TALOS,
          FLATCAR,
          COREOS,
          DEBIAN,
          UBUNTU,
          FEDORA,
          NIXOS,
          FREEBSD,
          MEMDISK ->
          true;
    };
  }
}
