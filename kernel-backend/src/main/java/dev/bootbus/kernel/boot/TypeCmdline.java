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
  private final Start.Configs configs;
  private final String own;
  private final Set<String> given;
  private final List<String> words = new ArrayList<>();

  TypeCmdline(KernelFiles files, Provision provision, BootUrl url, Start.Configs configs)
      throws CannotLoadException {
    this.kernel = files.kernel();
    this.files = files;
    this.provision = provision;
    this.values = files.values();
    this.url = url;
    this.configs = configs;
    this.own = files.cmdline();
    this.given =
        Arrays.stream(own.split(" ")).map(TypeCmdline::key).collect(Collectors.toUnmodifiableSet());
  }

  String text() throws CannotLoadException {
    switch (kernel.type()) {
      case ALPINE -> alpine();
      case K3OS -> k3os();
      case TALOS -> {
        add("talos.platform", "metal");
        addConfig("talos.config", ConfigFile.TALOS);
      }
      case FLATCAR -> {
        add("flatcar.first_boot", "1");
        addConfig("ignition.config.url", ConfigFile.IGNITION);
      }
      case COREOS -> coreos();
      case DEBIAN -> {
        add("auto", "true");
        add("priority", "critical");
        add("interface", "auto");
        add("hostname", values.known().getOrDefault(Values.Name.HOSTNAME, ""));
        addConfig("preseed/url", ConfigFile.PRESEED);
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
    addConfig("k3os.install.config_url", ConfigFile.K3OS);
    if (mode.equals("install")) {
      add("k3os.install.device", required("installDisk"));
    }
    addFile("k3os.install.iso_url", "iso", kernel.sources().iso());
  }

  private void coreos() throws CannotLoadException {
    addFile("coreos.live.rootfs_url", "rootfs", kernel.sources().rootfs());
    Optional<String> disk = values.option("installDisk");
    if (disk.isPresent()) {
      add("coreos.inst.install_dev", required("installDisk"));
      addConfig("coreos.inst.ignition_url", ConfigFile.IGNITION);
    } else {
      add("ignition.firstboot", "");
      add("ignition.platform.id", "metal");
      addConfig("ignition.config.url", ConfigFile.IGNITION);
    }
  }

  private void ubuntu() throws CannotLoadException {
    add("ip", "dhcp");
    addFile("url", "iso", kernel.sources().iso());
    add("cloud-config-url", "/dev/null"); // or cloud-init takes the ISO for its configuration
    add("autoinstall", "");
    if (!given.contains("ds")) {
      configs.url(ConfigFile.USER_DATA);
      add("ds", "nocloud-net;s=" + url.base());
    }
  }

  private void fedora() throws CannotLoadException {
    addConfig("inst.ks", ConfigFile.KICKSTART);
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

  private void addConfig(String key, ConfigFile file) throws CannotLoadException {
    if (!given.contains(key)) {
      add(key, configs.url(file));
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
