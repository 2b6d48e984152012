package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.EventKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Which end of a request is which event; a new one has to be put in here.
class EventTableTest {
  private record Case(String method, int status, boolean generated) {}

  private static final List<Case> CASES =
      List.of(
          new Case("GET", 200, false),
          new Case("GET", 206, false),
          new Case("GET", 200, true),
          new Case("HEAD", 200, true),
          new Case("BAD", 400, false));

  /// A whole file, a part, a generated one, HEAD, and no HTTP.
  private static final String TABLE =
      """
      sent         served range  script none   served
      listed       none   none   none   none   none
      redirected   none   none   none   none   none
      stored       stored stored stored stored stored
      online       online online online online online
      unchanged    served range  script none   served
      not-found    failed failed failed failed none
      denied       failed failed failed failed none
      refused      failed failed failed failed none
      unavailable  failed failed failed failed none
      broken       failed failed failed failed none
      cut-short    failed failed failed failed none
      failed       failed failed failed failed none
      """;

  @Test
  void everyOutcomeHasItsEventOrNone() {
    Map<String, String> told = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) {
      String row =
          CASES.stream()
              .map(c -> BootEvents.kind(outcome, c.method, c.status, c.generated))
              .map(kind -> kind.map(EventKind::kind).orElse("none"))
              .collect(Collectors.joining(" "));
      told.put(outcome.key(), row);
    }
    Map<String, String> decided =
        TABLE
            .lines()
            .map(line -> line.strip().split(" +", 2))
            .collect(Collectors.toMap(row -> row[0], row -> row[1].replaceAll(" +", " ")));
    assertThat(told).isEqualTo(decided);
  }

  @Test
  void theReadmeNamesEveryKindAndEveryReason() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    String events = readme.substring(readme.indexOf("\n## Events"));
    Arrays.stream(EventKind.values())
        .filter(kind -> kind.service().equals("http-server"))
        .forEach(kind -> assertThat(events).contains("| `" + kind.kind() + "`"));
    Stream.of(Outcome.values())
        .filter(
            outcome ->
                TABLE
                    .lines()
                    .anyMatch(
                        row ->
                            row.startsWith(outcome.key() + " ") && row.contains("failed failed")))
        .forEach(outcome -> assertThat(events).contains("`" + outcome.key() + "`"));
  }
}
