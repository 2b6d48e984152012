package dev.bootbus.kernel.catalogue;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What a machine can boot. Each file is a URL, or a path below the boot URL; empty where there is
/// none.
///
/// @param version for people, and `${version}` in paths and command lines
/// @param kernel the file that is started: a kernel, a loader, a script, by [KernelType]
/// @param initrds in the order in which the kernel unpacks them
/// @param sources what the system fetches by itself
/// @param cmdline what the kernel is told, beside what its type needs; a `${…}` that no value
///     stands for is for iPXE to replace
/// @param checksums SHA-256 as 64 hex digits, by file
/// @param options free values for command lines and templates; a machine's own go before them
public record Kernel(
    String name,
    String version,
    Architecture arch,
    KernelType type,
    String kernel,
    List<String> initrds,
    Sources sources,
    String cmdline,
    Map<String, String> checksums,
    Map<String, String> options,
    Provision provision) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /// @param archive where the mirror fetches the files below the boot URL from
  /// @param repo packages
  public record Sources(String modloop, String rootfs, String iso, String archive, String repo) {
    public static final Sources NONE = new Sources("", "", "", "", "");
  }

  public Kernel {
    initrds = List.copyOf(initrds);
    checksums = Map.copyOf(checksums);
    options = Map.copyOf(options);
  }

  public Kernel(
      String name,
      Architecture arch,
      String kernel,
      List<String> initrds,
      String cmdline,
      Provision provision) {
    this(
        name,
        "",
        arch,
        KernelType.LINUX,
        kernel,
        initrds,
        Sources.NONE,
        cmdline,
        Map.of(),
        Map.of(),
        provision);
  }

  public Kernel(
      String name, Architecture arch, String kernel, List<String> initrds, String cmdline) {
    this(name, arch, kernel, initrds, cmdline, Provision.NONE);
  }

  public Kernel withCmdline(String other) {
    return new Kernel(
        name, version, arch, type, kernel, initrds, sources, other, checksums, options, provision);
  }

  /// A name may stand in a script, a log line and a key.
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
