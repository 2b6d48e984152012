package dev.bootbus.probe.load;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.boot.Walk;
import dev.bootbus.probe.boot.Walk.Mark;
import dev.bootbus.probe.boot.Walk.Step;
import dev.bootbus.probe.boot.Watcher;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.schema.MacAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Looks after one machine: how long its stages take, and whether what it gets is right beside what
/// the others get. For its thread.
final class Witness implements Watcher {
  private final MacAddress machine;
  private final String firmware;
  private final Ground ground;
  private final Diary diary;
  private Stage stage = Stage.ADDRESS;
  private Duration offers = Duration.ZERO;
  private Optional<Finding> wrong = Optional.empty();

  Witness(MacAddress machine, Diary diary, Ground ground) {
    this.machine = machine;
    this.diary = diary;
    this.firmware = ground.as().first().title();
    this.ground = ground;
  }

  @Override
  public void step(Step step) {
    stage = stage(step);
    switch (step.what()) {
      case OFFERS -> offers = step.took();
      case ADDRESS -> {
        took(offers.plus(step.took()));
        offers = Duration.ZERO;
      }
      case BOOT_SERVER, LOADER, SCRIPT, FILE, KERNEL, INITRD -> {
        if (step.mark() == Mark.OK) {
          took(step.took());
        }
      }
      case MENU -> {}
    }
  }

  private Stage stage(Step step) {
    return switch (step.what()) {
      case OFFERS, ADDRESS, BOOT_SERVER ->
          step.stage().equals(firmware) ? Stage.ADDRESS : Stage.LOADER_ADDRESS;
      case LOADER -> Stage.LOADER;
      case SCRIPT -> Stage.SCRIPT;
      case KERNEL -> Stage.KERNEL;
      case INITRD -> Stage.INITRD;
      case FILE, MENU -> Stage.FILE;
    };
  }

  private void took(Duration time) {
    diary.took(stage, time);
  }

  @Override
  public void leased(Lease next) {
    diary
        .lease()
        .filter(before -> !before.address().equals(next.address()))
        .ifPresent(
            before ->
                wrong(
                    new Finding(
                        Cause.ADDRESS_CHANGED,
                        "%s had %s, and then %s"
                            .formatted(
                                machine,
                                before.address().getHostAddress(),
                                next.address().getHostAddress()))));
    ground.ledger().address(machine, next.address()).ifPresent(this::wrong);
    diary.has(next);
  }

  @Override
  public Optional<Finding> fetched(URI uri, byte[] sha256, long size) {
    ground.tally().received(size);
    // what is asked for with a query is written for each
    return uri.getQuery() == null ? ground.ledger().file(uri, sha256) : Optional.empty();
  }

  private void wrong(Finding finding) {
    wrong = wrong.or(() -> Optional.of(finding));
  }

  Life life(Walk walk) {
    Optional<Finding> why =
        switch (walk.end()) {
          case Walk.End.Boots _ -> wrong;
          case Walk.End.Local(var how) -> Optional.of(new Finding(Cause.DISK_BOOT, how));
          case Walk.End.Broken(var finding) -> Optional.of(finding);
          case Walk.End.Silence(var finding) -> Optional.of(finding);
        };
    return why.map(finding -> diary.failed(stage, finding)).orElseGet(diary::booted);
  }
}
