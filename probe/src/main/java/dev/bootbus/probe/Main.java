package dev.bootbus.probe;

import dev.bootbus.probe.boot.BootCommand;
import dev.bootbus.probe.dora.DhcpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `bootbus-probe`.
@Command(
    name = "bootbus-probe",
    mixinStandardHelpOptions = true,
    version = "bootbus 0.1.0-SNAPSHOT",
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100,
    subcommands = {BootCommand.class, DhcpCommand.class},
    description = "Boots like a machine does, without one, and says what is broken.",
    footer = {
      "",
      "Exit code: 0 all is well, 1 something is broken, 2 the command line is wrong, 3 nobody answers."
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
