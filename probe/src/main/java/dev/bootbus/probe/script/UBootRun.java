package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Format;
import dev.bootbus.probe.artefact.Software;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Runs scripts of U-Boot (docs.u-boot.org/usage). What is loaded is known by its address in
/// memory; the addresses are those of a made-up board.
final class UBootRun {
  private static final Map<String, String> BOARD =
      Map.ofEntries(
          Map.entry("kernel_addr_r", "40400000"),
          Map.entry("fdt_addr_r", "48000000"),
          Map.entry("scriptaddr", "4a000000"),
          Map.entry("pxefile_addr_r", "4b000000"),
          Map.entry("ramdisk_addr_r", "60000000"),
          Map.entry("kernel_comp_addr_r", "e0000000"),
          Map.entry("loadaddr", "40400000"),
          Map.entry("fdtcontroladdr", "f0000000"),
          Map.entry("arch", "arm"));

  /// Commands that change nothing which a script could ask about here.
  private static final List<String> PASSED =
      List.of(
          "true",
          "sleep",
          "saveenv",
          "fdt",
          "setcurs",
          "cls",
          "lcdputs",
          "led",
          "gpio",
          "usb",
          "pci",
          "scsi",
          "sata",
          "nvme",
          "virtio",
          "env",
          "cp",
          "mw",
          "md",
          "cache",
          "dcache",
          "icache",
          "version",
          "printenv",
          "bdinfo",
          "ping",
          "net",
          "mii");

  private record Loaded(Image image, Files.Answer.Got got) {}

  private final Run run;
  private final Shell shell;
  private final String prefix;
  private final TreeMap<Long, Loaded> memory = new TreeMap<>();

  UBootRun(Run run, String prefix) {
    this.run = run;
    this.prefix = prefix;
    Map<String, String> variables = new HashMap<>(BOARD);
    Machine machine = run.machine;
    variables.put("serverip", machine.nextServer().getHostAddress());
    variables.put("ipaddr", machine.address().getHostAddress());
    variables.put("ethaddr", UBoot.mac(machine));
    variables.put("bootfile", machine.bootFile());
    this.shell = new Shell(run, ShellParser.Dialect.HUSH, variables, (words, _) -> command(words));
  }

  Reading script(String text, URI from) throws InterruptedException {
    shell.source(text, from.toString());
    return new Reading.Exit(
        "the script ended: U-Boot goes on to its next boot device", run.hasLost());
  }

  private int command(List<String> words) throws InterruptedException {
    String name = words.getFirst();
    return switch (name) {
      case "setenv" -> {
        shell.set(
            at(words, 1),
            PxelinuxRun.join(
                words.subList(Math.min(2, words.size()), words.size()).toArray(String[]::new)));
        yield 0;
      }
      case "echo" -> {
        run.say(String.join(" ", words.subList(1, words.size())));
        yield 0;
      }
      case "false" -> 1;
      case "test" -> GrubTest.of(words.subList(1, words.size()), _ -> false) ? 0 : 1;
      case "[" -> GrubTest.of(words.subList(1, Math.max(1, words.size() - 1)), _ -> false) ? 0 : 1;
      case "itest" -> itest(words) ? 0 : 1;
      case "setexpr", "setexpr.l" -> setexpr(words);
      case "run" -> {
        int status = 0;
        for (String variable : words.subList(1, words.size())) {
          status = shell.source(shell.value(variable), "run " + Run.show(variable));
        }
        yield status;
      }
      case "tftpboot", "tftp", "wget" -> load(at(words, 1), at(words, 2));
      case "dhcp", "bootp" -> words.size() < 2 ? 0 : load(at(words, 1), at(words, 2));
      case "source" -> source(at(words, 1));
      case "booti", "bootz", "bootm", "bootefi", "zboot" -> boot(words);
      case "pxe", "sysboot" -> pxe(words);
      case "load",
          "fatload",
          "ext2load",
          "ext4load",
          "part",
          "mmc",
          "ubifsload",
          "sqfsload",
          "fstype",
          "bootdev",
          "bootflow",
          "bootmenu",
          "nfs",
          "size" ->
          1; // there is no disk here
      case "reset", "poweroff" -> throw new Run.End(new Reading.Off(how(words)));
      case "exit" -> throw new Run.End(new Reading.Exit(how(words), run.hasLost()));
      default -> {
        if (!PASSED.contains(name)) {
          run.found(Cause.SCRIPT_NOT_FOLLOWED, shell.where() + ": " + Run.show(name));
        }
        yield 0;
      }
    };
  }

  private static String at(List<String> words, int index) {
    return index < words.size() ? words.get(index) : "";
  }

  private String how(List<String> words) {
    return shell.where() + ": " + Run.show(String.join(" ", words));
  }

  /// Numbers are hexadecimal, with `0x` or without.
  private static long hex(String text) {
    String bare = text.startsWith("0x") ? text.substring(2) : text;
    try {
      return bare.isEmpty() || bare.length() > 15 ? 0 : Long.parseLong(bare, 16);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static boolean itest(List<String> words) {
    long a = hex(at(words, 1));
    long b = hex(at(words, 3));
    return switch (at(words, 2)) {
      case "==", "-eq" -> a == b;
      case "!=", "<>", "-ne" -> a != b;
      case "<", "-lt" -> a < b;
      case ">", "-gt" -> a > b;
      case "<=", "-le" -> a <= b;
      case ">=", "-ge" -> a >= b;
      default -> a != 0;
    };
  }

  private int setexpr(List<String> words) {
    long a = hex(at(words, 2));
    long b = hex(at(words, 4));
    long result =
        switch (at(words, 3)) {
          case "+" -> a + b;
          case "-" -> a - b;
          case "*" -> a * b;
          case "/" -> b == 0 ? 0 : a / b;
          case "%" -> b == 0 ? 0 : a % b;
          case "&" -> a & b;
          case "|" -> a | b;
          case "^" -> a ^ b;
          default -> a;
        };
    shell.set(at(words, 1), Long.toHexString(result));
    return 0;
  }

  /// @param address in memory, or the file where there is no second word
  private int load(String address, String file) throws InterruptedException {
    String name = file.isEmpty() ? shell.value("bootfile") : file;
    Optional<URI> uri = uri(name);
    if (uri.isEmpty() || !(run.get(uri.get(), role(address)) instanceof Files.Answer.Got got)) {
      return 1;
    }
    if (memory.size() < 1000) {
      memory.put(hex(address), new Loaded(new Image(uri.get(), name), got));
    }
    shell.set("filesize", Long.toHexString(got.size()));
    shell.set("fileaddr", address);
    return 0;
  }

  /// By the address, which is all that tells what it is to be.
  private Files.Role role(String address) {
    for (Map.Entry<String, Files.Role> known :
        Map.of(
                "kernel_addr_r", Files.Role.CHAIN,
                "ramdisk_addr_r", Files.Role.INITRD,
                "fdt_addr_r", Files.Role.DEVICE_TREE,
                "scriptaddr", Files.Role.SCRIPT)
            .entrySet()) {
      if (shell.value(known.getKey()).equals(address)) {
        return known.getValue();
      }
    }
    return Files.Role.OTHER;
  }

  /// `SERVER:NAME`, an address, or a name on the server.
  private Optional<URI> uri(String name) {
    int colon = name.indexOf(':');
    if (Locations.isAbsolute(name)) {
      return Locations.of(name);
    }
    return colon > 0
        ? Locations.of("tftp://" + name.substring(0, colon) + "/" + name.substring(colon + 1))
        : Locations.of(prefix).flatMap(base -> Locations.onServer(base, name));
  }

  private int source(String address) throws InterruptedException {
    Loaded script = memory.get(hex(address.isEmpty() ? shell.value("scriptaddr") : address));
    if (script == null) {
      return 1;
    }
    String text = run.text(script.image().uri(), script.got());
    String from = script.image().uri().toString();
    return shell.source(UBootScript.of(text, from), from);
  }

  /// `booti KERNEL RAMDISK[:SIZE] TREE`, `-` for none; `bootefi PROGRAM TREE`.
  private int boot(List<String> words) {
    String address = at(words, 1).isEmpty() ? shell.value("loadaddr") : at(words, 1);
    Loaded kernel = memory.get(hex(address.replaceFirst("[#:].*", "")));
    if (kernel == null || kernel.got().cannotRun()) {
      return 1;
    }
    if (words.getFirst().equals("bootefi") && !isLinux(kernel)) {
      throw new Run.End(new Reading.Program(kernel.image(), List.of(), shell.value("bootargs")));
    }
    boolean efi = words.getFirst().equals("bootefi");
    Optional<Image> tree =
        Optional.ofNullable(memory.get(hex(at(words, efi ? 2 : 3)))).map(Loaded::image);
    throw new Run.End(
        new Reading.Kernel(
            kernel.image(),
            efi ? List.of() : initrds(at(words, 2)),
            shell.value("bootargs"),
            tree));
  }

  private static boolean isLinux(Loaded loaded) {
    Artefact artefact = Artefact.of(loaded.got().head(), loaded.got().size());
    return artefact.software() == Software.LINUX || artefact.format() instanceof Format.FlatImage;
  }

  /// All that was loaded between an address and the end of the ramdisk.
  private List<Image> initrds(String ramdisk) {
    int colon = ramdisk.indexOf(':');
    long begin = hex(colon < 0 ? ramdisk : ramdisk.substring(0, colon));
    long size = colon < 0 ? 1 : Math.max(1, hex(ramdisk.substring(colon + 1)));
    if (ramdisk.isEmpty() || ramdisk.equals("-") || begin > Long.MAX_VALUE - size) {
      return List.of();
    }
    return new ArrayList<>(
        memory.subMap(begin, begin + size).values().stream().map(Loaded::image).toList());
  }

  private int pxe(List<String> words) throws InterruptedException {
    if (!at(words, 1).equals("boot")) {
      return 0;
    }
    for (String name : Pxelinux.configs(run.machine)) {
      Optional<URI> uri = Locations.of(prefix + name);
      if (uri.isPresent()
          && run.get(uri.get(), Files.Role.SCRIPT, true) instanceof Files.Answer.Got got) {
        throw new Run.End(new Extlinux(run, prefix).boot(run.text(uri.get(), got), uri.get()));
      }
    }
    return 1;
  }
}
