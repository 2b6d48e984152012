package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "history", description = "Shows what is remembered of one, the newest first.")
final class HistoryCommand implements Callable<Integer> {
  private static final List<Column> OF_LEASE =
      List.of(
          Column.age("TIME", "time"),
          Column.of("MAC", "mac"),
          Column.of("HOSTNAME", "hostname"),
          Column.of("STATE", "state"),
          Column.age("EXPIRES", "expires"),
          Column.age("DELETED", "deleted"));
  private static final List<Column> OF_SETTING =
      List.of(
          Column.age("TIME", "time"),
          Column.of("VALUE", "value"),
          Column.age("DELETED", "deleted"));

  @Spec private CommandSpec spec;
  @ParentCommand private OfKind of;

  @Parameters(paramLabel = "ID", description = "As in the list.")
  private String id = "";

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    List<Column> columns = of.kind() == Kind.SETTINGS ? OF_SETTING : OF_LEASE;
    try (Api api = main.api();
        Listing listing = new Listing(main.output(), columns)) {
      JsonNode found = api.get(Api.path(of.kind().path(), id, "history")).orThrow().body();
      listing.add(found.path("rows"));
    }
    return ExitCode.OK;
  }
}
