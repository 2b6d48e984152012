package dev.bootbus.probe.boot;

import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Listens on the bus to what our servers say of a machine, while it asks once more.
record BusWitness(BusSettings settings) {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final int KEPT = 64;

  /// What the machine does meanwhile.
  interface Try {
    void run() throws InterruptedException;
  }

  Silence.Bus listen(MacAddress mac, Try again) throws InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    BlockingQueue<BootEvent> heard = new ArrayBlockingQueue<>(KEPT);
    Set<EventKind> kinds = EnumSet.allOf(EventKind.class);
    try (Bus bus = Bus.connect(settings.withEvents(false), _ -> {})) {
      bus.onEvents(
          "bootbus-probe-" + ProcessHandle.current().pid(),
          kinds,
          event -> {
            if (event.mac().equals(mac) && !event.reason().isEmpty()) {
              heard.offer(event);
            }
          });
      bus.onConnection(_ -> connected.countDown());
      if (!connected.await(CONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Silence.Bus.Away("no NATS at " + settings.shownServers());
      }
      again.run();
      BootEvent event = heard.poll(1, TimeUnit.SECONDS);
      return event == null
          ? new Silence.Bus.Quiet(settings.shownServers())
          : new Silence.Bus.Says(
              Terminal.printable(event.reason()), Terminal.printable(event.message()));
    }
  }
}
