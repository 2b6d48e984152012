package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Firmware;
import dev.bootbus.probe.artefact.Format;
import dev.bootbus.probe.artefact.Software;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The images that iPXE holds: fetched by name, one of them selected to be booted
/// (ipxe.org/cmd/imgfetch).
final class IpxeImages {

  /// @param purpose what it was fetched as
  record Held(URI uri, String name, String arguments, Files.Role purpose, Files.Answer.Got got) {
    Image image() {
      return new Image(uri, name);
    }

    Artefact artefact() {
      return Artefact.of(got.head(), got.size());
    }

    Held with(String words) {
      return new Held(uri, name, words, purpose, got);
    }
  }

  private final Run run;
  private final Map<String, Held> held = new LinkedHashMap<>();
  private String selected = "";

  IpxeImages(Run run) {
    this.run = run;
  }

  /// @return none where it could not be fetched
  Optional<Held> fetch(URI uri, String name, String arguments, Files.Role role)
      throws InterruptedException {
    return switch (run.get(uri, role)) {
      case Files.Answer.Failed _ -> Optional.empty();
      case Files.Answer.Got got -> {
        String called = name.isEmpty() ? Locations.name(uri) : name;
        Held image = new Held(uri, called, arguments, role, got);
        held.put(called, image);
        yield Optional.of(image);
      }
    };
  }

  Optional<Held> find(String name) {
    return Optional.ofNullable(held.get(name));
  }

  void select(Held image) {
    selected = image.name();
  }

  Optional<Held> selected() {
    return find(selected);
  }

  void replace(Held image) {
    held.replace(image.name(), image);
  }

  void free(String name) {
    if (name.isEmpty()) {
      held.clear();
    } else {
      held.remove(name);
    }
  }

  /// What starting it comes to; it is no script.
  Reading start(Held image) {
    Artefact artefact = image.artefact();
    boolean kernel =
        image.purpose() == Files.Role.KERNEL && artefact.software() == Software.UNKNOWN
            || isKernel(artefact);
    if (!kernel) {
      return new Reading.Program(image.image(), List.of(), image.arguments());
    }
    return new Reading.Kernel(
        image.image(),
        initrds(image, artefact),
        image.arguments(),
        held.values().stream()
            .filter(other -> other.purpose() == Files.Role.DEVICE_TREE)
            .findFirst()
            .map(Held::image));
  }

  private static boolean isKernel(Artefact artefact) {
    return switch (artefact.format()) {
      case Format.BzImage _, Format.FlatImage _, Format.ZImage _, Format.Elf _ -> true;
      case Format.Compressed _ -> true; // iPXE unpacks a gzip by itself
      case Format.Pe _ -> artefact.software() == Software.LINUX;
      case Format.BootSector _,
          Format.Cpio _,
          Format.Iso _,
          Format.Squashfs _,
          Format.Tar _,
          Format.DeviceTree _,
          Format.UImage _,
          Format.IpxeScript _,
          Format.Html _,
          Format.Text _,
          Format.Empty _,
          Format.Unknown _ ->
          false;
    };
  }

  /// A BIOS kernel gets all that iPXE holds; one for UEFI asks for those that `initrd=` names, or
  /// since Linux 5.8 and iPXE of 2022 gets all if it names none.
  private List<Image> initrds(Held kernel, Artefact artefact) {
    List<Held> others =
        held.values().stream()
            .filter(image -> !image.name().equals(kernel.name()))
            .filter(
                image ->
                    switch (image.purpose()) {
                      case INITRD, OTHER, KERNEL -> true;
                      case CHAIN, SCRIPT, PART, DEVICE_TREE -> false;
                    })
            .toList();
    if (run.machine.target().firmware() == Firmware.BIOS || !isLinux(artefact)) {
      return others.stream().map(Held::image).toList();
    }
    List<Image> named = new ArrayList<>();
    boolean anyNamed = false;
    for (String word : kernel.arguments().split("\\s+")) {
      if (word.startsWith("initrd=") && !word.equals("initrd=initrd.magic")) {
        anyNamed = true;
        String name = word.substring("initrd=".length()).replaceFirst("^[\\\\/]", "");
        Optional<Held> file = find(name);
        file.map(Held::image).ifPresent(named::add);
        if (file.isEmpty()) {
          run.found(Cause.INITRD_UNKNOWN, Run.show(word) + " of " + Run.show(kernel.name()));
        }
      }
    }
    if (!anyNamed && !others.isEmpty() && !kernel.arguments().contains("initrd=initrd.magic")) {
      run.found(Cause.INITRD_NOT_NAMED, "initrd=" + Run.show(others.getFirst().name()));
    }
    return anyNamed ? named : others.stream().map(Held::image).toList();
  }

  private static boolean isLinux(Artefact artefact) {
    return switch (artefact.software()) {
      case LINUX -> true;
      case UNKNOWN -> isKernel(artefact);
      case IPXE,
          PXELINUX,
          SYSLINUX_EFI,
          COM32,
          MEMDISK,
          GRUB,
          SHIM,
          FREEBSD_LOADER,
          SYSTEMD_BOOT,
          UNIFIED_KERNEL,
          U_BOOT,
          WINDOWS ->
          false;
    };
  }
}
