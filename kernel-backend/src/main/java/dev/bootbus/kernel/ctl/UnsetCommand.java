package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "unset", description = "Forgets stored values, so that the flags count again.")
final class UnsetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "NAME", description = "As in the list.")
  private List<String> names = List.of();

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    try (Api api = main.api()) {
      Things settings = Things.of(api, Kind.SETTINGS);
      for (String name : names) {
        settings.delete(settings.found(name)).orThrow();
        JsonNode now = settings.found(name).body();
        main.output().changed(Kind.SETTINGS, now, SetSettingCommand.inForce(now));
      }
    }
    return ExitCode.OK;
  }
}
