package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// U-Boot (docs.u-boot.org): its boot script, its `pxe` command, its EFI loader.
final class UBoot implements Loader {
  private static final Set<String> EXTLINUX =
      Set.of("default", "label", "menu", "timeout", "prompt", "ontimeout", "include", "ui", "say");

  /// As `distro_bootcmd` does for `dhcp`, and before that for `pxe`: the script, the menu of the
  /// machine, the EFI program that DHCP names.
  @Override
  public Outcome start(URI program, Machine machine, Files files) throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          String prefix = prefix(program, machine);
          for (String name : names(machine)) {
            Optional<URI> uri = Locations.of(prefix + name);
            if (uri.isPresent()
                && run.get(uri.get(), Files.Role.SCRIPT, true) instanceof Files.Answer.Got got) {
              return read(run, run.text(uri.get(), got), uri.get(), prefix);
            }
          }
          if (machine.bootFile().isEmpty()) {
            throw new Run.End(Cause.CONFIG_MISSING, prefix + ": no script, no menu, no boot file");
          }
          return new PxelinuxRun(run, Ipxe.server(machine).toString())
              .program(machine.bootFile(), "");
        });
  }

  private static String prefix(URI program, Machine machine) {
    String server = program.getScheme() + "://" + program.getRawAuthority() + "/";
    int slash = machine.bootFile().lastIndexOf('/');
    return slash < 0 ? server : server + machine.bootFile().substring(0, slash + 1);
  }

  private static List<String> names(Machine machine) {
    List<String> names = new ArrayList<>();
    names.add("boot.scr.uimg");
    names.addAll(Pxelinux.configs(machine));
    int last = names.size() - 1;
    String cpu = machine.target().cpu().is64Bit() ? "armv8" : "armv7";
    names.add(last, "pxelinux.cfg/default-arm-" + cpu);
    names.add(last + 1, "pxelinux.cfg/default-arm");
    return names;
  }

  @Override
  public Outcome read(String script, URI from, Machine machine, Files files)
      throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          Run.checkLength(from, script);
          String folder = Locations.folder(from);
          String own =
              folder.endsWith("/pxelinux.cfg/") || folder.endsWith("/extlinux/")
                  ? folder.substring(0, folder.lastIndexOf('/', folder.length() - 2) + 1)
                  : folder;
          return read(run, script, from, from.getScheme() + "://" + from.getRawAuthority() + own);
        });
  }

  private static Reading read(Run run, String text, URI from, String prefix)
      throws InterruptedException {
    if (UBootScript.isImage(text)) {
      return new UBootRun(run, prefix).script(UBootScript.of(text, from.toString()), from);
    }
    boolean menu =
        text.lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .findFirst()
            .map(line -> PxelinuxConfig.word(line, true))
            .filter(EXTLINUX::contains)
            .isPresent();
    return menu
        ? new Extlinux(run, prefix).boot(text, from)
        : new UBootRun(run, prefix).script(text, from);
  }

  static String mac(Machine machine) {
    return machine.mac().toString().toLowerCase(Locale.ROOT);
  }
}
