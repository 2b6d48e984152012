package dev.bootbus.probe.lab;

import dev.bootbus.probe.Report;
import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.lab.Stacks.Kind;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  @EnumSource(names = {"BIOS", "UEFI", "UEFI_HTTP", "IPXE"})
  void whatIsWholeBoots(As as) throws Exception {
    Map<Kind, Run> runs =
        stacks.onAll(stack -> Run.boot(stack, as, Place.machine(32 + as.ordinal())));

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
                return Run.boot(stack, As.UEFI, trouble.machine());
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
                        .contains(trouble.cause())
                        .isSubsetOf(trouble.words())));
  }
}
