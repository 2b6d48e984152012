package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Provision;
import java.util.ArrayList;
import java.util.List;

/// What a loader has to do so that a kernel of the catalogue runs, whatever its language. Files are
/// URLs, or paths below the boot URL.
public sealed interface Start {
  /// @param cmdline complete but for what iPXE alone can replace
  record Linux(String kernel, List<String> initrds, String cmdline) implements Start {
    public Linux {
      initrds = List.copyOf(initrds);
    }
  }

  /// An ISO or a disk image behind a URL, as a drive.
  record Drive(String image) implements Start {}

  /// An image in memory, by SYSLINUX's memdisk, which needs a BIOS.
  ///
  /// @param arguments of memdisk: `iso raw`
  record Memdisk(String memdisk, String image, String arguments) implements Start {}

  /// Another loader or script.
  record Chain(String next) implements Start {}

  /// A loader for UEFI, and an image for [Memdisk] with a BIOS.
  ///
  /// @param image empty where there is none
  record ByFirmware(String loader, String memdisk, String image) implements Start {}

  /// The machine's own disk.
  ///
  /// @param start whether a loader starts it where the firmware is a BIOS; else it ends, and the
  ///     firmware goes on
  /// @param reason one sentence for the machine's console, or empty
  record Disk(boolean start, String reason) implements Start {}

  /// Where a machine reads its config files.
  interface Configs {
    /// @throws CannotLoadException if it could not be written for this machine
    String url(ConfigFile file) throws CannotLoadException;
  }

  /// @param provision the kernel's, and over it the machine's own
  /// @param values for this machine; tokens only if it is proved who asks
  /// @throws CannotLoadException if a value is missing, by its name
  static Start of(Kernel given, Provision provision, Values values, BootUrl url, Configs configs)
      throws CannotLoadException {
    KernelFiles files = new KernelFiles(given, values);
    return switch (given.type()) {
      case LINUX, ALPINE, K3OS, TALOS, FLATCAR, COREOS, DEBIAN, UBUNTU, FEDORA, NIXOS ->
          new Linux(
              files.required("kernel", given.kernel()),
              files.all("initrd", given.initrds()),
              new TypeCmdline(files, provision, url, configs).text());
      case SANBOOT -> new Drive(files.image());
      case MEMDISK ->
          new Memdisk(
              files.memdisk(given.kernel()),
              files.required("iso", given.sources().iso()),
              given.cmdline().isEmpty() ? "iso raw" : files.cmdline());
      case FREEBSD -> {
        Kernel.Sources sources = given.sources();
        yield new ByFirmware(
            files.required("kernel", given.kernel()),
            files.memdisk(""),
            sources.iso().isEmpty()
                ? files.optional("rootfs", sources.rootfs())
                : files.optional("iso", sources.iso()));
      }
      case CHAIN -> new Chain(files.required("kernel", given.kernel()));
      case LOCAL -> new Disk(true, "");
      case MENU -> throw new CannotLoadException("a menu cannot hold another: " + given.name());
    };
  }

  /// The fields of one kernel, filled for one machine.
  record KernelFiles(Kernel kernel, Values values) {
    private static final String MEMDISK = "memdisk";

    String required(String field, String location) throws CannotLoadException {
      if (location.isEmpty()) {
        throw CannotLoadException.missing(
            field,
            "%s is of type %s and has no %s: give it one in the catalogue"
                .formatted(kernel.name(), kernel.type().key(), field));
      }
      return optional(field, location);
    }

    String optional(String field, String location) throws CannotLoadException {
      String filled = filled("the " + field, location);
      if (filled.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
        throw new CannotLoadException(
            "the %s of %s has a space in it, write it as %%20".formatted(field, kernel.name()));
      }
      return filled;
    }

    List<String> all(String field, List<String> locations) throws CannotLoadException {
      List<String> all = new ArrayList<>();
      for (String location : locations) {
        all.add(optional(field, location));
      }
      return all;
    }

    /// The one file of a type that has a single one, under either name.
    String image() throws CannotLoadException {
      String iso = kernel.sources().iso();
      return required(iso.isEmpty() ? "kernel" : "iso", iso.isEmpty() ? kernel.kernel() : iso);
    }

    String memdisk(String given) throws CannotLoadException {
      return optional("memdisk", given.isEmpty() ? values.option(MEMDISK).orElse(MEMDISK) : given);
    }

    /// The operator's command line.
    String cmdline() throws CannotLoadException {
      return filled("the command line", kernel.cmdline());
    }

    private String filled(String what, String text) throws CannotLoadException {
      String missing = values.missing(text).orElse("");
      if (!missing.isEmpty()) {
        throw CannotLoadException.missing(
            missing,
            "%s of %s has ${%s} in it, and %s"
                .formatted(what, kernel.name(), missing, values.why(missing)));
      }
      for (String option : values.options().keySet()) {
        if (text.contains("${options." + option + "}")) {
          word("options." + option, values.options().get(option));
        }
      }
      return values.fill(text);
    }

    /// A value that may stand in any loader's script.
    ///
    /// @throws CannotLoadException if it would end a line, or be replaced there
    static String word(String name, String value) throws CannotLoadException {
      if (value.contains("${") || value.chars().anyMatch(Character::isISOControl)) {
        throw new CannotLoadException(
            name + " has ${ or a control character in it, which a loader would not take as text");
      }
      return value;
    }
  }
}
