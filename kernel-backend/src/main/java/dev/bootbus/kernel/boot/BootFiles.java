package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.LoaderFile.Loader;
import dev.bootbus.kernel.boot.MachineValues.Reader;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.life.BootDecision;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers "what is in this file for this machine?" where a boot loader asks: each loader gets the
/// same kernel in its own language.
public final class BootFiles {
  private static final String MEDIA_TYPE = "text/plain";

  private final Machines machines;
  private final Callers callers;
  private final @Nullable BootUrl bootUrl;
  private final ConfigText configs;
  private final Journal journal;

  /// @param bootUrl null where machines get no scripts from here
  BootFiles(Machines machines, @Nullable BootUrl bootUrl, ConfigText configs, Journal journal) {
    this.machines = machines;
    this.callers = new Callers(machines);
    this.bootUrl = bootUrl;
    this.configs = configs;
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
      return answer(request, file, mac.get(), new BootPlanner(machines, bootUrl, configs));
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

  private FileAnswer answer(
      FileRequest request, LoaderFile file, MacAddress mac, BootPlanner planner) {
    Optional<Machine> known =
        request.isDryRun() ? machines.wouldSee(mac, request.clientArch()) : machines.find(mac);
    if (known.isEmpty()) {
      return new FileAnswer.NotFound(mac + " is not a known node");
    }
    Machine machine = known.get();
    return switch (machines.boots().next(machine)) {
      case BootDecision.Nothing(String reason) -> new FileAnswer.Denied(reason);
      case BootDecision.Disk(BootDecision.How how, String reason) -> {
        if (how == BootDecision.How.DENY) {
          yield new FileAnswer.Denied(reason);
        }
        BootPlan plan = BootPlanner.disk(machine, how == BootDecision.How.SANBOOT, reason);
        FileAnswer answer = answer(request, file, plan, planner);
        if (answer instanceof FileAnswer.Content) {
          journal.disk(request, machine.mac(), reason);
        }
        yield answer;
      }
      case BootDecision.Kernel(String name) ->
          switch (machines.choose(machine, name)) {
            case Catalogue.Choice.None(String reason) -> new FileAnswer.NotFound(reason);
            case Catalogue.Choice.Boot(Kernel kernel) ->
                answer(request, file, machine, kernel, planner);
          };
    };
  }

  /// A token is told to nobody but the machine.
  private FileAnswer answer(
      FileRequest request, LoaderFile file, Machine machine, Kernel kernel, BootPlanner planner) {
    Reader reader = reader(request, machine);
    try {
      FileAnswer answer = answer(request, file, planner.plan(machine, kernel, reader), planner);
      if (answer instanceof FileAnswer.Content) {
        journal.script(request, machine.mac(), kernel);
      }
      return answer;
    } catch (CannotLoadException e) {
      return new FileAnswer.NotFound(e.sentence());
    }
  }

  private Reader reader(FileRequest request, Machine machine) {
    boolean proven = callers.prove(request, machine.mac());
    if (request.isDryRun()) {
      // by then the machine would have its lease, if it gets one here
      return proven || machines.isLeasedHere(request.peer())
          ? new Reader.DryRun(request.peer())
          : new Reader.Stranger(request.peer());
    }
    return proven ? new Reader.Machine(request.peer()) : new Reader.Stranger(request.peer());
  }

  private static FileAnswer answer(
      FileRequest request, LoaderFile file, BootPlan plan, BootPlanner planner) {
    BootPlanner.Form form =
        new BootPlanner.Form(file.loader(), request.protocol(), file.inFolder());
    try {
      String text = planner.text(plan, form);
      return planner
          .image(plan, form, text)
          .map(image -> new FileAnswer.Content(image, UBootScript.MEDIA_TYPE))
          .orElseGet(() -> new FileAnswer.Content(text, MEDIA_TYPE));
    } catch (CannotLoadException e) {
      return new FileAnswer.NotFound(e.sentence());
    }
  }
}
