package dev.bootbus.probe.load;

import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.boot.Fetchers;
import dev.bootbus.probe.boot.Inquiry;
import dev.bootbus.probe.boot.Walk;
import dev.bootbus.probe.boot.Walker;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;

/// The walk of `probe boot`, without the look around where it ends too early.
record WalkBoot(Link link, As as, Patience patience, Fetchers fetchers, Ledger ledger, Tally tally)
    implements Boot {
  @Override
  public Life live(MacAddress machine, Duration deadline) throws InterruptedException {
    Diary diary = new Diary(deadline);
    Witness witness = new Witness(machine, as, diary, ledger, tally);
    Walk walk =
        Walker.walk(
            link,
            as,
            Machines.hardware(machine),
            Walker.Settings.of(patience, deadline),
            Inquiry.NONE,
            witness,
            fetchers);
    return witness.life(walk);
  }
}
