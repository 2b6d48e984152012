package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "status", description = "Counts nodes, leases and kernels by how they are.")
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    Output output = main.output();
    ObjectNode counts = JsonNodeFactory.instance.objectNode();
    try (Api api = main.api()) {
      counts.put("api", api.url());
      counts.set("nodes", by(api, Kind.NODES, "stage", "status"));
      counts.set("leases", by(api, Kind.LEASES, "state"));
      counts.put("kernels", count(api, Kind.KERNELS));
      counts.set("settings", by(api, Kind.SETTINGS, "from"));
    }
    switch (output.format()) {
      case table, wide -> lines(counts).forEach(output::say);
      case json, yaml, name -> output.tree(counts);
    }
    output.out().flush();
    return ExitCode.OK;
  }

  /// `{"total": 3, "stage": {"commissioning": 3}, …}`, of however many there are.
  private static ObjectNode by(Api api, Kind kind, String... fields)
      throws UnreachableException, RefusedException {
    Map<String, Map<String, Long>> counts = new TreeMap<>();
    long[] total = {0};
    api.all(
        kind.path() + "/all",
        Map.of("fields", String.join(",", fields)),
        rows -> {
          total[0] += rows.size();
          rows.forEach(row -> count(row, counts, fields));
        });
    ObjectNode all = JsonNodeFactory.instance.objectNode().put("total", total[0]);
    for (String field : fields) {
      ObjectNode parts = all.putObject(field);
      counts.getOrDefault(field, Map.of()).forEach(parts::put);
    }
    return all;
  }

  private static void count(JsonNode row, Map<String, Map<String, Long>> counts, String... fields) {
    for (String field : fields) {
      String value = row.path(field).asText("unknown");
      counts.computeIfAbsent(field, _ -> new TreeMap<>()).merge(value, 1L, Long::sum);
    }
  }

  private static long count(Api api, Kind kind) throws UnreachableException, RefusedException {
    return api.get(kind.path() + "/count").orThrow().body().path("count").asLong();
  }

  private static List<String> lines(ObjectNode counts) {
    List<String> lines = new ArrayList<>();
    lines.add("API       " + counts.path("api").asText());
    lines.add("nodes     " + counts.path("nodes").path("total"));
    lines.add("  stage   " + parts(counts.path("nodes").path("stage")));
    lines.add("  status  " + parts(counts.path("nodes").path("status")));
    lines.add("leases    " + counts.path("leases").path("total"));
    lines.add("  state   " + parts(counts.path("leases").path("state")));
    lines.add("kernels   " + counts.path("kernels"));
    lines.add("settings  " + parts(counts.path("settings").path("from")));
    return lines;
  }

  private static String parts(JsonNode counts) {
    List<String> parts = new ArrayList<>();
    counts.properties().forEach(part -> parts.add(part.getKey() + " " + part.getValue().asText()));
    return parts.isEmpty() ? "-" : String.join(", ", parts);
  }
}
