package dev.bootbus.dhcp;

import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Who was offered a loader of late. Bounded: the machine that was quiet the longest is forgotten
/// first. Any thread may call it.
public final class LoaderMemory {
  public static final Duration DEFAULT_WINDOW = Duration.ofSeconds(60);

  /// Of one machine; more than anybody would set as the limit.
  private static final int MAX_OFFERS = 64;

  static final int MAX_MACHINES = 10_000;
  private static final float LOAD_FACTOR = 0.75f;
  private static final int INITIAL_CAPACITY = 64;

  /// One try of a machine: it keeps its transaction id while it repeats a packet.
  private record Attempt(long xid, long nanos) {}

  /// @param label class of firmware, which decides on the loader
  /// @param attempts each with another transaction id
  private record Machine(String label, Deque<Attempt> attempts) {
    boolean has(long xid) {
      for (Attempt attempt : attempts) {
        if (attempt.xid() == xid) {
          return true;
        }
      }
      return false;
    }
  }

  private final Map<MacAddress, Machine> machines =
      new LinkedHashMap<>(INITIAL_CAPACITY, LOAD_FACTOR, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MacAddress, Machine> eldest) {
          return size() > MAX_MACHINES;
        }
      };

  private final long windowNanos;
  private final LongSupplier clock;

  /// @param window for how long an offer is remembered
  public LoaderMemory(Duration window) {
    this(window, System::nanoTime);
  }

  /// @param clock in nanoseconds
  LoaderMemory(Duration window, LongSupplier clock) {
    windowNanos = window.toNanos();
    this.clock = clock;
  }

  /// How often this machine was offered its loader, apart from the try that this packet belongs to.
  synchronized int before(Client client) {
    Machine machine = machines.get(client.mac());
    if (machine == null || !machine.label().equals(label(client))) {
      return 0;
    }
    dropOld(machine);
    long own = client.message().xid();
    return machine.attempts().size() - (machine.has(own) ? 1 : 0);
  }

  /// A loader was offered.
  synchronized void offered(Client client) {
    Machine machine = machines.get(client.mac());
    if (machine == null || !machine.label().equals(label(client))) {
      machine = new Machine(label(client), new ArrayDeque<>());
      machines.put(client.mac(), machine);
    }
    dropOld(machine);
    long xid = client.message().xid();
    if (!machine.has(xid)) {
      machine.attempts().addLast(new Attempt(xid, clock.getAsLong()));
    }
    if (machine.attempts().size() > MAX_OFFERS) {
      machine.attempts().removeFirst();
    }
  }

  /// Of one machine, and apart from this one from now on.
  synchronized LoaderMemory copy(MacAddress mac) {
    LoaderMemory copy = new LoaderMemory(Duration.ofNanos(windowNanos), clock);
    Machine machine = machines.get(mac);
    if (machine != null) {
      copy.machines.put(mac, new Machine(machine.label(), new ArrayDeque<>(machine.attempts())));
    }
    return copy;
  }

  /// The loader runs.
  synchronized void forget(MacAddress mac) {
    machines.remove(mac);
  }

  synchronized int size() {
    return machines.size();
  }

  private void dropOld(Machine machine) {
    long now = clock.getAsLong();
    while (!machine.attempts().isEmpty()
        && now - machine.attempts().getFirst().nanos() > windowNanos) {
      machine.attempts().removeFirst();
    }
  }

  private static String label(Client client) {
    return client.clientClass().firmwareLabel();
  }
}
