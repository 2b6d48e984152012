package dev.bootbus.probe.lab;

import dev.bootbus.probe.Report;
import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.lab.Stacks.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bootbus, dnsmasq, and Kea with atftpd and nginx, whole and broken in ten ways: the probe names
/// what is broken, and finds fault with nothing that is whole. Two of the tests run at a time, as
/// most of it is waiting for who does not answer.
@Execution(ExecutionMode.CONCURRENT)
class BrokenSetupsTest {
  private static final int AT_ONCE = 2;

  @TempDir private static Path logs;
  private static final BlockingQueue<Stacks> free = new ArrayBlockingQueue<>(AT_ONCE);

  @BeforeAll
  static void start() throws Exception {
    Stacks.assumePossible();
    for (int i = 0; i < AT_ONCE; i++) {
      free.add(Stacks.start(logs, Kind.values()));
    }
  }

  @AfterAll
  static void end() {
    free.forEach(Stacks::close);
  }

  private static Map<Kind, Run> onAll(Stacks.Action<Run> action) throws Exception {
    Stacks stacks = free.take();
    try {
      return stacks.onAll(action);
    } finally {
      free.add(stacks);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BIOS", "UEFI", "UEFI_HTTP", "IPXE"})
  void whatIsWholeBoots(As as) throws Exception {
    Map<Kind, Run> runs = onAll(stack -> Run.boot(stack, as, Place.machine(32 + as.ordinal())));

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
        onAll(
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
