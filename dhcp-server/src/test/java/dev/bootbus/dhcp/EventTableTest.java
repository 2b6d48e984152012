package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.EventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which packet without an answer is which event; a new reason has to be put in here.
class EventTableTest {
  private static final String TABLE =
      """
      malformed              none
      not-a-request          none
      bad-address            none
      no-identity            none
      malformed-option       none
      no-message-type        none
      unknown-message-type   none
      from-a-server          none
      too-many-hops          none
      no-client-address      refused
      no-server-id           refused
      no-requested-address   refused
      other-server           refused
      denied-mac             none
      not-allowed-mac        none
      not-pxe                none
      not-for-proxy          none
      wrong-port             refused
      rate-limited-mac       none
      rate-limited-circuit   none
      rate-limited-relay     none
      foreign-ciaddr         none
      busy                   backend-silent
      overflow               none
      backend-disconnected   backend-silent
      backend-no-responders  backend-silent
      backend-timeout        backend-silent
      backend-bad-reply      backend-silent
      backend-error          refused
      no-address             refused
      address-in-use         refused
      not-a-boot-client      refused
      netboot-denied         refused
      unknown-architecture   refused
      no-boot-file           refused
      bad-boot-file          refused
      wrong-firmware         refused
      loader-loop            refused
      unknown-menu-item      refused
      send-failed            refused
      failed                 refused
      """;

  @Test
  void every_reason_has_its_event_or_none() {
    Map<String, String> told = new TreeMap<>();
    for (DropReason reason : DropReason.values()) {
      told.put(reason.key(), BootEvents.kind(reason).map(kind -> kind.kind()).orElse("none"));
    }
    Map<String, String> decided = new TreeMap<>();
    TABLE.lines().map(line -> line.split(" +", 2)).forEach(row -> decided.put(row[0], row[1]));
    assertThat(told).isEqualTo(decided);
  }

  @ParameterizedTest
  @EnumSource
  void a_backend_that_gives_no_usable_answer_is_silent(Reason reason) {
    assertThat(BootEvents.kind(DhcpServer.reason(reason))).contains(EventKind.BACKEND_SILENT);
  }

  @Test
  void the_readme_names_every_kind_and_every_reason() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String events = readme.substring(readme.indexOf("\n## Events"));
    Arrays.stream(EventKind.values())
        .filter(kind -> kind.service().equals("dhcp-server"))
        .forEach(kind -> assertThat(events).contains("| `" + kind.kind() + "`"));
    for (DropReason reason : DropReason.values()) {
      BootEvents.kind(reason)
          .ifPresent(kind -> assertThat(events).contains("`" + reason.key() + "`"));
    }
  }
}
