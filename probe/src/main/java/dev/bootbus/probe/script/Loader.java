package dev.bootbus.probe.script;

import java.net.URI;

/// A program that reads scripts. Hostile texts, answers and names end in a [Reading.Broken] within
/// bounds of time and memory, and never in an exception.
public interface Loader {

  /// Which one knows what to do in the place of a program.
  static Loader of(Kind kind) {
    return switch (kind) {
      case IPXE -> new Ipxe();
      case PXELINUX, SYSLINUX_EFI -> new Pxelinux();
      case GRUB -> new Grub();
      case U_BOOT -> new UBoot();
      case FREEBSD -> new FreeBsd();
      case RASPBERRY_PI -> new RaspberryPi();
    };
  }

  enum Kind {
    IPXE,
    PXELINUX,
    SYSLINUX_EFI,
    GRUB,
    U_BOOT,
    FREEBSD,
    RASPBERRY_PI
  }

  /// What the loader does when it runs: it looks for its configuration where it does, or boots what
  /// the machine's DHCP answer names.
  ///
  /// @param program where the loader came from; of a Raspberry Pi, and of U-Boot and others that
  ///     stand in flash, the folder they load from
  Outcome start(URI program, Machine machine, Files files) throws InterruptedException;

  /// What it makes of a script or configuration.
  ///
  /// @param script its bytes, as text one to one (ISO 8859-1)
  /// @param from where it came from
  Outcome read(String script, URI from, Machine machine, Files files) throws InterruptedException;
}
