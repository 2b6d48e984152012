package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.EventKind;
import dev.bootbus.tftp.Outcome.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Which end of a request is which event; a new one has to be put in here.
class EventTableTest {
  /// The second column is for transfers that had begun, the third for others.
  private static final String ENDINGS =
      """
      sent               finished  finished
      aborted-by-client  failed    none
      not-found          failed    failed
      denied             failed    failed
      unavailable        failed    failed
      read-failed        failed    failed
      no-ack             failed    failed
      superseded         failed    failed
      stopped            failed    failed
      socket-failed      failed    failed
      bug                failed    failed
      """;

  private static final String DROPS =
      """
      malformed            none
      out-of-place         none
      write-request        failed
      unsupported-mode     failed
      duplicate-request    none
      busy                 failed
      busy-peer            failed
      too-many-requests    none
      stopping             none
      foreign-transfer-id  none
      """;

  private static Map<String, String> table(String text) {
    Map<String, String> table = new TreeMap<>();
    text.lines().map(line -> line.split(" +", 2)).forEach(row -> table.put(row[0], row[1]));
    return table;
  }

  private static String name(Optional<EventKind> kind) {
    return kind.map(EventKind::kind).orElse("none");
  }

  @Test
  void everyEndingHasItsEventOrNone() {
    Map<String, String> told = new TreeMap<>();
    for (Ending ending : Ending.values()) {
      String begun = name(BootEvents.kind(ending, true));
      String other = name(BootEvents.kind(ending, false));
      told.put(ending.key(), "%-9s %s".formatted(begun, other));
    }
    assertThat(told).isEqualTo(table(ENDINGS));
  }

  @Test
  void everyDropHasItsEventOrNone() {
    Map<String, String> told = new TreeMap<>();
    for (DropReason reason : DropReason.values()) {
      told.put(reason.key(), name(BootEvents.kind(reason)));
    }
    assertThat(told).isEqualTo(table(DROPS));
  }

  @Test
  void theReadmeNamesEveryKindAndEveryReason() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String events = readme.substring(readme.indexOf("\n## Events"));
    Arrays.stream(EventKind.values())
        .filter(kind -> kind.service().equals("tftp-server"))
        .forEach(kind -> assertThat(events).contains("| `" + kind.kind() + "`"));
    for (Ending ending : Ending.values()) {
      if (ending != Ending.SENT) {
        assertThat(events).contains("`" + ending.key() + "`");
      }
    }
    for (DropReason reason : DropReason.values()) {
      BootEvents.kind(reason).ifPresent(_ -> assertThat(events).contains("`" + reason.key() + "`"));
    }
  }
}
