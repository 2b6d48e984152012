package dev.bootbus.runtime;

import java.util.List;
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
}
