package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.life.BootDecision;
import dev.bootbus.kernel.node.Machine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The iPXE scripts. They use commands that iPXE of 2019 knows, with a BIOS and with UEFI, and
/// every way through them ends: in a kernel, or after three attempts in the next boot device.
///
/// Each asks for an address if there is none, because an embedded script may chain to it too early.
public final class IpxeScript {
  private static final int ATTEMPTS = 3;
  private static final Set<String> COMMAND_ENDS = Set.of("||", "&&", ";");

  private IpxeScript() {}

  /// The script that boots a kernel on a machine.
  static String boot(Machine machine, Kernel kernel, BootUrl bootUrl) {
    List<Initrd> initrds = initrds(kernel, bootUrl);
    StringBuilder kernelLine = new StringBuilder("kernel ").append(bootUrl.of(kernel.kernel()));
    // an EFI kernel fetches its initrd by this name
    initrds.forEach(initrd -> kernelLine.append(" initrd=").append(initrd.name()));
    if (!kernel.cmdline().isEmpty()) {
      kernelLine.append(' ').append(kernel.cmdline());
    }
    StringBuilder initrdLines = new StringBuilder();
    initrds.forEach(
        initrd ->
            initrdLines.append(
                "initrd --name %s %s || goto failed\n".formatted(initrd.name(), initrd.url())));
    return """
        #!ipxe
        # %1$s (%2$s) boots %3$s
        set attempt:int32 0
        :again
        inc attempt
        imgfree
        isset ${ip} || dhcp || goto failed
        %4$s || goto failed
        %5$sboot || goto failed
        :failed
        echo bootbus: %3$s did not boot, attempt ${attempt} of %6$d: error ${errno}
        iseq ${attempt} %6$d && goto enough ||
        sleep 5
        goto again
        :enough
        prompt --key s --timeout 10000 Press s for the iPXE shell && shell ||
        exit 1
        """
        .formatted(
            machine.hostname(), machine.mac(), kernel.name(), kernelLine, initrdLines, ATTEMPTS);
  }

  /// The script that sends a machine to its disk. UEFI goes on to the next boot device by itself.
  static String disk(Machine machine, BootDecision.How how, String reason) {
    String start =
        switch (how) {
          case DENY, EXIT -> "exit 1";
          case SANBOOT -> "iseq ${platform} pcbios && sanboot --no-describe --drive 0x80 || exit 1";
        };
    return """
        #!ipxe
        # %s (%s) boots from its disk
        echo bootbus: %s
        %s
        """
        .formatted(machine.hostname(), machine.mac(), reason.replace("${", "$"), start);
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
  private static List<Initrd> initrds(Kernel kernel, BootUrl bootUrl) {
    List<Initrd> initrds = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String location : kernel.initrds()) {
      String file = location.replaceFirst("[?#].*", "").replaceFirst(".*/", "");
      String name = file.replaceAll("[^A-Za-z0-9._-]", "_");
      while (name.isEmpty() || !names.add(name)) {
        name = "initrd" + initrds.size() + (name.isEmpty() ? "" : "-" + name);
      }
      initrds.add(new Initrd(name, bootUrl.of(location)));
    }
    return initrds;
  }

  /// A kernel command line stands in the script as it is, so it may use `${…}`, and may not end
  /// the command that it is part of.
  public static String checkCmdline(String cmdline) {
    if (cmdline.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("has a line break or control character in it");
    }
    for (String word : cmdline.split(" ")) {
      if (COMMAND_ENDS.contains(word) || word.startsWith("#")) {
        throw new IllegalArgumentException("iPXE would end the command at " + word);
      }
    }
    return cmdline;
  }
}
