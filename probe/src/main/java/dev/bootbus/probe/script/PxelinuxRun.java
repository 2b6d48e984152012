package dev.bootbus.probe.script;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Format;
import dev.bootbus.probe.artefact.Software;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Boots what a configuration of SYSLINUX says, on a machine at which nobody stands.
final class PxelinuxRun {
  final Run run;
  private final String prefix;

  /// @param prefix goes before each name that is no address
  PxelinuxRun(Run run, String prefix) {
    this.run = run;
    this.prefix = prefix;
  }

  String prefix() {
    return prefix;
  }

  /// `::NAME` is in the root of the server, `SERVER::NAME` on another; before all else goes the
  /// prefix, a slash or not: syslinux.efi of a folder asks for `efi64//vmlinuz`.
  Optional<URI> resolve(String name) {
    if (Locations.isAbsolute(name)) {
      return Locations.of(name);
    }
    int colons = name.indexOf("::");
    if (colons > 0) {
      return Locations.of("tftp://" + name.substring(0, colons) + "/" + name.substring(colons + 2));
    }
    return colons == 0
        ? Locations.of(prefix).flatMap(base -> Locations.onServer(base, name.substring(2)))
        : Locations.of(prefix + name);
  }

  Optional<Image> fetch(String name, Files.Role role) throws InterruptedException {
    return fetchWhole(name, role).map(got -> new Image(resolve(name).orElseThrow(), name));
  }

  private Optional<Files.Answer.Got> fetchWhole(String name, Files.Role role)
      throws InterruptedException {
    Optional<URI> uri = resolve(name);
    if (uri.isEmpty()) {
      run.found(Cause.SCRIPT_SYNTAX, "no address: " + Run.show(name));
      return Optional.empty();
    }
    return run.get(uri.get(), role) instanceof Files.Answer.Got got
        ? Optional.of(got)
        : Optional.empty();
  }

  /// Whether a file that the loader itself needs is there; there may be other places for it.
  boolean part(String name) throws InterruptedException {
    Optional<URI> uri = resolve(name);
    return uri.isPresent() && run.get(uri.get(), Files.Role.PART, true) instanceof Files.Answer.Got;
  }

  Optional<String> text(String name) throws InterruptedException {
    Optional<URI> uri = resolve(name);
    if (uri.isEmpty() || !(run.get(uri.get(), Files.Role.SCRIPT) instanceof Files.Answer.Got got)) {
      return Optional.empty();
    }
    return Optional.of(run.text(uri.get(), got));
  }

  Reading boot(String text, URI from) throws InterruptedException {
    PxelinuxConfig config = new PxelinuxConfig(run);
    config.read(text, from.toString(), this::text);
    Optional<String> ui = config.global("ui");
    if (ui.isPresent()) {
      return command(config, ui.get(), 0);
    }
    Optional<String> command = config.global("default");
    if (command.isEmpty()) {
      throw new Run.End(
          Cause.SCRIPT_NO_KERNEL,
          from + " has neither DEFAULT nor UI: the loader stops at `boot:`");
    }
    if (config.global("prompt").filter(word -> !word.equals("0")).isPresent()) {
      passed(config, "boot:", command.get());
      return command(config, config.global("ontimeout").orElse(command.get()), 0);
    }
    return command(config, command.get(), 0);
  }

  private void passed(PxelinuxConfig config, String title, String chosen) {
    long tenths = config.timeout();
    run.passed(
        new Menu(
            Run.show(title),
            config.choices().stream().limit(100).map(l -> Run.show(l.title())).toList(),
            Run.show(chosen),
            tenths == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(tenths * 100))));
  }

  /// The menu of a configuration: `menu.c32` and its like.
  Reading menu(PxelinuxConfig config, int depth) throws InterruptedException {
    Optional<PxelinuxConfig.Label> label = config.menuDefault();
    if (label.isEmpty()) {
      throw new Run.End(Cause.SCRIPT_NO_KERNEL, "a menu without entries");
    }
    passed(config, config.global("menu title").orElse("menu"), label.get().title());
    Optional<String> onTimeout = config.global("ontimeout").filter(_ -> config.timeout() > 0);
    return onTimeout.isPresent()
        ? command(config, onTimeout.get(), depth + 1)
        : label(config, label.get(), "", depth + 1);
  }

  /// A label, or the name of a file, and words for it.
  Reading command(PxelinuxConfig config, String command, int depth) throws InterruptedException {
    PxelinuxConfig.Label label = config.labels.get(PxelinuxConfig.word(command, false));
    String words = PxelinuxConfig.rest(command);
    if (label != null) {
      return label(config, label, words, depth);
    }
    String append = config.global("append").filter(a -> !a.equals("-")).orElse("");
    return file(config, PxelinuxConfig.word(command, false), join(append, words), depth);
  }

  private Reading label(PxelinuxConfig config, PxelinuxConfig.Label label, String words, int depth)
      throws InterruptedException {
    run.step(label.name());
    if (depth > 8) {
      throw new Run.End(
          Cause.SCRIPT_ENDLESS, "menus that lead to each other: " + Run.show(label.name()));
    }
    String initrd = label.word("initrd").map(names -> "initrd=" + names).orElse("");
    String appended = join(config.append(label), initrd, system(config, label));
    String arguments = join(appended, words);
    return switch (label.type()) {
      case KERNEL -> file(config, label.file(), arguments, depth);
      case LINUX -> linux(label.file(), arguments);
      case COM32 -> new PxelinuxModules(this, config).run(label.file(), arguments, depth);
      case BOOT -> program(label.file(), arguments);
      case CONFIG -> config(label.file());
      case LOCALBOOT -> local(label.file());
      case MENU -> new Reading.Prompt("MENU " + Run.show(label.file()));
    };
  }

  private static Reading local(String number) {
    String how = "LOCALBOOT " + Run.show(number);
    return number.strip().equals("-1")
        ? new Reading.Exit(how, false) // tells the BIOS that it failed, to go on to the next device
        : new Reading.Disk(how);
  }

  Reading config(String names) throws InterruptedException {
    String name = PxelinuxConfig.word(names, false);
    run.enter(name);
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      throw new Run.End(Cause.CONFIG_MISSING, Run.show(name));
    }
    return boot(text.get(), resolve(name).orElseThrow());
  }

  /// By the end of its name (doc/syslinux.txt, KERNEL).
  private Reading file(PxelinuxConfig config, String file, String arguments, int depth)
      throws InterruptedException {
    String end = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (end) {
      case "c32", "cbt", "com" -> new PxelinuxModules(this, config).run(file, arguments, depth);
      case "0", "bin", "bss", "bs", "img" -> program(file, arguments);
      default -> linux(file, arguments);
    };
  }

  Reading program(String file, String arguments) throws InterruptedException {
    Optional<Image> image = fetch(file, Files.Role.CHAIN);
    return image.isEmpty() ? failed(file) : new Reading.Program(image.get(), List.of(), arguments);
  }

  private static Reading failed(String file) {
    return new Reading.Exit("could not load " + Run.show(file), true);
  }

  /// The first `initrd=` counts, with commas between its names.
  Reading linux(String file, String arguments) throws InterruptedException {
    Optional<Files.Answer.Got> kernel = fetchWhole(file, Files.Role.KERNEL);
    if (kernel.isEmpty()) {
      return failed(file);
    }
    if (kernel.get().cannotRun()) {
      return new Reading.Exit(Run.show(file) + " is no kernel for this machine", true);
    }
    List<Image> initrds = new ArrayList<>();
    for (String name : initrds(arguments)) {
      Optional<Image> initrd = fetch(name, Files.Role.INITRD);
      if (initrd.isEmpty()) {
        return failed(name);
      }
      initrds.add(initrd.get());
    }
    Image image = new Image(resolve(file).orElseThrow(), file);
    Artefact artefact = Artefact.of(kernel.get().head(), kernel.get().size());
    if (artefact.format() instanceof Format.Pe && artefact.software() != Software.LINUX) {
      return new Reading.Program(image, initrds, arguments);
    }
    return new Reading.Kernel(
        image, initrds, join("BOOT_IMAGE=" + file, arguments), Optional.empty());
  }

  static List<String> initrds(String arguments) {
    int at = arguments.indexOf("initrd=");
    if (at < 0) {
      return List.of();
    }
    return List.of(PxelinuxConfig.word(arguments.substring(at + 7), false).split(",")).stream()
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /// What `IPAPPEND` and `SYSAPPEND` add, by their bits.
  private String system(PxelinuxConfig config, PxelinuxConfig.Label label) {
    long bits =
        label
            .word("ipappend")
            .or(() -> config.global("ipappend"))
            .flatMap(SettingType::integer)
            .orElse(0L);
    Machine machine = run.machine;
    String mac = machine.mac().toString().toLowerCase(Locale.ROOT).replace(':', '-');
    return join(
        (bits & 1) == 0
            ? ""
            : "ip=%s:%s:%s:%s"
                .formatted(
                    machine.address().getHostAddress(),
                    machine.nextServer().getHostAddress(),
                    address(3),
                    address(1)),
        (bits & 2) == 0 ? "" : "BOOTIF=01-" + mac,
        (bits & 4) == 0 ? "" : machine.uuid().map(uuid -> "SYSUUID=" + uuid).orElse(""));
  }

  private String address(int option) {
    return run.machine
        .options()
        .raw(option)
        .map(Bytes::toArray)
        .filter(raw -> raw.length >= 4)
        .map(SettingType.IPV4::write)
        .orElse("");
  }

  static String join(String... words) {
    List<String> some = new ArrayList<>(List.of(words));
    some.removeIf(String::isEmpty);
    return String.join(" ", some);
  }
}
