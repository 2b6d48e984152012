package dev.bootbus.probe.lab;

import dev.bootbus.probe.Report;
import dev.bootbus.probe.lab.Stacks.Kind;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bootbus, dnsmasq, and Kea with atftpd and nginx, whole and broken in ten ways: the probe names
/// what is broken, and finds fault with nothing that is whole.
class BrokenSetupsTest {
  @TempDir private static Path logs;
  private static Stacks stacks;

  @BeforeAll
  static void start() throws Exception {
    Stacks.assumePossible();
    stacks = Stacks.start(logs, Kind.values());
  }

  @AfterAll
  static void end() {
    if (stacks != null) {
      stacks.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bios", "uefi", "uefi-http", "ipxe"})
  void whatIsWholeBoots(String as) throws Exception {
    Map<Kind, Run> runs = stacks.onAll(stack -> Run.boot(stack, as, Place.KNOWN));

    SoftAssertions.assertSoftly(
        softly ->
            runs.forEach(
                (kind, run) -> {
                  softly
                      .assertThat(run.status())
                      .as("%s: %s", kind, run.said())
                      .isEqualTo(Report.OK);
                  softly.assertThat(run.causes()).as("%s: %s", kind, run.said()).isEmpty();
                }));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsBrokenHasAName(Trouble trouble) throws Exception {
    Map<Kind, Run> runs =
        stacks.onAll(
            stack -> {
              trouble.make(stack);
              try {
                return Run.boot(stack, "uefi", trouble.machine());
              } finally {
                trouble.mend(stack);
              }
            });

    SoftAssertions.assertSoftly(
        softly ->
            runs.forEach(
                (kind, run) ->
                    softly
                        .assertThat(run.causes())
                        .as("%s: %s", kind, run.said())
                        .containsExactly(trouble.cause())));
  }
}
