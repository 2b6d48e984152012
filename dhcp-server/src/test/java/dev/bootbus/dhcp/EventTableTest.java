package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.EventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
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
      decline                refused decline
      release                none
      inform                 refused inform
      no-requested-address   refused no-requested-address
      other-server           refused other-server
      not-pxe                none
      not-for-proxy          none
      wrong-port             refused wrong-port
      busy                   backend-silent busy
      backend-disconnected   backend-silent disconnected
      backend-no-responders  backend-silent no-responders
      backend-timeout        backend-silent timeout
      backend-bad-reply      backend-silent bad-reply
      backend-error          refused backend-error
      no-address             refused no-address
      not-a-boot-client      refused not-a-boot-client
      netboot-denied         refused netboot-denied
      unknown-architecture   refused unknown-architecture
      no-boot-file           refused no-boot-file
      bad-boot-file          refused bad-boot-file
      wrong-firmware         refused wrong-firmware
      loader-loop            refused loader-loop
      send-failed            refused send-failed
      failed                 refused failed
      """;

  @Test
  void every_reason_has_its_event_or_none() {
    Map<String, String> told = new TreeMap<>();
    for (DropReason reason : DropReason.values()) {
      told.put(
          reason.key(),
          BootEvents.kind(reason)
              .map(kind -> kind.kind() + " " + BootEvents.code(reason))
              .orElse("none"));
    }
    Map<String, String> decided = new TreeMap<>();
    TABLE.lines().map(line -> line.split(" +", 2)).forEach(row -> decided.put(row[0], row[1]));
    assertThat(told).isEqualTo(decided);
  }

  @ParameterizedTest
  @EnumSource
  void a_silent_backend_is_told_with_the_reason_of_the_bus(Reason reason) {
    DropReason dropped = DhcpServer.reason(reason);
    assertThat(BootEvents.kind(dropped)).contains(EventKind.BACKEND_SILENT);
    assertThat(BootEvents.code(dropped))
        .isEqualTo(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
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
          .ifPresent(kind -> assertThat(events).contains("`" + BootEvents.code(reason) + "`"));
    }
  }
}
