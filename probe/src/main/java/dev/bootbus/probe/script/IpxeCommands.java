package dev.bootbus.probe.script;

import static dev.bootbus.probe.script.IpxeRun.FALSE;
import static dev.bootbus.probe.script.IpxeRun.INVALID;
import static dev.bootbus.probe.script.IpxeRun.NOT_EXECUTABLE;
import static dev.bootbus.probe.script.IpxeRun.NOT_FOUND;
import static dev.bootbus.probe.script.IpxeRun.OK;
import static dev.bootbus.probe.script.IpxeRun.TIMED_OUT;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Firmware;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The commands of iPXE (ipxe.org/cmd), each as far as it matters to where a script leads.
final class IpxeCommands {
  private IpxeCommands() {}

  interface Command {
    /// @param words the command's own name first
    int run(IpxeRun ipxe, List<String> words) throws InterruptedException;
  }

  static final Map<String, Command> ALL = all();

  private static final String[] FETCH = {"name/n", "timeout/t", "signer/s"};

  private static Map<String, Command> all() {
    Map<String, Command> all = new HashMap<>();
    // what changes nothing that a script could ask about, on a machine with one working interface
    for (String name :
        ("dhcp ifconf ifopen ifclose ifstat ifset iflinkwait iwstat iwlist route nstat neighbour"
                + " ipstat ping ntp sync sleep console cpair colour color"
                + " imgstat imgtrust imgmem imgextract imgset imgdecrypt show lotest"
                + " vcreate vdestroy certstat certstore certfree params param profstat gdbstub"
                + " sanunhook startpxe stoppxe ibstat fcstat pxebs help"
                + " lldpstat eapstat cachettl md5sum sha1sum sha224sum sha256sum sha384sum"
                + " sha512sum")
            .split(" ")) {
      all.put(name, (_, _) -> OK);
    }
    // there is nothing to scan, which is how such loops end
    all.put("pciscan", (_, _) -> NOT_FOUND);
    all.put("usbscan", (_, _) -> NOT_FOUND);
    settings(all);
    flow(all);
    console(all);
    images(all);
    return Map.copyOf(all);
  }

  private static void settings(Map<String, Command> all) {
    all.put(
        "set",
        (ipxe, words) -> {
          IpxeWords set = IpxeWords.of(words);
          if (set.rest().size() == 1) {
            ipxe.settings.clear(set.at(0));
            return OK;
          }
          return ipxe.settings.set(set.at(0), set.from(1)) ? OK : INVALID;
        });
    all.put(
        "clear",
        (ipxe, words) -> {
          ipxe.settings.clear(IpxeWords.of(words).at(0));
          return OK;
        });
    all.put("isset", (_, words) -> IpxeWords.of(words).at(0).isEmpty() ? FALSE : OK);
    all.put(
        "iseq", (_, words) -> words.size() == 3 && words.get(1).equals(words.get(2)) ? OK : FALSE);
    all.put("inc", IpxeCommands::increase);
    all.put("cpuid", IpxeCommands::cpuid);
    all.put(
        "nslookup",
        (ipxe, words) -> {
          // a URL with the name in it works as one with the address would
          ipxe.run.found(Cause.SCRIPT_NOT_FOLLOWED, ipxe.where() + ": nslookup");
          ipxe.settings.put(
              words.size() > 1 ? words.get(1) : "",
              IpxeSettings.Value.text(words.size() > 2 ? words.get(2) : ""));
          return OK;
        });
  }

  private static int increase(IpxeRun ipxe, List<String> words) {
    IpxeSettings.Name name = IpxeSettings.Name.of(words.size() > 1 ? words.get(1) : "");
    Optional<Long> by = words.size() > 2 ? SettingType.integer(words.get(2)) : Optional.of(1L);
    Optional<Long> old =
        SettingType.integer(ipxe.settings.get(name.name()).filter(v -> !v.isEmpty()).orElse("0"));
    if (by.isEmpty() || old.isEmpty()) {
      return INVALID;
    }
    int sum = (int) (old.get() + by.get());
    ipxe.settings.put(name.name(), IpxeSettings.Value.number(sum));
    return OK;
  }

  /// Bit 29 of the extended features is long mode, the one that scripts ask for.
  private static int cpuid(IpxeRun ipxe, List<String> words) {
    IpxeWords cpuid = IpxeWords.of(words);
    boolean longMode = cpuid.at(0).equals("29") && (cpuid.has("ext") || cpuid.has("e"));
    return !longMode || ipxe.run.machine.target().cpu().is64Bit() ? OK : FALSE;
  }

  private static void flow(Map<String, Command> all) {
    all.put("goto", (ipxe, words) -> ipxe.goTo(IpxeWords.of(words).at(0)));
    all.put(
        "exit",
        (ipxe, words) -> {
          String status = IpxeWords.of(words).at(0);
          return ipxe.exit(SettingType.integer(status).map(Long::intValue).orElse(OK));
        });
    all.put(
        "time",
        (ipxe, words) -> words.size() > 1 ? ipxe.execute(words.subList(1, words.size())) : OK);
    for (String name : List.of("shell", "config", "login")) {
      all.put(name, (ipxe, words) -> end(new Reading.Prompt(at(ipxe, words))));
    }
    all.put("read", (ipxe, words) -> end(new Reading.Prompt(at(ipxe, words))));
    for (String name : List.of("poweroff", "reboot")) {
      all.put(name, (ipxe, words) -> end(new Reading.Off(at(ipxe, words))));
    }
    all.put(
        "autoboot",
        (ipxe, _) -> {
          Optional<URI> file = Ipxe.bootFile(ipxe.run.machine);
          return file.isEmpty() ? NOT_FOUND : ipxe.chain(file.get(), "filename");
        });
    all.put("ifboot", all.get("autoboot"));
    all.put("netboot", all.get("autoboot"));
  }

  private static String at(IpxeRun ipxe, List<String> words) {
    return ipxe.where() + ": " + Run.show(String.join(" ", words));
  }

  private static int end(Reading reading) {
    throw new Run.End(reading);
  }

  private static void console(Map<String, Command> all) {
    all.put(
        "echo",
        (ipxe, words) -> {
          ipxe.run.say(IpxeWords.of(words).from(0));
          return OK;
        });
    all.put("prompt", IpxeCommands::prompt);
    for (String name : List.of("menu", "form")) {
      all.put(name, IpxeCommands::menu);
    }
    all.put("item", IpxeCommands::item);
    all.put("choose", IpxeCommands::choose);
    all.put("present", IpxeCommands::choose);
  }

  private static int prompt(IpxeRun ipxe, List<String> words) {
    IpxeWords prompt = IpxeWords.of(words, "key/k", "timeout/t", "variable/v");
    if (prompt.option("timeout").isPresent()) {
      return TIMED_OUT;
    }
    ipxe.run.found(Cause.MENU_WAITS, at(ipxe, words));
    return OK;
  }

  private static int menu(IpxeRun ipxe, List<String> words) {
    IpxeWords menu = IpxeWords.of(words, "name/n");
    String name = menu.option("name").orElse("");
    ipxe.menus.remove(name);
    if (!menu.has("delete") && !menu.has("d") && ipxe.menus.size() < 100) {
      ipxe.menus.put(name, new IpxeMenu(menu.from(0)));
    }
    return OK;
  }

  private static int item(IpxeRun ipxe, List<String> words) {
    IpxeWords item = IpxeWords.of(words, "menu/m", "form/f", "key/k", "type/t");
    IpxeMenu menu = ipxe.menus.get(item.option("menu").or(() -> item.option("form")).orElse(""));
    if (menu == null) {
      return NOT_FOUND;
    }
    boolean gap = item.has("gap") || item.has("g");
    String text = gap || item.rest().size() < 2 ? item.from(0) : item.from(1);
    menu.add(gap ? "" : item.at(0), text, item.has("default") || item.has("d"));
    return OK;
  }

  private static int choose(IpxeRun ipxe, List<String> words) {
    IpxeWords choose =
        IpxeWords.of(words, "menu/m", "form/f", "default/d", "timeout/t", "retimeout/r");
    IpxeMenu menu = ipxe.menus.get(choose.option("menu").orElse(""));
    if (menu == null) {
      return NOT_FOUND;
    }
    Optional<Duration> timeout =
        choose
            .option("timeout")
            .flatMap(SettingType::integer)
            .filter(millis -> millis > 0)
            .map(Duration::ofMillis);
    Optional<String> chosen = menu.choose(ipxe.run, choose.option("default"), timeout);
    if (!choose.has("keep") && !choose.has("k")) {
      ipxe.menus.remove(choose.option("menu").orElse(""));
    }
    chosen.ifPresent(name -> ipxe.settings.set(choose.at(0), name));
    return chosen.isPresent() ? OK : NOT_FOUND;
  }

  private static void images(Map<String, Command> all) {
    for (String name : List.of("kernel", "imgload", "imgselect")) {
      all.put(name, (ipxe, words) -> fetch(ipxe, words, Files.Role.KERNEL, true));
    }
    for (String name : List.of("initrd", "module")) {
      all.put(name, (ipxe, words) -> fetch(ipxe, words, Files.Role.INITRD, false));
    }
    all.put("imgfetch", IpxeCommands::fetchOther);
    all.put("shim", (ipxe, words) -> fetch(ipxe, words, Files.Role.PART, false));
    all.put("fdt", (ipxe, words) -> fetch(ipxe, words, Files.Role.DEVICE_TREE, false));
    for (String name : List.of("chain", "boot", "imgexec")) {
      all.put(name, IpxeCommands::start);
    }
    all.put("imgargs", IpxeCommands::arguments);
    all.put(
        "imgfree",
        (ipxe, words) -> {
          ipxe.images.free(IpxeWords.of(words).at(0));
          return OK;
        });
    all.put("imgverify", IpxeCommands::verify);
    all.put("sanboot", IpxeCommands::sanboot);
    all.put("sanhook", (_, _) -> OK);
  }

  private static int fetchOther(IpxeRun ipxe, List<String> words) throws InterruptedException {
    String address = IpxeWords.of(words, FETCH).at(0);
    if (ipxe.isReport(address)) {
      ipxe.resolve(address).ifPresent(ipxe.run::notTold);
      return OK;
    }
    return fetch(ipxe, words, Files.Role.OTHER, false);
  }

  private static int fetch(IpxeRun ipxe, List<String> words, Files.Role role, boolean select)
      throws InterruptedException {
    IpxeWords fetch = IpxeWords.of(words, FETCH);
    if (fetch.rest().isEmpty()) {
      return select && ipxe.images.selected().isPresent() ? OK : INVALID;
    }
    Optional<IpxeImages.Held> image = acquire(ipxe, fetch, role);
    if (image.isEmpty()) {
      return NOT_FOUND;
    }
    if (select) {
      ipxe.images.select(image.get());
    }
    return OK;
  }

  /// An image that is there by that name, else what the address gives.
  private static Optional<IpxeImages.Held> acquire(IpxeRun ipxe, IpxeWords words, Files.Role role)
      throws InterruptedException {
    Optional<IpxeImages.Held> known = ipxe.images.find(words.at(0));
    if (known.isPresent()) {
      if (words.rest().size() < 2) {
        return known;
      }
      IpxeImages.Held changed = known.get().with(words.from(1));
      ipxe.images.replace(changed);
      return Optional.of(changed);
    }
    Optional<URI> uri = ipxe.resolve(words.at(0));
    return uri.isEmpty()
        ? Optional.empty()
        : ipxe.images.fetch(uri.get(), words.option("name").orElse(""), words.from(1), role);
  }

  private static int start(IpxeRun ipxe, List<String> words) throws InterruptedException {
    IpxeWords start = IpxeWords.of(words, FETCH);
    Optional<IpxeImages.Held> image =
        start.rest().isEmpty() ? ipxe.images.selected() : acquire(ipxe, start, Files.Role.CHAIN);
    if (image.isEmpty()) {
      return NOT_FOUND;
    }
    return ipxe.start(image.get(), start.has("replace") || start.has("r"));
  }

  private static int arguments(IpxeRun ipxe, List<String> words) {
    IpxeWords set = IpxeWords.of(words);
    Optional<IpxeImages.Held> image = ipxe.images.find(set.at(0));
    image.ifPresent(found -> ipxe.images.replace(found.with(set.from(1))));
    return image.isPresent() ? OK : NOT_FOUND;
  }

  private static int verify(IpxeRun ipxe, List<String> words) throws InterruptedException {
    IpxeWords verify = IpxeWords.of(words, FETCH);
    Optional<URI> uri = ipxe.resolve(verify.at(1));
    ipxe.run.found(Cause.SCRIPT_NOT_FOLLOWED, ipxe.where() + ": the signature is not checked");
    boolean there =
        uri.isPresent() && ipxe.run.get(uri.get(), Files.Role.OTHER) instanceof Files.Answer.Got;
    return there ? OK : NOT_FOUND;
  }

  /// Without an address a BIOS starts its own disk; UEFI has no way for that.
  private static int sanboot(IpxeRun ipxe, List<String> words) {
    IpxeWords san = IpxeWords.of(words, "drive/d", "filename/f", "extra/e", "label/l", "uuid/u");
    if (san.rest().isEmpty()) {
      return ipxe.run.machine.target().firmware() == Firmware.BIOS
          ? end(new Reading.Disk(at(ipxe, words)))
          : NOT_EXECUTABLE;
    }
    String where = san.at(0);
    if (where.startsWith("iscsi:") || where.startsWith("aoe:") || where.startsWith("srp:")) {
      return end(new Reading.San(URI.create(where.replaceAll("[^A-Za-z0-9:._/-]", "_") + "/")));
    }
    Optional<URI> uri = ipxe.resolve(where);
    return uri.isEmpty() ? INVALID : end(new Reading.San(uri.get()));
  }
}
