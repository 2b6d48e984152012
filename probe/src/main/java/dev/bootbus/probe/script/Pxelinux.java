package dev.bootbus.probe.script;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Cpu;
import dev.bootbus.probe.artefact.Firmware;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// PXELINUX 5 and later, and SYSLINUX for UEFI (doc/pxelinux.txt; wiki.syslinux.org).
final class Pxelinux implements Loader {
  private static final Pattern VERSION = Pattern.compile("PXELINUX ([0-9]+)\\.");

  /// Where its core is looked for besides its own folder.
  private static final List<String> FOLDERS =
      List.of("/boot/isolinux/", "/isolinux/", "/boot/syslinux/", "/syslinux/", "/");

  @Override
  public Outcome start(URI program, Machine machine, Files files) throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          PxelinuxRun loader = new PxelinuxRun(run, prefix(program, machine));
          core(run, loader, program);
          List<String> names = new ArrayList<>();
          option(machine, 209).ifPresent(names::add);
          names.addAll(configs(machine));
          for (String name : names) {
            Optional<URI> uri = loader.resolve(name);
            if (uri.isPresent()
                && run.get(uri.get(), Files.Role.SCRIPT, true) instanceof Files.Answer.Got got) {
              return loader.boot(run.text(uri.get(), got), uri.get());
            }
          }
          throw new Run.End(
              Cause.CONFIG_MISSING, loader.prefix() + " has none of pxelinux.cfg/…, as of default");
        });
  }

  @Override
  public Outcome read(String script, URI from, Machine machine, Files files)
      throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          Run.checkLength(from, script);
          PxelinuxRun loader = new PxelinuxRun(run, prefix(from, machine));
          return loader.boot(script, from);
        });
  }

  /// Option 210 (RFC 5071 §5), else the folder that the loader came from.
  private static String prefix(URI from, Machine machine) {
    String path = Locations.folder(from);
    String own = path.endsWith("/pxelinux.cfg/") ? path.substring(0, path.length() - 13) : path;
    String server = from.getScheme() + "://" + from.getRawAuthority();
    Optional<String> told = option(machine, 210);
    if (told.isEmpty()) {
      return server + own;
    }
    return Locations.isAbsolute(told.get())
        ? told.get()
        : "tftp://" + machine.nextServer().getHostAddress() + "/" + told.get();
  }

  private static Optional<String> option(Machine machine, int code) {
    return machine
        .options()
        .raw(code)
        .map(Bytes::toArray)
        .map(raw -> new String(raw, StandardCharsets.ISO_8859_1).replace("\0", ""))
        .filter(text -> !text.isEmpty());
  }

  /// The names it tries, in their order.
  static List<String> configs(Machine machine) {
    List<String> names = new ArrayList<>();
    machine.uuid().ifPresent(uuid -> names.add(uuid.toString()));
    names.add("01-" + machine.mac().toString().toLowerCase(Locale.ROOT).replace(':', '-'));
    byte[] address = machine.address().getAddress();
    String hex = String.format("%02X%02X%02X%02X", address[0], address[1], address[2], address[3]);
    for (int length = hex.length(); length > 0; length--) {
      names.add(hex.substring(0, length));
    }
    names.add("default");
    return names.stream().map(name -> "pxelinux.cfg/" + name).toList();
  }

  /// Since version 5 the greater part of the loader is a file of its own.
  private static void core(Run run, PxelinuxRun loader, URI program) throws InterruptedException {
    String core = "ldlinux.c32";
    if (run.machine.target().firmware() == Firmware.EFI) {
      core = run.machine.target().cpu() == Cpu.X86 ? "ldlinux.e32" : "ldlinux.e64";
    } else if (run.get(program, Files.Role.PART) instanceof Files.Answer.Got got) {
      Matcher version = VERSION.matcher(new String(got.head(), StandardCharsets.ISO_8859_1));
      if (version.find() && version.group(1).length() == 1 && version.group(1).charAt(0) < '5') {
        return;
      }
    }
    if (loader.part(core)) {
      return;
    }
    for (String folder : FOLDERS) {
      Optional<URI> uri = loader.resolve(folder + core);
      if (uri.isPresent()
          && run.get(uri.get(), Files.Role.PART, true) instanceof Files.Answer.Got) {
        return;
      }
    }
    throw new Run.End(Cause.LOADER_PART_MISSING, loader.prefix() + core);
  }
}
