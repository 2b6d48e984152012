package dev.bootbus.kernel.ctl;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "settings",
    subcommands = {
      ListCommand.class,
      GetCommand.class,
      SetSettingCommand.class,
      UnsetCommand.class,
      HistoryCommand.class
    },
    description = "Values that count without a restart; without a command, their list.")
final class SettingsCommand implements OfKind, Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ListFlags flags = new ListFlags();

  @Override
  public Kind kind() {
    return Kind.SETTINGS;
  }

  @Override
  public Integer call() throws Exception {
    return flags.list(kind(), Main.of(spec));
  }
}
