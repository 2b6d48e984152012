package dev.bootbus.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The names that a backend is asked for: those that can carry the identity of a machine, and the
/// last one of each loader's search. So a firmware that tries a dozen names does not wait for the
/// bus at each: of `C0A84D49`, `C0A84D4`, … `C` only the first says who asks.
///
/// A pattern is a name below the root with `?` for one character and `*` for any within a segment;
/// `**/` before it means at any depth. One that ends in a slash stands for all names below it, and
/// `/` for all names. `@` and a word is a set of them:
///
/// | set | names |
/// |---|---|
/// | `@ipxe` | `boot.ipxe` `main.ipxe` `autoexec.ipxe`, and `boot-failed/` for all below it |
/// | `@pxelinux` | `pxelinux.cfg/` with UUID, `01-` and MAC, address in hex, `default` |
/// | `@grub` | `grub.cfg-` with the same, `grub.cfg`, `boot-failed/` |
/// | `@u-boot` | `boot.scr.uimg`, `boot-failed/` |
/// | `@raspberry-pi` | `config.txt` and `cmdline.txt` below a serial number or MAC |
/// | `@machine` | what is for one machine's eyes: `user-data`, `ignition`, … |
public record GeneratedNames(List<Pattern> patterns) {
  /// Where a script says that it could not boot: `boot-failed/52-54-00-12-34-56/alpine/ERROR`.
  private static final String REPORTS = "boot-failed/";

  private static final Map<String, List<String>> SETS =
      new TreeMap<>(
          Map.of(
              "@ipxe",
              List.of("boot.ipxe", "main.ipxe", "autoexec.ipxe", REPORTS),
              "@pxelinux",
              searched("pxelinux.cfg/", "pxelinux.cfg/default"),
              "@grub",
              searched("grub.cfg-", "grub.cfg", REPORTS),
              "@u-boot",
              List.of("**/boot.scr.uimg", REPORTS),
              "@raspberry-pi",
              List.of(
                  "????????/config.txt",
                  "????????/cmdline.txt",
                  "??-??-??-??-??-??/config.txt",
                  "??-??-??-??-??-??/cmdline.txt"),
              "@machine",
              List.of(
                  "user-data",
                  "meta-data",
                  "vendor-data",
                  "network-config",
                  "ignition",
                  "preseed",
                  "kickstart",
                  "autoinstall",
                  "ssh_keys",
                  "k3os/config",
                  "talos/config")));

  public GeneratedNames {
    patterns = List.copyOf(patterns);
  }

  /// @throws IllegalArgumentException with one sentence about the pattern that cannot be read
  public static GeneratedNames of(List<String> patterns) {
    List<Pattern> all = new ArrayList<>();
    for (String given : patterns) {
      String pattern = given.strip();
      if (pattern.startsWith("@")) {
        List<String> set = SETS.get(pattern);
        if (set == null) {
          throw new IllegalArgumentException(
              pattern + ": there are " + String.join(", ", SETS.keySet()));
        }
        set.forEach(one -> all.add(compiled(one)));
      } else if (!pattern.isEmpty()) {
        all.add(compiled(pattern));
      }
    }
    return new GeneratedNames(all);
  }

  public boolean contains(BootPath path) {
    if (path.directory()) {
      return false;
    }
    String name = path.toString();
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }

  private static List<String> searched(String prefix, String last, String... more) {
    List<String> names =
        new ArrayList<>(
            List.of(
                "**/" + prefix + "01-*",
                "**/" + prefix + "????????",
                "**/" + prefix + "????????-*",
                "**/" + last));
    names.addAll(List.of(more));
    return names;
  }

  private static Pattern compiled(String given) {
    boolean anywhere = given.startsWith("**/");
    String glob = anywhere ? given.substring(3) : given;
    try {
      glob = BootPath.ofTftp(glob).toString();
    } catch (BootPath.RefusedException e) {
      throw new IllegalArgumentException(given + ": " + e.getMessage(), e);
    }
    boolean all = given.endsWith("/");
    if (glob.contains("**")) {
      throw new IllegalArgumentException(given + ": ** stands only at the beginning");
    }
    StringBuilder regex = new StringBuilder(anywhere ? "(?:[^/]+/)*" : "");
    for (char c : glob.toCharArray()) {
      regex.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
    }
    if (all) {
      regex.append(glob.isEmpty() ? ".+" : "/.+");
    }
    return Pattern.compile(regex.toString());
  }
}
