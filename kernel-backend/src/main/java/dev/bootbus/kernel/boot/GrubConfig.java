package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.LoadPlan.Load;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The configuration of GRUB 2. Where it fails, GRUB says so to the server and ends, and the
/// firmware goes on to its next boot device.
public final class GrubConfig {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/:,=@%+()-]+");

  private GrubConfig() {}

  public static String of(LoadPlan plan) throws CannotLoadException {
    return "# " + plan.boots() + "\n" + start(plan);
  }

  /// @param entries one for each that this loader can boot
  public static String menu(BootPlan plan, List<LoadPlan> entries) throws CannotLoadException {
    StringBuilder config = new StringBuilder("# " + plan.title() + "\n");
    config.append("set default='").append(plan.preset()).append("'\n");
    config.append("set timeout=");
    config.append(plan.timeout().isZero() ? -1 : plan.timeout().toSeconds()).append('\n');
    for (LoadPlan entry : entries) {
      config.append("menuentry '%1$s' --id '%1$s' {\n".formatted(entry.kernel()));
      start(entry).lines().forEach(line -> config.append("  ").append(line).append('\n'));
      config.append("}\n");
    }
    return config.toString();
  }

  private static String start(LoadPlan plan) throws CannotLoadException {
    return switch (plan.load()) {
      case Load.Linux linux -> orReport(plan, "linux " + words(linux), boot(linux.initrds()));
      case Load.Memdisk memdisk -> memdisk(plan, memdisk);
      case Load.ByFirmware(Place loader, Load.Memdisk bios) ->
          """
          if [ "$grub_platform" = efi ]; then
          %sfi
          %s"""
              .formatted(
                  orReport(plan, "chainloader " + name(loader), "boot").indent(2),
                  bios == null ? "exit 1\n" : memdisk(plan, bios));
      case Load.Chain(Place next) -> {
        if (!name(next).endsWith(".efi")) {
          throw new CannotLoadException(
              "GRUB chains to a loader for UEFI, .efi, and not to " + name(next));
        }
        yield orReport(plan, "chainloader " + name(next), "boot");
      }
      case Load.Disk(boolean start) when !start -> "exit 1\n";
      case Load.Disk _ ->
          """
          if [ "$grub_platform" = efi ]; then
            exit 1
          fi
          set root=hd0
          if chainloader +1; then
            boot
          fi
          exit 1
          """;
    };
  }

  /// GRUB for a BIOS has these commands, GRUB for UEFI has not.
  private static String memdisk(LoadPlan plan, Load.Memdisk memdisk) throws CannotLoadException {
    return orReport(
        plan,
        "linux16 %s %s".formatted(name(memdisk.memdisk()), memdisk.arguments()),
        "if initrd16 " + name(memdisk.image()) + "; then boot; fi");
  }

  /// GRUB's shell has no `&&`.
  private static String orReport(LoadPlan plan, String load, String boot)
      throws CannotLoadException {
    return """
        if %2$s; then
          %3$s
        fi
        echo 'bootbus: %1$s, and could not'
        cat %4$s
        sleep 10
        exit 1
        """
        .formatted(plan.boots(), load, boot, name(plan.failure()));
  }

  private static String words(Load.Linux linux) throws CannotLoadException {
    StringBuilder line = new StringBuilder(name(linux.kernel()));
    for (String word : words(linux.cmdline())) {
      line.append(' ').append(quoted(word));
    }
    return line.toString();
  }

  private static String boot(List<Place> initrds) throws CannotLoadException {
    StringBuilder names = new StringBuilder();
    for (Place place : initrds) {
      names.append(' ').append(name(place));
    }
    return names.isEmpty() ? "boot" : "if initrd" + names + "; then boot; fi";
  }

  private static String name(Place place) throws CannotLoadException {
    return switch (place) {
      case Place.Local(String path) -> "/" + path;
      case Place.Remote(URI url)
          when (url.getScheme().equals("http") || url.getScheme().equals("tftp"))
              && url.getRawQuery() == null -> {
        String port = url.getPort() < 0 || url.getPort() == 80 ? "" : ":" + url.getPort();
        yield "(%s,%s%s)%s".formatted(url.getScheme(), url.getHost(), port, url.getRawPath());
      }
      case Place.Remote(URI url) -> throw new CannotLoadException("GRUB cannot load " + url);
    };
  }

  /// As the kernel reads its command line: spaces within double quotes belong to the word.
  private static List<String> words(String cmdline) throws CannotLoadException {
    if (cmdline.indexOf('\'') >= 0 || cmdline.indexOf('\\') >= 0) {
      throw new CannotLoadException(
          "GRUB would put a backslash before each ' and \\ of the command line");
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (char c : (cmdline + " ").toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c != ' ' || quoted) {
        word.append(c);
      } else if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
    if (quoted) {
      throw new CannotLoadException("the command line has a quotation mark that is not closed");
    }
    return words;
  }

  /// GRUB puts quotation marks around what has a space in it.
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word + "'";
  }
}
