package dev.bootbus.probe.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.probe.Report;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `probe load` against Bootbus, on a link of namespaces. How fast it is, is measured elsewhere.
class LoadTest {
  private static final int MACHINES = 30;

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

  /// The pool has 51 addresses, so a fleet finds some only if the one before gave its back.
  @ParameterizedTest
  @CsvSource({
    "--interface eth0, uefi, 0",
    "--interface eth0, uefi-http, 1000",
    "--relay 10.78.1.9 --server 10.78.1.1, bios, 2000"
  })
  void everyMachineReachesItsKernel(String link, String as, int seed) throws Exception {
    Run run = load("%s --as %s --seed %d --clients %d".formatted(link, as, seed, MACHINES));

    assertThat(run.status()).as(run.said()).isEqualTo(Report.OK);
    JsonNode json = run.json();
    assertThat(json.get("booted").intValue()).isEqualTo(MACHINES);
    assertThat(json.get("released").intValue()).isEqualTo(MACHINES);
    for (String stage : List.of("address", "loader", "loader-address", "kernel", "initrd")) {
      assertThat(json.at("/stages/" + stage + "/machines").intValue())
          .as(stage)
          .isEqualTo(MACHINES);
    }
    assertThat(json.get("bytes").longValue()).isGreaterThan(MACHINES * 15_000_000L);
  }

  @Test
  void filesMayBeNamedInThePlaceOfWhatIsBooted() throws Exception {
    Run run =
        load(
            "--interface eth0 --seed 3000 --clients 10 --files tftp://%1$s/ipxe.efi,http://%1$s/initrd.img"
                .formatted(place.server()));

    assertThat(run.status()).as(run.said()).isEqualTo(Report.OK);
    assertThat(run.json().at("/stages/file/machines").intValue()).isEqualTo(10);
  }

  @Test
  void whyNobodyAnswersIsLookedUpOnce() throws Exception {
    Stack stack = stacks.get(Stacks.Kind.BOOTBUS);
    Trouble.POOL_EXHAUSTED.make(stack);
    try {
      Run run = load("--interface eth0 --seed 5000 --clients 3 --timeout 6");

      assertThat(run.status()).as(run.said()).isEqualTo(Report.SILENCE);
      assertThat(run.json().at("/failures/0/cause").textValue()).isEqualTo("pool-exhausted");
      assertThat(run.json().at("/failures/0/machines").intValue()).isEqualTo(3);
    } finally {
      Trouble.POOL_EXHAUSTED.mend(stack);
    }
  }

  @Test
  void whatFailsIsCountedByItsCause() throws Exception {
    Run run =
        load(
            "--interface eth0 --seed 4000 --clients 5 --files tftp://%s/absent"
                .formatted(place.server()));

    assertThat(run.status()).isEqualTo(Report.BROKEN);
    assertThat(run.json().at("/failures/0/cause").textValue()).isEqualTo("tftp-file-not-found");
    assertThat(run.json().at("/failures/0/machines").intValue()).isEqualTo(5);
    assertThat(run.json().get("released").intValue()).isEqualTo(5);
  }
}
