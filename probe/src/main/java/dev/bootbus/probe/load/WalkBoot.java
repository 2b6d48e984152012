package dev.bootbus.probe.load;

import dev.bootbus.probe.boot.Inquiry;
import dev.bootbus.probe.boot.Walk;
import dev.bootbus.probe.boot.Walker;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;

/// The walk of `probe boot`, without the look around where it ends too early: that is done once for
/// all.
record WalkBoot(Ground ground) implements Boot {
  @Override
  public Life live(MacAddress machine, Duration deadline) throws InterruptedException {
    Diary diary = new Diary(deadline);
    Witness witness = new Witness(machine, diary, ground);
    Walk walk =
        Walker.walk(
            ground.link(),
            ground.as(),
            Machines.hardware(machine),
            Walker.Settings.of(ground.patience(), deadline),
            Inquiry.NONE,
            witness,
            ground.fetchers());
    return witness.life(walk);
  }
}
