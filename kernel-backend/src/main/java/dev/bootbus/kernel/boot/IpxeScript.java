package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.BootPlan.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The iPXE scripts. They use commands that iPXE of 2019 knows, with a BIOS and with UEFI, and
/// every way through them ends: in a kernel, or after three attempts in the next boot device, with
/// a word of that to the server.
///
/// Each asks for an address if there is none, because an embedded script may chain to it too early.
public final class IpxeScript {
  private static final int ATTEMPTS = 3;

  /// Milliseconds without a byte.
  private static final int SILENCE = 60_000;

  private static final Set<String> COMMAND_ENDS = Set.of("||", "&&", ";");

  /// iPXE looks for the ends of a command before it replaces settings, and one that nobody has set
  /// is replaced by nothing.
  private static final String NOTHING = "${bootbus-nothing}";

  private final BootPlan plan;
  private final BootUrl url;

  private IpxeScript(BootPlan plan, BootUrl url) {
    this.plan = plan;
    this.url = url;
  }

  static String of(BootPlan plan, BootUrl url) throws CannotLoadException {
    IpxeScript script = new IpxeScript(plan, url);
    return "#!ipxe\n# " + plan.title() + "\n" + (plan.menu() ? script.menu() : script.single());
  }

  private String single() throws CannotLoadException {
    Entry entry = plan.only();
    return entry.start() instanceof Start.Disk disk ? disk(disk, "") : boot(entry, "");
  }

  /// Escape, and a time-out where nothing is preset, lead to the next boot device.
  private String menu() throws CannotLoadException {
    StringBuilder script = new StringBuilder("isset ${ip} || dhcp ||\n");
    script.append("menu ").append(plan.machine().hostname()).append("\n");
    StringBuilder blocks = new StringBuilder();
    int number = 0;
    for (Entry entry : plan.entries()) {
      String label = "-" + ++number;
      script.append("item entry%s %s\n".formatted(label, entry.kernel()));
      blocks.append(":entry").append(label).append('\n');
      blocks.append(
          entry.start() instanceof Start.Disk disk ? disk(disk, label) : boot(entry, label));
    }
    int preset = plan.entries().indexOf(plan.only()) + 1;
    String timeout = plan.timeout().isZero() ? "" : " --timeout " + plan.timeout().toMillis();
    script.append("choose%s --default entry-%d chosen || exit 1\n".formatted(timeout, preset));
    return script.append("goto ${chosen}\n").append(blocks).toString();
  }

  /// An end with an error, or firmware takes the boot for a success and goes no further
  /// (UEFI 2.10 §3.1.1).
  private static String disk(Start.Disk disk, String label) throws CannotLoadException {
    String why =
        disk.reason().isEmpty()
            ? ""
            : "echo bootbus: " + escaped(disk.reason().replace("${", "$")) + "\n";
    return !disk.start()
        ? why + "exit 1\n"
        : """
        %2$siseq ${platform} efi && goto firmware%1$s ||
        sanboot --no-describe --drive 0x80 ||
        :firmware%1$s
        exit 1
        """
            .formatted(label, why);
  }

  /// @param label tells the labels of one entry of a menu from those of another
  private String boot(Entry entry, String label) throws CannotLoadException {
    return """
        set attempt:int32 0
        :again%7$s
        inc attempt
        imgfree
        isset ${ip} || dhcp || goto failed%7$s
        %1$s%6$s:failed%7$s
        set error ${errno}
        echo bootbus: %2$s did not boot, attempt ${attempt} of %3$d: error ${error}
        iseq ${attempt} %3$d && goto enough%7$s ||
        sleep 5
        goto again%7$s
        %5$s:enough%7$s
        imgfree
        imgfetch --timeout 5000 %4$s${error} ||
        prompt --key s --timeout 10000 Press s for the iPXE shell && shell ||
        exit 1
        """
        .formatted(
            commands(entry.start(), label),
            entry.kernel(),
            ATTEMPTS,
            url.of(BootFailures.path(plan.machine().mac(), entry.kernel(), "")),
            unfit(entry, label),
            entry.start() instanceof Start.Chain ? "exit\n" : "",
            label);
  }

  /// What to do once, each line ending at `failed`.
  private String commands(Start start, String label) throws CannotLoadException {
    return switch (start) {
      case Start.Linux linux -> linux(linux, label);
      case Start.Drive(String image) ->
          "sanboot --no-describe %s || goto failed%s\n".formatted(url.of(image), label);
      case Start.Chain(String next) ->
          "chain --timeout %d %s || goto failed%s\n".formatted(SILENCE, url.of(next), label);
      case Start.Memdisk memdisk ->
          "iseq ${platform} pcbios || goto unfit%s\n".formatted(label) + memdisk(memdisk, label);
      case Start.ByFirmware(String loader, String memdisk, String image) ->
          """
          iseq ${platform} efi || goto bios%1$s
          %2$sgoto failed%1$s
          :bios%1$s
          %3$s"""
              .formatted(
                  label,
                  commands(new Start.Chain(loader), label),
                  image.isEmpty()
                      ? "goto unfit" + label + "\n"
                      : memdisk(new Start.Memdisk(memdisk, image, "iso raw"), label));
      case Start.Disk _ -> throw new IllegalStateException("a disk is not loaded");
    };
  }

  private String memdisk(Start.Memdisk memdisk, String label) throws CannotLoadException {
    return linux(
        new Start.Linux(memdisk.memdisk(), List.of(memdisk.image()), memdisk.arguments()), label);
  }

  private String linux(Start.Linux linux, String label) throws CannotLoadException {
    List<Initrd> initrds = initrds(linux.initrds());
    StringBuilder line = new StringBuilder("kernel --timeout " + SILENCE + " ");
    line.append(url.of(linux.kernel()));
    // an EFI kernel fetches its initrd by this name
    initrds.forEach(initrd -> line.append(" initrd=").append(initrd.name()));
    if (!linux.cmdline().isEmpty()) {
      line.append(' ').append(escaped(linux.cmdline()));
    }
    line.append(" || goto failed%s\n".formatted(label));
    initrds.forEach(
        initrd ->
            line.append(
                "initrd --timeout %d --name %s %s || goto failed%s\n"
                    .formatted(SILENCE, initrd.name(), initrd.url(), label)));
    return line.append("boot || goto failed%s\n".formatted(label)).toString();
  }

  /// Where firmware cannot do it, trying again is of no use.
  private static String unfit(Entry entry, String label) {
    String needs =
        switch (entry.start()) {
          case Start.Memdisk _ -> "bios";
          case Start.ByFirmware(_, _, String image) when image.isEmpty() -> "uefi";
          case Start.ByFirmware _, Start.Linux _, Start.Drive _, Start.Chain _, Start.Disk _ -> "";
        };
    return needs.isEmpty()
        ? ""
        : """
        :unfit%1$s
        echo bootbus: %2$s needs %3$s, and this is ${platform}
        set error needs-%3$s
        """
            .formatted(label, entry.kernel(), needs);
  }

  /// The script for a machine whose hardware address is not known yet. It sends the machine to a
  /// URL that answers with its own script or with an error, never with this one again.
  static String identify(BootUrl bootUrl) {
    return """
        #!ipxe
        # asks again, with the hardware address
        isset ${ip} || dhcp || goto failed
        chain %s || goto failed
        exit
        :failed
        echo bootbus: ${netX/mac} did not boot: error ${errno}
        exit 1
        """
        .formatted(bootUrl.script("${netX/mac:hexhyp}"));
  }

  private record Initrd(String name, String url) {}

  /// Names each by the last part of its URL; a second one of the same name is told apart.
  private List<Initrd> initrds(List<String> locations) {
    List<Initrd> initrds = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String location : locations) {
      String file = location.replaceFirst("[?#].*", "").replaceFirst(".*/", "");
      String name = file.replaceAll("[^A-Za-z0-9._-]", "_");
      while (name.isEmpty() || !names.add(name)) {
        name = "initrd" + initrds.size() + (name.isEmpty() ? "" : "-" + name);
      }
      initrds.add(new Initrd(name, url.of(location)));
    }
    return initrds;
  }

  /// A kernel command line within a command: `${…}` is iPXE's to replace, all else is text.
  ///
  /// @throws CannotLoadException if it has a line break in it, or another control character
  static String escaped(String cmdline) throws CannotLoadException {
    if (cmdline.chars().anyMatch(Character::isISOControl)) {
      throw new CannotLoadException("the command line has a control character in it");
    }
    return Arrays.stream(cmdline.split(" "))
        .map(word -> COMMAND_ENDS.contains(word) || word.startsWith("#") ? NOTHING + word : word)
        .collect(Collectors.joining(" "));
  }

  /// Of a catalogue.
  ///
  /// @throws IllegalArgumentException if it has a line break in it, or another control character
  public static String checkCmdline(String cmdline) {
    if (cmdline.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("has a line break or control character in it");
    }
    return cmdline;
  }
}
