package dev.bootbus.probe.script;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Firmware;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// GRUB 2 (gnu.org/software/grub/manual).
final class Grub implements Loader {

  /// Looks where GRUBs look. In which of these folders one does is built into it (`prefix`), and
  /// whether it asks for names of the machine too; so all of them are tried.
  @Override
  public Outcome start(URI program, Machine machine, Files files) throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          List<String> asked = new ArrayList<>();
          for (String prefix : prefixes(program)) {
            for (String name : configs(machine)) {
              String path = prefix + "/" + name;
              Optional<URI> uri =
                  GrubPaths.of(path, device(program), server(program)).stream()
                      .filter(GrubPaths.Remote.class::isInstance)
                      .map(p -> ((GrubPaths.Remote) p).uri())
                      .findFirst();
              asked.add(path);
              if (uri.isPresent()
                  && run.get(uri.get(), Files.Role.SCRIPT, true) instanceof Files.Answer.Got got) {
                run.found(
                    Cause.SCRIPT_NOT_FOLLOWED, "where GRUB looks is built into it; here " + path);
                return read(run, run.text(uri.get(), got), program, prefix, uri.get().toString());
              }
            }
          }
          throw new Run.End(
              Cause.CONFIG_MISSING, asked.getLast() + ", and " + (asked.size() - 1) + " before it");
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
          String folder = Locations.folder(from).replaceFirst("/$", "").replaceFirst("^//", "/");
          return read(run, script, from, folder, from.toString());
        });
  }

  private static Reading read(Run run, String text, URI base, String folder, String from)
      throws InterruptedException {
    GrubRun grub = new GrubRun(run, variables(run.machine, base, folder), server(base));
    Optional<Reading> reading = grub.configuration(text, from);
    return reading.orElseGet(
        () -> new Reading.Prompt("grub> (" + from + " has ended, and boots nothing)"));
  }

  private static String server(URI base) {
    return base.getRawAuthority();
  }

  private static String device(URI base) {
    return base.getScheme() + "," + base.getRawAuthority();
  }

  /// Of Debian's signed image, of `grub-mknetdir`, and of the loader's own folder and that above.
  private static List<String> prefixes(URI program) {
    String own = Locations.folder(program).replaceFirst("/$", "").replaceFirst("^//", "/");
    List<String> prefixes = new ArrayList<>(List.of("/grub", "/boot/grub"));
    for (String folder : List.of(own, own.replaceFirst("/[^/]*$", ""))) {
      if (!prefixes.contains(folder)) {
        prefixes.add(folder);
      }
    }
    return prefixes;
  }

  /// In their order; 2.06 asks for the names of the machine first, if it does at all.
  static List<String> configs(Machine machine) {
    List<String> names = new ArrayList<>();
    machine.uuid().ifPresent(uuid -> names.add("grub.cfg-" + uuid));
    names.add("grub.cfg-01-" + mac(machine).replace(':', '-'));
    byte[] address = machine.address().getAddress();
    String hex = String.format("%02X%02X%02X%02X", address[0], address[1], address[2], address[3]);
    for (int length = hex.length(); length > 0; length--) {
      names.add("grub.cfg-" + hex.substring(0, length));
    }
    names.add("grub.cfg");
    return names;
  }

  private static String mac(Machine machine) {
    return machine.mac().toString().toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> variables(Machine machine, URI base, String folder) {
    boolean bios = machine.target().firmware() == Firmware.BIOS;
    String card = bios ? "pxe" : "efinet0";
    Map<String, String> all = new TreeMap<>();
    all.put("root", device(base));
    all.put("prefix", "(" + device(base) + ")" + folder);
    all.put("cmdpath", "(" + device(base) + ")" + folder);
    all.put("grub_cpu", bios ? "i386" : machine.target().cpu().title());
    all.put("grub_platform", bios ? "pc" : "efi");
    all.put("net_default_interface", card);
    all.put("net_default_server", server(base));
    all.put("pxe_default_server", server(base));
    all.put("net_default_ip", machine.address().getHostAddress());
    all.put("net_default_mac", mac(machine));
    for (String block : List.of("net_" + card, "net_" + card + "_dhcp")) {
      all.put(block + "_ip", machine.address().getHostAddress());
      all.put(block + "_mac", mac(machine));
      all.put(block + "_next_server", machine.nextServer().getHostAddress());
      all.put(block + "_boot_file", machine.bootFile());
      text(machine, 12).ifPresent(name -> all.put(block + "_hostname", name));
      text(machine, 15).ifPresent(name -> all.put(block + "_domain", name));
      text(machine, 17).ifPresent(path -> all.put(block + "_rootpath", path));
    }
    for (String feature :
        List.of(
            "menuentry_id",
            "menuentry_options",
            "default_font_path",
            "all_video_module",
            "chainloader_bpb",
            "ntldr",
            "platform_search_hint",
            "timeout_style",
            "nativedisk_cmd",
            "200_final")) {
      all.put("feature_" + feature, "y");
    }
    return all;
  }

  private static Optional<String> text(Machine machine, int option) {
    return machine
        .options()
        .raw(option)
        .map(Bytes::toArray)
        .map(raw -> new String(raw, StandardCharsets.ISO_8859_1));
  }
}
