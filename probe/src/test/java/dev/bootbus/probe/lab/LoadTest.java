package dev.bootbus.probe.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.probe.Report;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `probe load` against Bootbus, on a link of namespaces. How fast it is, is measured elsewhere.
class LoadTest {
  private static final int MACHINES = 40;

  @TempDir private static Path logs;
  private static Stacks stacks;
  private static Place place;

  @BeforeAll
  static void start() throws Exception {
    Stacks.assumePossible();
    stacks = Stacks.start(logs, Stacks.Kind.BOOTBUS);
    place = stacks.get(Stacks.Kind.BOOTBUS).place();
  }

  @AfterAll
  static void end() {
    if (stacks != null) {
      stacks.close();
    }
  }

  private static Run load(String options) throws Exception {
    return Run.of(place, "load --ramp 1 --json " + options);
  }

  /// The pool has 51 addresses, so the second fleet finds some only if the first gave its back.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--interface eth0 --seed 0",
        "--interface eth0 --seed 1000",
        "--interface eth0 --seed 2000"
      })
  void everyMachineGetsAnAddressAndItsFiles(String link) throws Exception {
    Run run =
        load(
            "%s --clients %d --files tftp://%3$s/ipxe.efi,http://%3$s/initrd.img"
                .formatted(link, MACHINES, place.server()));

    assertThat(run.status()).as(run.said()).isEqualTo(Report.OK);
    JsonNode json = run.json();
    assertThat(json.get("booted").intValue()).isEqualTo(MACHINES);
    assertThat(json.get("released").intValue()).isEqualTo(MACHINES);
    assertThat(json.at("/stages/address/machines").intValue()).isEqualTo(MACHINES);
    assertThat(json.get("bytes").longValue()).isGreaterThan(MACHINES * 1_800_000L);
  }

  @Test
  void whatFailsIsCountedByItsCause() throws Exception {
    Run run =
        load("--interface eth0 --clients 5 --files tftp://%s/absent".formatted(place.server()));

    assertThat(run.status()).isEqualTo(Report.BROKEN);
    assertThat(run.json().at("/failures/0/cause").textValue()).isEqualTo("tftp-file-not-found");
    assertThat(run.json().at("/failures/0/machines").intValue()).isEqualTo(5);
    assertThat(run.json().get("released").intValue()).isEqualTo(5);
  }
}
