package dev.bootbus.kernel.life;

import dev.bootbus.kernel.boot.BootUrl;
import dev.bootbus.kernel.boot.Machines;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.MacAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sees when a machine has fetched its kernel, or what the system behind that asks for, by what the
/// file servers publish. A file fetched in ranges is none of these events.
public final class Fetches {
  public static final Set<EventKind> KINDS = Set.of(EventKind.HTTP_SERVED, EventKind.TFTP_FINISHED);

  private final Machines machines;
  private final @Nullable BootUrl bootUrl;
  private final Lives lives;
  private final Journal journal;

  /// @param bootUrl null where machines get no scripts from here
  public Fetches(Machines machines, @Nullable BootUrl bootUrl, Lives lives, Journal journal) {
    this.machines = machines;
    this.bootUrl = bootUrl;
    this.lives = lives;
    this.journal = journal;
  }

  /// A file was fetched.
  public void seen(BootEvent event) {
    Optional<Machine> known =
        machines
            .macOf(event.mac(), event.address())
            .flatMap(machines::find)
            .filter(Machine::netboot);
    if (known.isPresent()
        && !isContradicted(event, known.get())
        && event.facts().get(EventFact.FILE) instanceof String file) {
      seen(event, file, known.get());
    }
  }

  /// Anybody may name a machine in a URL; the one that has the address of another is not it.
  private boolean isContradicted(BootEvent event, Machine machine) {
    Optional<MacAddress> owner = machines.macOf(MacAddress.NONE, event.address());
    return owner.map(machines.nodes()::first).filter(mac -> !mac.equals(machine.mac())).isPresent();
  }

  private void seen(BootEvent event, String file, Machine machine) {
    Kernel given = machines.catalogue().get().kernels().get(lives.now(machine));
    if (given != null && seen(event, file, machine, given)) {
      return;
    }
    if (lives.next(machine) instanceof BootDecision.Kernel(String name)
        && machines.choose(machine.withKernel(name)) instanceof Catalogue.Choice.Boot(Kernel next)
        && !next.equals(given)) {
      seen(event, file, machine, next);
    }
  }

  /// @return whether the file is one of this kernel's
  private boolean seen(BootEvent event, String file, Machine machine, Kernel kernel) {
    if (isAt(file, kernel.kernel())) {
      journal.kernelFetched(event, machine, kernel);
      lives.kernelFetched(machine, kernel, event.traceparent());
      return true;
    }
    if (isAt(file, kernel.sources().modloop()) || isAt(file, kernel.sources().rootfs())) {
      lives.systemFetched(machine, kernel, event.traceparent());
      return true;
    }
    return false;
  }

  private boolean isAt(String file, String location) {
    return !location.isEmpty()
        && file.equals(BootUrl.file(bootUrl == null ? location : bootUrl.of(location)));
  }
}
