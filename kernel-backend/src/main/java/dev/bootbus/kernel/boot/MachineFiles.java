package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.Callers.Caller;
import dev.bootbus.kernel.boot.MachineValues.Reader;
import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Provision;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import java.time.Duration;
import java.util.Optional;

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
  private final ConfigText configs;
  private final Journal journal;

  MachineFiles(Machines machines, ConfigText configs, Journal journal) {
    this.machines = machines;
    this.callers = new Callers(machines);
    this.configs = configs;
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
    Optional<Kernel> kernel = machines.kernel(machines.running(machine));
    String me = machine.mac().dashed() + "\n";
    return switch (request.path()) {
      case APKOVL -> new FileAnswer.Content(me + apkovl(machine, kernel) + "\n", MEDIA_TYPE);
      case ONLINE -> new FileAnswer.Content(me, MEDIA_TYPE);
      default ->
          answer(
              configs.render(
                  machine,
                  kernel,
                  ConfigFile.of(request.path()).orElseThrow(),
                  request.isDryRun()
                      ? new Reader.DryRun(request.peer())
                      : new Reader.Machine(request.peer())));
    };
  }

  private String apkovl(Machine machine, Optional<Kernel> kernel) {
    return machines
        .provision(machine.mac(), kernel.map(Kernel::provision).orElse(Provision.NONE))
        .apkovl();
  }

  private static FileAnswer answer(Rendered rendered) {
    return switch (rendered) {
      case Rendered.Text(String mediaType, String text) -> new FileAnswer.Content(text, mediaType);
      case Rendered.Unknown(_, String name) -> new FileAnswer.NotFound("there is no " + name);
      case Rendered.Missing(_, String sentence) -> new FileAnswer.NotFound(sentence);
      case Rendered.Refused(String sentence) -> new FileAnswer.Failed(500, sentence);
      case Rendered.NotReady(String sentence, Duration retryAfter) ->
          new FileAnswer.NotReady(sentence, retryAfter);
    };
  }
}
