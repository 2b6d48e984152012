package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// Which of many are listed, and in which order.
final class ListFlags {
  private static final int MAX_PAGE_SIZE = 1000;

  @Option(
      names = "--search",
      paramLabel = "TEXT",
      description = "Those with it in one of their fields.")
  private @Nullable String search;

  @Option(
      names = "--in",
      paramLabel = "FIELD",
      split = ",",
      description = "In these fields only: hostname,options.disk.")
  private @Nullable List<String> in;

  @Option(
      names = "--sort",
      paramLabel = "FIELD",
      split = ",",
      description = "By these fields, and descending with a minus: -since,hostname. Else by id.")
  private @Nullable List<String> sort;

  @Option(names = "--page", paramLabel = "N", description = "Another page than the first.")
  private int page = 1;

  @Option(
      names = "--page-size",
      paramLabel = "N",
      defaultValue = "100",
      description = "Up to 1000; ${DEFAULT-VALUE} unless set.")
  private int pageSize;

  @Option(names = "--all", description = "All pages.")
  private boolean all;

  @Option(
      names = "--deleted",
      description = "Of leases: those too that are over, as long as they are remembered.")
  private boolean deleted;

  int list(Kind kind, Main main) throws UnreachableException, RefusedException {
    check(kind);
    Output output = main.output();
    try (Api api = main.api()) {
      if (all) {
        none(output, kind, everything(api, kind, output));
      } else {
        JsonNode found = page(api, kind, page, pageSize);
        print(output, kind, found);
        more(output, kind, found);
      }
    }
    return ExitCode.OK;
  }

  private static void print(Output output, Kind kind, JsonNode found) {
    try (Listing listing = Listing.of(output, kind)) {
      listing.add(found.path("rows"));
    }
  }

  /// @return how many there were
  private long everything(Api api, Kind kind, Output output)
      throws UnreachableException, RefusedException {
    AtomicLong count = new AtomicLong();
    try (Listing listing = Listing.of(output, kind)) {
      Consumer<List<JsonNode>> rows =
          some -> {
            count.addAndGet(some.size());
            listing.add(some);
          };
      if (sort == null) {
        api.all(kind.path() + "/all", query(), rows);
      } else {
        everyPage(api, kind, rows);
      }
    }
    return count.get();
  }

  private void check(Kind kind) {
    if (deleted && kind != Kind.LEASES) {
      throw new IllegalArgumentException("--deleted: only leases are remembered");
    }
    if (page < 1) {
      throw new IllegalArgumentException("--page: the first is 1");
    }
    if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
      throw new IllegalArgumentException("--page-size: not from 1 to " + MAX_PAGE_SIZE);
    }
    if (in != null && search == null) {
      throw new IllegalArgumentException("--in: what for? Say --search too");
    }
  }

  private Map<String, String> query() {
    Map<String, String> query = new LinkedHashMap<>();
    if (search != null) {
      query.put("search", search);
    }
    if (in != null) {
      query.put("searchFields", String.join(",", in));
    }
    if (sort != null) {
      query.put("sort", String.join(",", sort));
    }
    if (deleted) {
      query.put("scope", "all");
    }
    return query;
  }

  private JsonNode page(Api api, Kind kind, int number, int size)
      throws UnreachableException, RefusedException {
    Map<String, String> paged = query();
    paged.put("page", String.valueOf(number));
    paged.put("pageSize", String.valueOf(size));
    return api.get(kind.path(), paged).orThrow().body();
  }

  /// In an order that only pages have.
  private void everyPage(Api api, Kind kind, Consumer<List<JsonNode>> rows)
      throws UnreachableException, RefusedException {
    int number = 0;
    JsonNode found;
    do {
      found = page(api, kind, ++number, MAX_PAGE_SIZE);
      List<JsonNode> some = new ArrayList<>();
      found.path("rows").forEach(some::add);
      rows.accept(some);
    } while (number < found.path("totalPages").asInt() && !found.path("rows").isEmpty());
  }

  private void more(Output output, Kind kind, JsonNode found) {
    long total = found.path("total").asLong();
    int shown = found.path("rows").size();
    if (shown == 0 && total > 0) {
      output.warn("there are %d pages".formatted(found.path("totalPages").asLong()));
    } else if (shown < total) {
      output.warn(
          "%d of %d %s: --page %d has more, --all has all"
              .formatted(shown, total, kind.path(), page + 1));
    }
    none(output, kind, total);
  }

  private static void none(Output output, Kind kind, long total) {
    boolean forPeople = output.format() == Format.table || output.format() == Format.wide;
    if (total == 0 && forPeople) {
      output.warn("no " + kind.path());
    }
  }
}
