package dev.bootbus.kernel;

import dev.bootbus.kernel.boot.BootUrl;
import dev.bootbus.kernel.boot.Machines;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sees when a machine has fetched the kernel that is chosen for it, by what the file servers
/// publish. A file fetched in ranges is none of these events.
final class KernelFetches {
  static final Set<EventKind> KINDS = Set.of(EventKind.HTTP_SERVED, EventKind.TFTP_FINISHED);

  private final Machines machines;
  private final @Nullable BootUrl bootUrl;
  private final Journal journal;

  /// @param bootUrl null where machines get no scripts from here
  KernelFetches(Machines machines, @Nullable BootUrl bootUrl, Journal journal) {
    this.machines = machines;
    this.bootUrl = bootUrl;
    this.journal = journal;
  }

  /// A file was fetched.
  void seen(BootEvent event) {
    Optional<Machine> known =
        machines
            .macOf(event.mac(), event.address())
            .flatMap(machines::find)
            .filter(Machine::netboot);
    if (known.isPresent()
        && machines.choose(known.get()) instanceof Catalogue.Choice.Boot(Kernel kernel)
        && fileOf(kernel).equals(event.facts().get(EventFact.FILE))) {
      journal.kernelFetched(event, known.get(), kernel);
    }
  }

  private String fileOf(Kernel kernel) {
    return BootUrl.file(bootUrl == null ? kernel.kernel() : bootUrl.of(kernel.kernel()));
  }
}
