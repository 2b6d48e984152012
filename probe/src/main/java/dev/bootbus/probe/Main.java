package dev.bootbus.probe;

import dev.bootbus.probe.boot.BootCommand;
import dev.bootbus.probe.console.ConsoleCommand;
import dev.bootbus.probe.dns.DnsCommand;
import dev.bootbus.probe.doctor.DoctorCommand;
import dev.bootbus.probe.dora.DhcpCommand;
import dev.bootbus.probe.explain.ExplainCommand;
import dev.bootbus.probe.fetch.HttpCommand;
import dev.bootbus.probe.fetch.ListCommand;
import dev.bootbus.probe.fetch.TftpCommand;
import dev.bootbus.probe.load.LoadCommand;
import dev.bootbus.probe.ping.PingCommand;
import dev.bootbus.runtime.Refusal;
import java.net.Inet4Address;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/// `bootbus-probe`.
@Command(
    name = "bootbus-probe",
    mixinStandardHelpOptions = true,
    version = "bootbus 0.1.0-SNAPSHOT",
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100,
    subcommands = {
      BootCommand.class,
      DhcpCommand.class,
      DoctorCommand.class,
      ExplainCommand.class,
      LoadCommand.class,
      TftpCommand.class,
      HttpCommand.class,
      ListCommand.class,
      DnsCommand.class,
      PingCommand.class,
      ConsoleCommand.class
    },
    description = "Boots like a machine does, without one, and says what is broken.",
    footer = {
      "",
      "Exit code: 0 all is well, 1 something is broken, 2 the command line is wrong, 3 nobody answers."
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /// What the process does with its arguments, and what it prints.
  public static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(Refusal.handler())
        .registerConverter(Inet4Address.class, Main::address);
  }

  private static Inet4Address address(String text) {
    try {
      Inet4Address address = Inet4Address.ofLiteral(text);
      if (address.getHostAddress().equals(text)) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // the same as one in a short form, such as 10.1
    }
    throw new TypeConversionException("not an IPv4 address: " + text);
  }
}
