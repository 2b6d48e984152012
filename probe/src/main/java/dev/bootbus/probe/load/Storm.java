package dev.bootbus.probe.load;

import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Switches the machines of a fleet on, one after the other, each on a virtual thread of its own.
final class Storm {
  private final Fleet fleet;
  private final Shape shape;
  private final Boot boot;
  private final Tally tally;
  private final Semaphore room;
  private final Map<MacAddress, Lease> leases = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable MacAddress> silent = new AtomicReference<>();
  private volatile boolean over;

  /// @param ramp from the first machine to the last
  /// @param atOnce machines that are on their way; the next ones wait to be switched on
  /// @param deadline of each machine
  record Shape(Duration ramp, int atOnce, Duration deadline) {}

  Storm(Fleet fleet, Shape shape, Boot boot, Tally tally) {
    this.fleet = fleet;
    this.shape = shape;
    this.boot = boot;
    this.tally = tally;
    this.room = new Semaphore(shape.atOnce());
  }

  /// Returns when every machine has booted or failed, or [#end] was called.
  void run() throws InterruptedException {
    long began = System.nanoTime();
    long step = shape.ramp().toNanos() / fleet.size();
    for (int number = 0; number < fleet.size() && !over; number++) {
      long early = began + number * step - System.nanoTime();
      if (early > 0) {
        TimeUnit.NANOSECONDS.sleep(early);
      }
      room.acquire();
      switchOn(fleet.mac(number));
    }
    room.acquire(shape.atOnce());
  }

  private void switchOn(MacAddress machine) {
    tally.begins();
    Thread.ofVirtual()
        .name(machine.toString())
        .start(
            () -> {
              try {
                Life life = boot.live(machine, shape.deadline());
                life.lease().ifPresent(lease -> leases.put(machine, lease));
                if (life.isSilent()) {
                  silent.compareAndSet(null, machine);
                }
                tally.ends(life);
              } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a machine", e);
              } finally {
                room.release();
              }
            });
  }

  /// Switches on no more.
  void end() {
    over = true;
  }

  /// The first machine that nobody answered.
  Optional<MacAddress> silent() {
    return Optional.ofNullable(silent.get());
  }

  /// Who still has an address.
  Map<MacAddress, Lease> leases() {
    return leases;
  }
}
