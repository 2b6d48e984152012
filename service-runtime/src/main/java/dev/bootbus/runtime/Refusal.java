package dev.bootbus.runtime;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;

/// What an operator's mistake ends in: a line for each on standard error, and exit code 2.
public final class Refusal {
  private Refusal() {}

  /// For what picocli finds, and for what commands throw as
  /// [picocli.CommandLine.ParameterException].
  public static IParameterExceptionHandler handler() {
    return (e, _) -> of(e.getCommandLine(), List.of(String.valueOf(e.getMessage())));
  }

  /// @return the exit code
  public static int of(CommandLine commandLine, List<String> complaints) {
    String command = commandLine.getCommandSpec().qualifiedName();
    complaints.forEach(complaint -> commandLine.getErr().println(command + ": " + complaint));
    return CommandLine.ExitCode.USAGE;
  }

  /// Why a port cannot be had, and what to do about it.
  ///
  /// @param transport `UDP` or `TCP`
  /// @param place the address or interface
  /// @param flag that sets the number
  public static String ofPort(
      String transport, int port, String place, IOException cause, String flag) {
    String reason = String.valueOf(cause.getMessage());
    String remedy;
    if (reason.contains("in use")) {
      String sockets = transport.equals("UDP") ? "-lunp" : "-ltnp";
      remedy = "ss %s 'sport = :%d' says who has it; stop that, or".formatted(sockets, port);
    } else if (reason.toLowerCase(Locale.ROOT).contains("permitted")
        || reason.contains("Permission")) {
      remedy = "run as root or with CAP_NET_BIND_SERVICE, or";
    } else {
      remedy = "take an address of this machine, or";
    }
    return "cannot bind %s port %d on %s: %s; %s choose another with %s"
        .formatted(transport, port, place, reason, remedy, flag);
  }
}
