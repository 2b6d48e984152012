package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The modules of SYSLINUX 5 and later that configurations name: which libraries they load, and
/// what they do then.
final class PxelinuxModules {
  private static final List<String> BOTH = List.of("libutil.c32", "libcom32.c32");

  /// As `DT_NEEDED` of Debian's 6.04 has them.
  private static final Map<String, List<String>> LIBRARIES =
      Map.of(
          "menu.c32", List.of("libutil.c32"),
          "vesamenu.c32", List.of("libcom32.c32", "libutil.c32"),
          "chain.c32", BOTH,
          "pxechn.c32", BOTH,
          "mboot.c32", List.of("libcom32.c32"),
          "linux.c32", List.of("libcom32.c32"),
          "ifcpu64.c32", List.of("libcom32.c32"),
          "config.c32", List.of("libcom32.c32"),
          "reboot.c32", List.of("libcom32.c32"));

  private final PxelinuxRun loader;
  private final PxelinuxConfig config;

  PxelinuxModules(PxelinuxRun loader, PxelinuxConfig config) {
    this.loader = loader;
    this.config = config;
  }

  Reading run(String file, String arguments, int depth) throws InterruptedException {
    String name = file.substring(file.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    String path = file.substring(0, file.length() - name.length());
    load(file);
    for (String library : LIBRARIES.getOrDefault(name, List.of())) {
      library(path, library);
    }
    return switch (name) {
      case "menu.c32", "vesamenu.c32", "gfxboot.c32" -> menu(arguments, depth);
      case "config.c32" -> loader.config(arguments);
      case "linux.c32" ->
          loader.linux(PxelinuxConfig.word(arguments, false), PxelinuxConfig.rest(arguments));
      case "reboot.c32", "poweroff.c32" -> new Reading.Off(Run.show(name));
      case "chain.c32" -> chain(arguments);
      case "pxechn.c32" -> loader.program(lastName(arguments), "");
      case "mboot.c32" -> mboot(arguments);
      case "ifcpu64.c32" -> choice(arguments, depth);
      default -> {
        Optional<Image> image = loader.fetch(file, Files.Role.PART);
        yield new Reading.Program(image.orElseThrow(), List.of(), arguments);
      }
    };
  }

  private void load(String file) throws InterruptedException {
    if (!loader.part(file)) {
      throw new Run.End(Cause.LOADER_PART_MISSING, Run.show(file));
    }
  }

  /// In the loader's folder, else beside the module where a `PATH` says so.
  private void library(String path, String library) throws InterruptedException {
    boolean there = loader.part(library) || !path.isEmpty() && loader.part(path + library);
    if (!there) {
      throw new Run.End(Cause.LOADER_PART_MISSING, library);
    }
  }

  /// Reads the configuration that is there, or the files that it is given.
  private Reading menu(String arguments, int depth) throws InterruptedException {
    List<String> names = new ArrayList<>(List.of(arguments.strip().split("\\s+")));
    names.removeIf(name -> name.isEmpty() || name.contains("="));
    if (names.isEmpty()) {
      return loader.menu(config, depth);
    }
    PxelinuxConfig other = new PxelinuxConfig(loader.run);
    for (String name : names) {
      Optional<String> text = name.equals("~") ? Optional.empty() : loader.text(name);
      if (text.isPresent()) {
        other.read(text.get(), name, loader::text);
      }
    }
    return loader.menu(other.inOrder.isEmpty() ? config : other, depth);
  }

  private Reading chain(String arguments) throws InterruptedException {
    for (String word : arguments.split("\\s+")) {
      String file = word.replaceFirst("^(file|pxelinux|ntldr|freedos|seg|grub)=", "");
      if (!file.equals(word) && !word.startsWith("seg=")) {
        return loader.program(file, "");
      }
    }
    return new Reading.Disk("chain.c32 " + Run.show(arguments));
  }

  private static String lastName(String arguments) {
    String[] words = arguments.strip().split("\\s+");
    return words[words.length - 1];
  }

  /// `a -- b`: the first for 64-bit processors (`ifcpu64.c32 a -- pae -- b`).
  private Reading choice(String arguments, int depth) throws InterruptedException {
    String[] commands = arguments.split("\\s--\\s");
    boolean wide = loader.run.machine.target().cpu().is64Bit();
    String command = commands[wide ? 0 : commands.length - 1].strip();
    return loader.command(config, command, depth + 1);
  }

  /// Multiboot: `kernel words --- module words`, or `-c` with a configuration, as ESXi has it.
  private Reading mboot(String arguments) throws InterruptedException {
    String[] words = arguments.strip().split("\\s+");
    for (int i = 0; i + 1 < words.length; i++) {
      if (words[i].equals("-c")) {
        return esxi(words[i + 1]);
      }
    }
    return multiboot(List.of(arguments.split("\\s---\\s")), "");
  }

  private Reading esxi(String name) throws InterruptedException {
    Optional<String> text = loader.text(name);
    if (text.isEmpty()) {
      throw new Run.End(Cause.CONFIG_MISSING, Run.show(name));
    }
    String prefix = value(text.get(), "prefix");
    String folder = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    List<String> files = new ArrayList<>();
    files.add(value(text.get(), "kernel") + " " + value(text.get(), "kernelopt"));
    files.addAll(List.of(value(text.get(), "modules").split("\\s---\\s")));
    return multiboot(files, folder);
  }

  private static String value(String text, String key) {
    return text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  private Reading multiboot(List<String> files, String folder) throws InterruptedException {
    List<Image> modules = new ArrayList<>();
    for (String file : files) {
      String name = folder + PxelinuxConfig.word(file.strip(), false);
      Files.Role role = modules.isEmpty() ? Files.Role.PART : Files.Role.INITRD;
      Optional<Image> image = loader.fetch(name, role);
      if (image.isEmpty()) {
        return new Reading.Exit("could not load " + Run.show(name), true);
      }
      modules.add(image.get());
    }
    String line = PxelinuxConfig.rest(files.getFirst().strip());
    return new Reading.Kernel(
        modules.getFirst(), modules.subList(1, modules.size()), line, Optional.empty());
  }
}
