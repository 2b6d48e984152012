package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.Callers.Caller;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Provision;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers for what is one machine's and nobody else's: its [ConfigFile]s, and who it is, which
/// file servers ask when it stores its overlay ([#APKOVL]) or says that it is up ([#ONLINE]).
public final class MachineFiles {
  /// The answer is two lines: the machine's MAC as `52-54-00-12-34-56`, and the path below the
  /// root of the overlay for a machine that has stored none, which may be empty.
  static final String APKOVL = "apkovl";

  /// The answer is the first of these lines.
  static final String ONLINE = "online";

  static final String MEDIA_TYPE = "text/x-bootbus-machine";

  private final Machines machines;
  private final Callers callers;
  private final @Nullable BootUrl bootUrl;
  private final Journal journal;

  /// @param bootUrl null where none is given
  MachineFiles(Machines machines, @Nullable BootUrl bootUrl, Journal journal) {
    this.machines = machines;
    this.callers = new Callers(machines);
    this.bootUrl = bootUrl;
    this.journal = journal;
  }

  static boolean has(String path) {
    return path.equals(APKOVL) || path.equals(ONLINE) || ConfigFile.of(path).isPresent();
  }

  /// @param request for a path that there is here
  FileAnswer answer(FileRequest request) {
    return switch (callers.of(request)) {
      case Caller.Unproven(FileAnswer refusal) -> {
        journal.noConfig(request, Optional.empty(), reason(refusal));
        yield refusal;
      }
      case Caller.Proven(Machine machine) -> {
        FileAnswer answer = answer(request, machine);
        if (answer instanceof FileAnswer.Content) {
          journal.config(request, machine);
        } else {
          journal.noConfig(request, Optional.of(machine.mac()), reason(answer));
        }
        yield answer;
      }
    };
  }

  private static String reason(FileAnswer refusal) {
    return switch (refusal) {
      case FileAnswer.Content _ -> "";
      case FileAnswer.NotFound(String reason) -> reason;
      case FileAnswer.Denied(String reason) -> reason;
      case FileAnswer.NotReady(String reason, _) -> reason;
      case FileAnswer.Failed(_, String reason) -> reason;
    };
  }

  private FileAnswer answer(FileRequest request, Machine machine) {
    Optional<Kernel> kernel =
        machines.choose(machines.running(machine)) instanceof Catalogue.Choice.Boot(Kernel chosen)
            ? Optional.of(chosen)
            : Optional.empty();
    Provision provision =
        machines.provision(machine.mac(), kernel.map(Kernel::provision).orElse(Provision.NONE));
    String me = machine.mac().dashed() + "\n";
    return switch (request.path()) {
      case APKOVL -> new FileAnswer.Content(me + provision.apkovl() + "\n", MEDIA_TYPE);
      case ONLINE -> new FileAnswer.Content(me, MEDIA_TYPE);
      default -> config(request, machine, kernel.map(Kernel::name).orElse(""), provision);
    };
  }

  private FileAnswer config(
      FileRequest request, Machine machine, String kernel, Provision provision) {
    ConfigFile file = ConfigFile.of(request.path()).orElseThrow();
    Optional<String> template = provision.template(file);
    if (template.isEmpty()) {
      return new FileAnswer.NotFound(
          machine.hostname()
              + (file == ConfigFile.SSH_KEYS
                  ? " has no SSH keys: list them under ssh-keys in the catalogue"
                  : " has no %s: name a file for it under config in the catalogue"
                      .formatted(file.path())));
    }
    Values values = BootFiles.values(machines, machine, kernel, bootUrl, request);
    Optional<Values.Name> missing = values.missing(template.get());
    return missing.isPresent()
        ? new FileAnswer.NotFound(
            "%s has ${%s} in it, which is not known for %s"
                .formatted(file.path(), missing.get().key(), machine.hostname()))
        : new FileAnswer.Content(values.fill(template.get()), file.mediaType());
  }
}
