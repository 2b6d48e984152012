package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.Start.KernelFiles;
import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Kernel.Sources;
import dev.bootbus.kernel.catalogue.Provision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The command line of a Linux: what its type needs, then the operator's own words. Of a word that
/// the operator gives, the type's is left out.
final class TypeCmdline {
  private final Kernel kernel;
  private final KernelFiles files;
  private final Provision provision;
  private final Values values;
  private final BootUrl url;
  private final String own;
  private final Set<String> given;
  private final List<String> words = new ArrayList<>();

  TypeCmdline(Kernel kernel, KernelFiles files, Provision provision, Values values, BootUrl url)
      throws CannotLoadException {
    this.kernel = kernel;
    this.files = files;
    this.provision = provision;
    this.values = values;
    this.url = url;
    this.own = files.cmdline();
    this.given =
        Arrays.stream(own.split(" ")).map(TypeCmdline::key).collect(Collectors.toUnmodifiableSet());
  }

  /// The file that the system of this kernel cannot be installed or run without.
  static Optional<ConfigFile> needs(Kernel kernel) {
    return switch (kernel.type()) {
      case K3OS -> Optional.of(ConfigFile.K3OS);
      case TALOS -> Optional.of(ConfigFile.TALOS);
      case FLATCAR, COREOS -> Optional.of(ConfigFile.IGNITION);
      case DEBIAN -> Optional.of(ConfigFile.PRESEED);
      case UBUNTU -> Optional.of(ConfigFile.USER_DATA);
      case FEDORA -> Optional.of(ConfigFile.KICKSTART);
      case LINUX, ALPINE, NIXOS, FREEBSD, SANBOOT, MEMDISK, LOCAL, CHAIN, MENU -> Optional.empty();
    };
  }

  String text() throws CannotLoadException {
    switch (kernel.type()) {
      case ALPINE -> alpine();
      case K3OS -> k3os();
      case TALOS -> {
        add("talos.platform", "metal");
        add("talos.config", url.of(ConfigFile.TALOS.path()));
      }
      case FLATCAR -> {
        add("flatcar.first_boot", "1");
        add("ignition.config.url", url.of(ConfigFile.IGNITION.path()));
      }
      case COREOS -> coreos();
      case DEBIAN -> {
        add("auto", "true");
        add("priority", "critical");
        add("interface", "auto");
        add("hostname", values.known().getOrDefault(Values.Name.HOSTNAME, ""));
        add("preseed/url", url.of(ConfigFile.PRESEED.path()));
      }
      case UBUNTU -> ubuntu();
      case FEDORA -> fedora();
      case LINUX, NIXOS, FREEBSD, SANBOOT, MEMDISK, LOCAL, CHAIN, MENU -> {}
    }
    if (!own.isEmpty()) {
      words.add(own);
    }
    return String.join(" ", words);
  }

  private void alpine() throws CannotLoadException {
    Sources sources = kernel.sources();
    addFile("modloop", "modloop", sources.modloop());
    addFile("alpine_repo", "repo", sources.repo());
    if (!provision.apkovl().isEmpty()) {
      // Alpine tells by the end of the name how it is packed
      String hostname = values.known().getOrDefault(Values.Name.HOSTNAME, "machine");
      add("apkovl", url.of(MachineFiles.APKOVL + "/" + hostname + ".apkovl.tar.gz"));
    }
    if (!provision.sshKeys().isEmpty()) {
      String keys = url.of(ConfigFile.SSH_KEYS.path());
      add("ssh_keys", keys); // for scripts of an overlay
      add("ssh_key", keys); // Alpine's own
    }
  }

  private void k3os() throws CannotLoadException {
    String mode = option("mode", "install");
    add("k3os.mode", mode);
    add("k3os.install.silent", option("silent", "true"));
    add("k3os.install.power_off", option("power_off", "false"));
    add("k3os.install.config_url", url.of(ConfigFile.K3OS.path()));
    if (mode.equals("install")) {
      add("k3os.install.device", required("installDisk"));
    }
    addFile("k3os.install.iso_url", "iso", kernel.sources().iso());
  }

  private void coreos() throws CannotLoadException {
    addFile("coreos.live.rootfs_url", "rootfs", kernel.sources().rootfs());
    Optional<String> disk = values.option("installDisk");
    String ignition = url.of(ConfigFile.IGNITION.path());
    if (disk.isPresent()) {
      add("coreos.inst.install_dev", required("installDisk"));
      add("coreos.inst.ignition_url", ignition);
    } else {
      add("ignition.firstboot", "");
      add("ignition.platform.id", "metal");
      add("ignition.config.url", ignition);
    }
  }

  private void ubuntu() throws CannotLoadException {
    add("ip", "dhcp");
    addFile("url", "iso", kernel.sources().iso());
    add("cloud-config-url", "/dev/null"); // or cloud-init takes the ISO for its configuration
    add("autoinstall", "");
    add("ds", "nocloud-net;s=" + url.base());
  }

  private void fedora() throws CannotLoadException {
    add("inst.ks", url.of(ConfigFile.KICKSTART.path()));
    Sources sources = kernel.sources();
    if (!sources.rootfs().isEmpty()) {
      addFile("inst.stage2", "rootfs", sources.rootfs());
    }
    if (!sources.repo().isEmpty() || sources.rootfs().isEmpty()) {
      addFile("inst.repo", "repo", sources.repo());
    }
  }

  /// @param field of the catalogue
  private void addFile(String key, String field, String location) throws CannotLoadException {
    if (!given.contains(key)) {
      add(key, url.of(files.required(field, location)));
    }
  }

  private void add(String key, String value) {
    if (!given.contains(key)) {
      words.add(value.isEmpty() ? key : key + "=" + value);
    }
  }

  private String required(String option) throws CannotLoadException {
    if (values.option(option).isEmpty()) {
      throw CannotLoadException.missing(
          "options." + option,
          "%s needs options.%s: set it for the node or the kernel"
              .formatted(kernel.name(), option));
    }
    return option(option, "");
  }

  private String option(String name, String otherwise) throws CannotLoadException {
    String value = KernelFiles.word("options." + name, values.option(name).orElse(otherwise));
    if (value.matches(".*[ \"'].*")) {
      throw new CannotLoadException("options." + name + " is not one word: " + value);
    }
    return value;
  }

  private static String key(String word) {
    return word.replaceFirst("=.*", "");
  }
}
