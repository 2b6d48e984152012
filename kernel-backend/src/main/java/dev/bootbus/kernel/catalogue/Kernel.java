package dev.bootbus.kernel.catalogue;

import java.util.List;
import java.util.regex.Pattern;

/// What a machine can boot.
///
/// @param kernel URL, or a path below the boot URL
/// @param initrds the same, in the order in which the kernel unpacks them
/// @param cmdline what the kernel is told; a `${…}` that is none of [Values] is for iPXE to replace
public record Kernel(
    String name,
    Architecture arch,
    String kernel,
    List<String> initrds,
    String cmdline,
    Provision provision) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  public Kernel {
    initrds = List.copyOf(initrds);
  }

  public Kernel(
      String name, Architecture arch, String kernel, List<String> initrds, String cmdline) {
    this(name, arch, kernel, initrds, cmdline, Provision.NONE);
  }

  public Kernel withCmdline(String other) {
    return new Kernel(name, arch, kernel, initrds, other, provision);
  }

  /// A name may stand in a script, a log line and a key.
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
