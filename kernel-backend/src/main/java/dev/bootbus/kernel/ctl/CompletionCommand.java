package dev.bootbus.kernel.ctl;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = {
      "Prints what lets a shell complete bootctl.",
      "For this shell: . <(bootctl completion bash); for good, in a file of",
      "~/.local/share/bash-completion/completions/."
    })
final class CompletionCommand implements Callable<Integer> {
  /// Shells that complete; one script suits both, as zsh has bashcompinit.
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    spec.root()
        .commandLine()
        .getOut()
        .print(AutoComplete.bash("bootctl", spec.root().commandLine()));
    spec.root().commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
