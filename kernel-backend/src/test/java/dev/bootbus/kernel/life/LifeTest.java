package dev.bootbus.kernel.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.life.Happening.Completion;
import dev.bootbus.kernel.node.Progress;
import dev.bootbus.kernel.node.Stage;
import dev.bootbus.kernel.node.Status;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifeTest {
  private static final int ATTEMPTS = 3;
  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-01-01T00:05:00Z");

  private static final Map<String, Happening> HAPPENINGS =
      Map.ofEntries(
          Map.entry("started", new Happening.Started()),
          Map.entry("system spoke", new Happening.SystemSpoke()),
          Map.entry("script of live", new Happening.Script("live", false)),
          Map.entry("script of inst", new Happening.Script("inst", true)),
          Map.entry("kernel of live", new Happening.KernelFetched("live", false)),
          Map.entry("last of live", new Happening.KernelFetched("live", true)),
          Map.entry("kernel of inst", new Happening.KernelFetched("inst", false)),
          Map.entry("modloop of live", new Happening.SystemFetched("live")),
          Map.entry("config of live", new Happening.Config("live", Completion.NEVER)),
          Map.entry("config of inst", new Happening.Config("inst", Completion.CONFIG)),
          Map.entry("config of phoning", new Happening.Config("inst", Completion.PHONE_HOME)),
          Map.entry("online of live", new Happening.PhonedHome("live", Completion.NEVER)),
          Map.entry("online of inst", new Happening.PhonedHome("inst", Completion.CONFIG)),
          Map.entry("online of phoning", new Happening.PhonedHome("inst", Completion.PHONE_HOME)),
          Map.entry("boot failed", new Happening.BootFailed("why")),
          Map.entry("time out", new Happening.TimeOut(true, "why")),
          Map.entry("unheard", new Happening.TimeOut(false, "why")),
          Map.entry("told boot live", new Happening.ToldToBoot("live", false)),
          Map.entry("told boot inst", new Happening.ToldToBoot("inst", true)),
          Map.entry("told reinstall", new Happening.ToldToReinstall()),
          Map.entry("told commission", new Happening.ToldToCommission()),
          Map.entry("told provisioned", new Happening.ToldProvisioned()),
          Map.entry("told failed", new Happening.ToldFailed("why")));

  /// `provisioning booting boots=inst attempts=1`, and so on.
  private static Progress progress(String text) {
    String[] words = text.split(" ");
    Progress progress =
        Progress.NEW
            .to(Stage.valueOf(words[0].toUpperCase(Locale.ROOT)))
            .to(Status.valueOf(words[1].toUpperCase(Locale.ROOT)))
            .since(BEFORE);
    for (int i = 2; i < words.length; i++) {
      String value = words[i].replaceFirst(".*=", "");
      progress =
          switch (words[i].replaceFirst("=.*", "")) {
            case "once" -> progress.once(value);
            case "boots" -> progress.booting(value);
            case "attempts" -> progress.attempts(Integer.parseInt(value));
            case "held" -> progress.held(true);
            case "why" -> progress.because("why");
            default -> throw new IllegalArgumentException(words[i]);
          };
    }
    return progress;
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // a live system comes up each time from the network
        "commissioning unknown | script of live | commissioning booting boots=live",
        "commissioning booting boots=live | script of live | commissioning booting boots=live",
        "commissioning booting boots=live | kernel of live | commissioning booting boots=live",
        "commissioning booting boots=live | last of live | commissioning running boots=live",
        "commissioning booting boots=live | modloop of live | commissioning running boots=live",
        "commissioning booting boots=live | config of live | commissioning running boots=live",
        "commissioning booting boots=live | online of live | commissioning running boots=live",
        "commissioning running boots=live | script of live | commissioning booting boots=live",
        "commissioning running boots=live | started | commissioning running boots=live",
        "commissioning running boots=live | system spoke | commissioning running boots=live",
        "commissioning failed why | script of live | commissioning booting boots=live",
        "commissioning failed why | kernel of live | commissioning booting boots=live why",
        "commissioned rebooting | script of live | commissioned booting boots=live",
        // an installer
        "commissioning unknown | script of inst | provisioning booting boots=inst attempts=1",
        "commissioned running boots=live | script of inst"
            + " | provisioning booting boots=inst attempts=1",
        "provisioning booting boots=inst attempts=1 | kernel of inst"
            + " | provisioning booting boots=inst attempts=1",
        "provisioning booting boots=inst attempts=1 | config of inst"
            + " | provisioned running boots=inst",
        "provisioning booting boots=inst attempts=1 | config of live"
            + " | provisioning running boots=inst attempts=1",
        "provisioning booting boots=inst attempts=1 | config of phoning"
            + " | provisioning running boots=inst attempts=1",
        "provisioning running boots=inst attempts=1 | online of phoning"
            + " | provisioned running boots=inst",
        "provisioning booting boots=inst attempts=1 | online of inst"
            + " | provisioned running boots=inst",
        "provisioning running boots=live attempts=1 | online of live"
            + " | provisioning running boots=live attempts=1",
        "commissioning unknown | config of inst | provisioned running",
        "commissioning unknown | online of inst | commissioning running",
        // it does not get on
        "provisioning booting boots=inst attempts=1 | started"
            + " | provisioning booting boots=inst attempts=1",
        "provisioning booting boots=inst attempts=1 | script of inst"
            + " | provisioning booting boots=inst attempts=2",
        "provisioning running boots=inst attempts=2 | script of inst"
            + " | provisioning booting boots=inst attempts=3",
        // it has its system
        "provisioned running boots=inst | started | provisioned booting",
        "provisioned booting | started | provisioned booting",
        "provisioned booting | system spoke | provisioned running",
        "provisioned running | system spoke | provisioned running",
        "provisioned running boots=inst | system spoke | provisioned running boots=inst",
        "provisioned running | config of inst | provisioned running",
        "provisioned running | config of phoning | provisioned running",
        "provisioned booting | online of live | provisioned running",
        "provisioned booting | unheard | provisioned unknown",
        // boot once
        "provisioned running | told boot live | provisioned running once=live",
        "provisioned running once=live | started | provisioned running once=live",
        "provisioned running once=live | script of live | provisioned booting once=live boots=live",
        "provisioned booting once=live boots=live | kernel of live"
            + " | provisioned booting boots=live",
        "provisioned booting once=live boots=live | modloop of live"
            + " | provisioned running boots=live",
        "provisioned running once=live | config of inst | provisioned running once=live",
        "provisioned running boots=live | started | provisioned booting",
        "provisioning failed held attempts=3 why | told boot live"
            + " | provisioning failed held attempts=3 once=live why",
        "provisioning failed held attempts=3 why | told boot inst"
            + " | provisioning unknown once=inst",
        "provisioning failed held attempts=3 boots=inst why | kernel of inst"
            + " | provisioning failed held attempts=3 boots=inst why",
        "provisioning failed held attempts=3 boots=inst why | modloop of live"
            + " | provisioning failed held attempts=3 boots=inst why",
        "provisioning failed held attempts=3 boots=inst why | config of inst"
            + " | provisioned running boots=inst",
        "provisioning failed held attempts=3 once=live why | kernel of live"
            + " | provisioning booting held attempts=3 boots=live why",
        // somebody says so
        "provisioned running boots=inst | told reinstall | provisioning running",
        "provisioning running | config of inst | provisioning running",
        "provisioning running | online of inst | provisioning running",
        "provisioning running | script of inst | provisioning booting boots=inst attempts=1",
        "provisioning failed held attempts=3 why | told reinstall | provisioning unknown",
        "provisioning failed held attempts=3 why | told provisioned | provisioned unknown",
        "provisioning running attempts=1 | told commission | commissioned running",
        "provisioning booting attempts=1 | told failed | provisioning failed attempts=1 held why",
        "commissioning running | told failed | commissioning failed why",
        // it fails
        "commissioning booting boots=live | boot failed | commissioning failed boots=live why",
        "commissioning booting boots=live | time out | commissioning failed boots=live why",
        "commissioning booting boots=live | unheard | commissioning unknown boots=live",
        "commissioning rebooting | time out | commissioning unreachable why",
        "commissioning running | time out | commissioning running",
        "commissioning failed why | time out | commissioning failed why",
      })
  void goesOn(String before, String what, String after) {
    Progress next = Life.next(progress(before), HAPPENINGS.get(what), ATTEMPTS, NOW);
    boolean moved = !before.split(" ", 3)[0].equals(after.split(" ", 3)[0]);
    moved |= !before.split(" ", 3)[1].equals(after.split(" ", 3)[1]);
    assertThat(next).isEqualTo(moved ? progress(after).since(NOW) : progress(after));
  }

  @Test
  void aMachineThatInstallsAgainAndAgainIsHeld() {
    Progress progress = Progress.NEW;
    for (int i = 0; i < ATTEMPTS; i++) {
      assertThat(Life.isExhausted(progress, ATTEMPTS)).isFalse();
      progress = Life.next(progress, HAPPENINGS.get("started"), ATTEMPTS, NOW);
      progress = Life.next(progress, HAPPENINGS.get("script of inst"), ATTEMPTS, NOW);
      progress = Life.next(progress, HAPPENINGS.get("kernel of inst"), ATTEMPTS, NOW);
    }
    assertThat(Life.isExhausted(progress, ATTEMPTS)).isTrue();
    progress = Life.next(progress, HAPPENINGS.get("started"), ATTEMPTS, NOW);
    assertThat(progress.status()).isEqualTo(Status.FAILED);
    assertThat(progress.held()).isTrue();
    assertThat(progress.reason())
        .isEqualTo("it was given its installer 3 times and did not get on: tell it to reinstall");
    assertThat(Life.next(progress, HAPPENINGS.get("started"), ATTEMPTS, NOW)).isEqualTo(progress);
  }

  /// Whatever comes, in whatever order: no installer more often than that without a word.
  @Test
  void noOrderOfHappeningsLeadsToALoop() {
    Happening[] machine =
        HAPPENINGS.entrySet().stream()
            .filter(one -> !one.getKey().startsWith("told"))
            .filter(one -> !one.getKey().startsWith("script of inst"))
            .map(Map.Entry::getValue)
            .toArray(Happening[]::new);
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      Progress progress = Progress.NEW;
      int given = 0;
      for (int step = 0; step < 200; step++) {
        boolean allowed =
            progress.stage() != Stage.PROVISIONED && !Life.isExhausted(progress, ATTEMPTS);
        if (allowed && random.nextInt(4) == 0) {
          given++;
          progress = Life.next(progress, HAPPENINGS.get("script of inst"), ATTEMPTS, NOW);
        } else {
          progress = Life.next(progress, machine[random.nextInt(machine.length)], ATTEMPTS, NOW);
        }
      }
      assertThat(given).isLessThanOrEqualTo(ATTEMPTS);
    }
  }
}
