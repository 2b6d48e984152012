package dev.bootbus.probe.script;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Firmware;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The commands of GRUB (manual §16), each as far as it matters to where a script leads.
final class GrubCommands {
  private static final Set<String> BIOS_ONLY =
      Set.of("linux16", "initrd16", "ntldr", "freedos", "drivemap", "pxe_unload");
  private static final Set<String> EFI_ONLY =
      Set.of("linuxefi", "initrdefi", "fwsetup", "lsefi", "lsefimmap", "lsefisystab");

  private GrubCommands() {}

  interface Command {
    int run(GrubRun grub, List<String> words) throws InterruptedException;
  }

  static final Map<String, Command> ALL = all();

  static boolean isIn(String name, Firmware firmware) {
    return firmware == Firmware.BIOS ? !EFI_ONLY.contains(name) : !BIOS_ONLY.contains(name);
  }

  private static Map<String, Command> all() {
    Map<String, Command> all = new HashMap<>();
    for (String name :
        ("true : insmod rmmod lsmod terminal_input terminal_output terminfo serial gfxmode"
                + " background_image background_color clear sleep ls lsefi lsefimmap lsefisystab"
                + " lspci lsacpi acpi play keymap videoinfo videotest set_colors setparams"
                + " load_env save_env list_env net_bootp net_bootp6 net_dhcp net_add_addr"
                + " net_add_dns net_add_route net_del_addr net_del_dns net_del_route net_ls_addr"
                + " net_ls_cards net_ls_dns net_ls_routes net_nslookup net_set_vlan password"
                + " password_pbkdf2 rmmod trust distrust list_trusted shim_lock tpm hashsum md5sum"
                + " sha1sum sha256sum sha512sum dump drivemap drivemap pxe_unload kfreebsd_loadenv"
                + " kfreebsd_module kfreebsd_module_elf hexdump cmp cutmem badram date gptsync"
                + " parttool usb nativedisk cbmemc rdmsr wrmsr mmap outb help")
            .split(" ")) {
      all.put(name, (_, _) -> 0);
    }
    // what a machine without its disks, or without a person, answers with no
    for (String name :
        List.of(
            "false",
            "search",
            "search.file",
            "search.fs_uuid",
            "search.fs_label",
            "probe",
            "loopback",
            "cryptomount",
            "zfskey",
            "keystatus",
            "sendkey",
            "loadfont",
            "cat_disk",
            "blocklist",
            "smbios",
            "verify_detached",
            "authenticate",
            "extract_entries_configfile",
            "extract_entries_source",
            "legacy_configfile",
            "legacy_source",
            "syslinux_configfile",
            "syslinux_source",
            "ntldr",
            "freedos",
            "blscfg",
            "bli",
            "version_find_latest")) {
      all.put(name, (_, _) -> 1);
    }
    variables(all);
    files(all);
    boots(all);
    ends(all);
    return Map.copyOf(all);
  }

  private static void variables(Map<String, Command> all) {
    all.put(
        "set",
        (grub, words) -> {
          words.forEach(grub::assign);
          return 0;
        });
    all.put(
        "unset",
        (grub, words) -> {
          words.forEach(grub.shell.variables::remove);
          return 0;
        });
    all.put("test", (grub, words) -> GrubTest.of(words, name -> notEmpty(grub, name)) ? 0 : 1);
    all.put(
        "[",
        (grub, words) -> {
          boolean closed = !words.isEmpty() && words.getLast().equals("]");
          List<String> inner = closed ? words.subList(0, words.size() - 1) : words;
          return closed && GrubTest.of(inner, name -> notEmpty(grub, name)) ? 0 : 1;
        });
    all.put("regexp", GrubCommands::regexp);
    all.put("net_get_dhcp_option", GrubCommands::dhcpOption);
    all.put(
        "echo",
        (grub, words) -> {
          grub.run.say(String.join(" ", words));
          return 0;
        });
    all.put(
        "cpuid",
        (grub, words) ->
            grub.run.machine.target().cpu().is64Bit() || !words.contains("-l") ? 0 : 1);
    all.put("eval", (grub, words) -> grub.shell.source(String.join(" ", words), grub.where()));
  }

  private static boolean notEmpty(GrubRun grub, String name) throws InterruptedException {
    return grub.path(name).orElse(null) instanceof GrubPaths.Remote(URI uri)
        && grub.run.get(uri, Files.Role.OTHER, true) instanceof Files.Answer.Got got
        && got.size() > 0;
  }

  /// `regexp [--set [NUMBER:]NAME]… PATTERN TEXT`.
  private static int regexp(GrubRun grub, List<String> words) {
    Map<String, Integer> sets = new HashMap<>();
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean separate = (word.equals("-s") || word.equals("--set")) && i + 1 < words.size();
      if (separate || word.startsWith("--set=")) {
        String set = separate ? words.get(++i) : word.substring(6);
        int colon = set.indexOf(':');
        Optional<Long> group =
            colon < 0 ? Optional.of(1L) : SettingType.integer(set.substring(0, colon));
        sets.put(set.substring(colon + 1), group.orElse(1L).intValue());
      } else {
        rest.add(word);
      }
    }
    if (rest.size() != 2 || rest.getFirst().length() > 256 || rest.getLast().length() > 256) {
      return 1;
    }
    try {
      Matcher matcher = Pattern.compile(rest.getFirst()).matcher(new Impatient(rest.getLast()));
      if (!matcher.find()) {
        return 1;
      }
      sets.forEach(
          (name, group) -> {
            String value =
                group >= 0 && group <= matcher.groupCount() ? matcher.group(group) : null;
            grub.assign(name + "=" + (value == null ? "" : value));
          });
      return 0;
    } catch (PatternSyntaxException | Impatient.Spent | StackOverflowError e) {
      grub.run.found(Cause.SCRIPT_NOT_FOLLOWED, grub.where() + ": regexp");
      return 1;
    }
  }

  /// `net_get_dhcp_option NAME INTERFACE NUMBER TYPE`.
  private static int dhcpOption(GrubRun grub, List<String> words) {
    if (words.size() < 4) {
      return 1;
    }
    Optional<byte[]> raw =
        SettingType.integer(words.get(2))
            .filter(code -> code > 0 && code < 255)
            .flatMap(code -> grub.run.machine.options().raw(code.intValue()))
            .map(Bytes::toArray);
    if (raw.isEmpty()) {
      return 1;
    }
    SettingType type =
        switch (words.get(3)) {
          case "number" -> SettingType.UINT32;
          case "hex" -> SettingType.HEX;
          default -> SettingType.STRING;
        };
    grub.assign(words.getFirst() + "=" + type.write(raw.get()));
    return 0;
  }

  private static void files(Map<String, Command> all) {
    all.put("configfile", GrubCommands::configuration);
    all.put(
        "normal",
        (grub, words) ->
            configuration(
                grub, words.isEmpty() ? List.of(grub.value("prefix") + "/grub.cfg") : words));
    for (String name : List.of("source", ".")) {
      all.put(
          name,
          (grub, words) -> {
            Optional<String> text =
                words.isEmpty() ? Optional.empty() : grub.text(words.getFirst());
            return text.isEmpty() ? 1 : grub.shell.source(text.get(), words.getFirst());
          });
    }
    all.put(
        "cat",
        (grub, words) -> {
          boolean there =
              !words.isEmpty()
                  && grub.path(words.getLast()).orElse(null) instanceof GrubPaths.Remote(URI uri)
                  && grub.run.get(uri, Files.Role.OTHER) instanceof Files.Answer.Got;
          return there ? 0 : 1;
        });
  }

  private static int configuration(GrubRun grub, List<String> words) throws InterruptedException {
    Optional<String> text = words.isEmpty() ? Optional.empty() : grub.text(words.getFirst());
    if (text.isEmpty()) {
      return 1;
    }
    Optional<Reading> reading = grub.configuration(text.get(), words.getFirst());
    if (reading.isPresent()) {
      throw new Run.End(reading.get());
    }
    return 0;
  }

  private static void boots(Map<String, Command> all) {
    for (String name : List.of("linux", "linuxefi", "linux16")) {
      all.put(name, (grub, words) -> grub.loaded.kernel(words, true));
    }
    for (String name :
        List.of("multiboot", "multiboot2", "kfreebsd", "knetbsd", "kopenbsd", "xnu_kernel64")) {
      all.put(
          name,
          (grub, words) ->
              grub.loaded.kernel(
                  words.stream().filter(word -> !word.startsWith("--")).toList(), false));
    }
    for (String name : List.of("initrd", "initrdefi", "initrd16")) {
      all.put(name, (grub, words) -> grub.loaded.initrds(words));
    }
    for (String name : List.of("module", "module2")) {
      all.put(name, (grub, words) -> grub.loaded.module(words));
    }
    all.put("devicetree", (grub, words) -> grub.loaded.deviceTree(words));
    all.put("chainloader", (grub, words) -> grub.loaded.chain(words));
    all.put(
        "boot",
        (grub, _) -> {
          Optional<Reading> reading = grub.loaded.boot();
          if (reading.isPresent()) {
            throw new Run.End(reading.get());
          }
          return 1;
        });
  }

  private static void ends(Map<String, Command> all) {
    all.put(
        "exit",
        (grub, words) -> {
          throw new Run.End(
              new Reading.Exit(
                  how(grub, "exit", words) + grub.run.lastWords(), grub.run.hasLost()));
        });
    for (String name : List.of("halt", "reboot", "fwsetup")) {
      all.put(
          name,
          (grub, words) -> {
            throw new Run.End(new Reading.Off(how(grub, name, words)));
          });
    }
    for (String name : List.of("read", "normal_exit")) {
      all.put(
          name,
          (grub, words) -> {
            throw new Run.End(new Reading.Prompt(how(grub, name, words)));
          });
    }
  }

  private static String how(GrubRun grub, String name, List<String> words) {
    return grub.where() + ": " + PxelinuxRun.join(name, Run.show(String.join(" ", words)));
  }
}
