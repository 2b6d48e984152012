package dev.bootbus.kernel.catalogue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
/// @param installs whether it writes another system to the machine's disk
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
    Provision provision,
    boolean installs) {
  /// In a path or a command line: the version.
  private static final Pattern VERSION = Pattern.compile("(?<!\\$)\\$\\{version}");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /// @param archive where the mirror fetches the files below the boot URL from
  /// @param repo packages
  public record Sources(String modloop, String rootfs, String iso, String archive, String repo) {
    public static final Sources NONE = new Sources("", "", "", "", "");

    Sources mapped(UnaryOperator<String> change) {
      return new Sources(
          change.apply(modloop),
          change.apply(rootfs),
          change.apply(iso),
          change.apply(archive),
          change.apply(repo));
    }
  }

  public Kernel {
    initrds = List.copyOf(initrds);
    checksums = Map.copyOf(checksums);
    options = Map.copyOf(options);
  }

  /// One that installs as its type does.
  public Kernel(
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
    this(
        name,
        version,
        arch,
        type,
        kernel,
        initrds,
        sources,
        cmdline,
        checksums,
        options,
        provision,
        type.installs());
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
        name, version, arch, type, kernel, initrds, sources, other, checksums, options, provision,
        installs);
  }

  /// Those of its files that have a checksum and that a mirror may keep, as they are written.
  List<String> files() {
    return Stream.concat(
            Stream.of(kernel, sources.modloop(), sources.rootfs(), sources.iso()), initrds.stream())
        .filter(file -> !file.isEmpty())
        .toList();
  }

  /// Whether something stands or falls with the version.
  boolean namesVersion() {
    return Stream.concat(files().stream(), Stream.of(sources.repo(), sources.archive(), cmdline))
        .anyMatch(text -> VERSION.matcher(text).find());
  }

  /// With the version in its place, in all that is a path or a command line.
  Kernel versioned() {
    String quoted = Matcher.quoteReplacement(version);
    return mapped(text -> VERSION.matcher(text).replaceAll(quoted));
  }

  /// With the URL of each path that has an archive: machines fetch it there.
  Kernel direct() {
    String archive = sources.archive();
    return archive.isEmpty() ? this : mapped(text -> url(archive, text)).withCmdline(cmdline);
  }

  private static String url(String archive, String location) {
    return location.isEmpty() || location.contains("://")
        ? location
        : archive + location.replaceFirst("^/+", "");
  }

  private Kernel mapped(UnaryOperator<String> change) {
    Map<String, String> sums = new HashMap<>();
    checksums.forEach((file, sum) -> sums.put(change.apply(file), sum));
    return new Kernel(
        name,
        version,
        arch,
        type,
        change.apply(kernel),
        initrds.stream().map(change).toList(),
        sources.mapped(change),
        change.apply(cmdline),
        sums,
        options,
        provision,
        installs);
  }

  /// A name may stand in a script, a log line and a key.
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
