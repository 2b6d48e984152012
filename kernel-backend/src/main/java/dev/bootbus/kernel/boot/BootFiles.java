package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.LoaderFile.Loader;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.life.BootDecision;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers "what is in this file for this machine?" where a boot loader asks: each loader gets the
/// same kernel in its own language.
public final class BootFiles {
  private static final String MEDIA_TYPE = "text/plain";

  private final Machines machines;
  private final Callers callers;
  private final @Nullable BootUrl bootUrl;
  private final Journal journal;

  /// @param bootUrl null where machines get no scripts from here
  BootFiles(Machines machines, @Nullable BootUrl bootUrl, Journal journal) {
    this.machines = machines;
    this.callers = new Callers(machines);
    this.bootUrl = bootUrl;
    this.journal = journal;
  }

  FileAnswer answer(FileRequest request, LoaderFile file) {
    Optional<MacAddress> mac = machines.macOf(file.identity(), request);
    FileAnswer answer = answer(request, file, mac);
    switch (answer) {
      case FileAnswer.Content _ -> {} // told where it was written
      case FileAnswer.NotFound(String reason) -> journal.noScript(request, mac, reason);
      case FileAnswer.Denied(String reason) -> journal.noScript(request, mac, reason);
      case FileAnswer.NotReady(String reason, _) -> journal.noScript(request, mac, reason);
      case FileAnswer.Failed(_, String reason) -> journal.noScript(request, mac, reason);
    }
    return answer;
  }

  private FileAnswer answer(FileRequest request, LoaderFile file, Optional<MacAddress> mac) {
    if (bootUrl == null) {
      return new FileAnswer.NotFound("the backend writes no scripts: start it with --boot-url");
    }
    if (!request.token().isEmpty()
        && callers.of(request) instanceof Callers.Caller.Unproven(FileAnswer refusal)) {
      return refusal;
    }
    if (mac.isPresent()) {
      return answer(request, file, mac.get(), bootUrl);
    }
    // there the script below leads: were it answered with itself, the machine would go round
    boolean asksAgain =
        request.protocol() == Protocol.HTTP && request.path().equals(BootUrl.SCRIPT);
    if (file.loader() != Loader.IPXE || asksAgain) {
      String peer = request.peer().getHostAddress();
      return new FileAnswer.NotFound(
          asksAgain
              ? "no machine at " + peer + " is known: add ?mac= to the URL"
              : "neither " + request.path() + " nor " + peer + " leads to a machine");
    }
    journal.identifying(request);
    return new FileAnswer.Content(IpxeScript.identify(bootUrl), MEDIA_TYPE);
  }

  private FileAnswer answer(FileRequest request, LoaderFile file, MacAddress mac, BootUrl url) {
    Optional<Machine> known = machines.find(mac);
    if (known.isEmpty()) {
      return new FileAnswer.NotFound(mac + " is not a known node");
    }
    Machine machine = known.get();
    return switch (machines.boots().next(machine)) {
      case BootDecision.Nothing(String reason) -> new FileAnswer.Denied(reason);
      case BootDecision.Disk(BootDecision.How how, String reason) -> {
        if (how == BootDecision.How.DENY || file.loader() != Loader.IPXE) {
          yield new FileAnswer.Denied(reason);
        }
        journal.disk(request, machine.mac(), reason);
        yield new FileAnswer.Content(IpxeScript.disk(machine, how, reason), MEDIA_TYPE);
      }
      case BootDecision.Kernel(String name) -> answer(request, file, machine.withKernel(name), url);
    };
  }

  private FileAnswer answer(FileRequest request, LoaderFile file, Machine machine, BootUrl url) {
    return switch (machines.choose(machine)) {
      case Catalogue.Choice.None(String reason) -> new FileAnswer.NotFound(reason);
      case Catalogue.Choice.Boot(Kernel kernel) -> {
        try {
          Kernel filled = filled(request, machine, kernel, url);
          FileAnswer script = script(request, file, machine, filled, url);
          journal.script(request, machine.mac(), kernel);
          yield script;
        } catch (CannotLoadException e) {
          yield new FileAnswer.NotFound(String.valueOf(e.getMessage()));
        }
      }
    };
  }

  /// The kernel with its command line for this machine. A token is told to nobody but the machine.
  private Kernel filled(FileRequest request, Machine machine, Kernel kernel, BootUrl url)
      throws CannotLoadException {
    boolean proven = callers.prove(request, machine.mac());
    Values values = values(machines, machine, kernel.name(), url, proven ? request : null);
    Optional<Values.Name> missing = values.missing(kernel.cmdline());
    if (missing.isPresent()) {
      throw new CannotLoadException(
          "the command line of %s has ${%s} in it, and %s is not known to be %s"
              .formatted(
                  kernel.name(),
                  missing.get().key(),
                  request.peer().getHostAddress(),
                  machine.hostname()));
    }
    return kernel.withCmdline(values.fill(kernel.cmdline()));
  }

  private static FileAnswer script(
      FileRequest request, LoaderFile file, Machine machine, Kernel kernel, BootUrl url)
      throws CannotLoadException {
    if (file.loader() == Loader.IPXE) {
      return new FileAnswer.Content(IpxeScript.boot(machine, kernel, url), MEDIA_TYPE);
    }
    LoadPlan plan = LoadPlan.of(machine, kernel, url, request.protocol());
    return switch (file.loader()) {
      case IPXE -> throw new IllegalStateException("iPXE needs no plan");
      case PXELINUX -> new FileAnswer.Content(PxelinuxConfig.of(plan, file.inFolder()), MEDIA_TYPE);
      case GRUB -> new FileAnswer.Content(GrubConfig.of(plan), MEDIA_TYPE);
      case U_BOOT -> new FileAnswer.Content(UBootScript.image(plan), UBootScript.MEDIA_TYPE);
      case PI_CONFIG -> new FileAnswer.Content(PiFiles.config(plan), MEDIA_TYPE);
      case PI_CMDLINE -> new FileAnswer.Content(PiFiles.cmdline(plan), MEDIA_TYPE);
    };
  }

  /// @param kernel name of it, or empty
  /// @param proven a request that proves to come from this machine, or null
  static Values values(
      Machines machines,
      Machine machine,
      String kernel,
      @Nullable BootUrl url,
      @Nullable FileRequest proven) {
    Map<Values.Name, String> known = new EnumMap<>(Values.Name.class);
    known.put(Values.Name.HOSTNAME, machine.hostname());
    known.put(Values.Name.MAC, machine.mac().toString());
    known.put(Values.Name.MAC_DASHED, machine.mac().dashed());
    known.put(Values.Name.ARCH, machine.arch().name());
    known.put(Values.Name.KERNEL, kernel);
    if (url != null) {
      known.put(Values.Name.BOOT_URL, url.base());
    }
    if (proven != null) {
      known.put(Values.Name.ADDRESS, proven.peer().getHostAddress());
      machines
          .nodes()
          .token(machine.mac())
          .ifPresent(
              token -> {
                known.put(Values.Name.TOKEN, token.text());
                if (url != null) {
                  known.put(Values.Name.SEED_URL, url.base() + "t/" + token.text() + "/");
                }
              });
    }
    return new Values(known);
  }
}
