package dev.bootbus.probe.script;

import dev.bootbus.probe.Finding;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Where a loader's script ends for a machine.
public sealed interface Reading {

  /// A kernel starts. All files of it have been fetched.
  ///
  /// @param initrds in the order in which the kernel gets them
  record Kernel(Image kernel, List<Image> initrds, String commandLine, Optional<Image> deviceTree)
      implements Reading {
    public Kernel {
      initrds = List.copyOf(initrds);
    }
  }

  /// Another program that was fetched takes over: a loader, an EFI application, a COM32 module.
  ///
  /// @param with what the loader fetched for it, such as a loader's other stages or modules
  record Program(Image program, List<Image> with, String arguments) implements Reading {
    public Program {
      with = List.copyOf(with);
    }
  }

  /// A disk or disc on the network is attached and booted (`sanboot`), which the probe does not do.
  record San(URI uri) implements Reading {}

  /// The machine's own disk is started.
  ///
  /// @param how the words of the script: `LOCALBOOT 0`
  record Disk(String how) implements Reading {}

  /// The loader gives up, or has no more to do: the firmware goes on to its next boot device.
  ///
  /// A status is no sign of failure: to fail is how a loader makes firmware go on to its disk.
  ///
  /// @param failed whether a command failed, or what it was to start did not come
  record Exit(String how, boolean failed) implements Reading {}

  /// The machine is switched off or starts again.
  record Off(String how) implements Reading {}

  /// Waits for somebody at the console.
  record Prompt(String how) implements Reading {}

  /// The script makes no sense, does not end, or cannot be followed.
  record Broken(Finding finding) implements Reading {}
}
