package dev.bootbus.kernel;

import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers "what is in this file for this machine?": three names by which iPXE asks for a script.
final class BootFiles {
  /// `autoexec.ipxe` is what iPXE 2.0 asks its TFTP server for before anything else, and
  /// `main.ipxe` what a binary with an embedded script may chain to.
  private static final Set<String> NAMES = Set.of(BootUrl.SCRIPT, "main.ipxe", "autoexec.ipxe");

  private static final String MEDIA_TYPE = "text/plain";

  private final Machines machines;
  private final @Nullable BootUrl bootUrl;
  private final Journal journal;

  /// @param bootUrl null where machines get no scripts from here
  BootFiles(Machines machines, @Nullable BootUrl bootUrl, Journal journal) {
    this.machines = machines;
    this.bootUrl = bootUrl;
    this.journal = journal;
  }

  FileAnswer answer(FileRequest request) {
    if (!NAMES.contains(request.path())) {
      journal.noFile();
      return new FileAnswer.NotFound("the backend has no such file");
    }
    Optional<MacAddress> mac = machines.macOf(request.mac(), request.peer());
    FileAnswer answer = script(request, mac);
    switch (answer) {
      case FileAnswer.Content _ -> {} // told where it was written
      case FileAnswer.NotFound(String reason) -> journal.noScript(request, mac, reason);
      case FileAnswer.Denied(String reason) -> journal.noScript(request, mac, reason);
      case FileAnswer.NotReady(String reason, _) -> journal.noScript(request, mac, reason);
      case FileAnswer.Failed(_, String reason) -> journal.noScript(request, mac, reason);
    }
    return answer;
  }

  private FileAnswer script(FileRequest request, Optional<MacAddress> mac) {
    if (bootUrl == null) {
      return new FileAnswer.NotFound("the backend writes no scripts: start it with --boot-url");
    }
    if (mac.isPresent()) {
      return script(request, mac.get(), bootUrl);
    }
    // there the script below leads: were it answered with itself, the machine would go round
    if (request.protocol() == Protocol.HTTP && request.path().equals(BootUrl.SCRIPT)) {
      return new FileAnswer.NotFound(
          "no machine at " + request.peer().getHostAddress() + " is known: add ?mac= to the URL");
    }
    journal.identifying(request);
    return new FileAnswer.Content(IpxeScript.identify(bootUrl), MEDIA_TYPE);
  }

  private FileAnswer script(FileRequest request, MacAddress mac, BootUrl url) {
    Optional<Machine> known = machines.find(mac);
    if (known.isEmpty()) {
      return new FileAnswer.NotFound(mac + " is not a known node");
    }
    Machine machine = known.get();
    if (!machine.netboot()) {
      return new FileAnswer.Denied("netboot is switched off for " + machine.hostname());
    }
    return switch (machines.choose(machine)) {
      case Catalogue.Choice.None(String reason) -> new FileAnswer.NotFound(reason);
      case Catalogue.Choice.Boot(Kernel kernel) -> {
        journal.script(request, mac, kernel);
        yield new FileAnswer.Content(IpxeScript.boot(machine, kernel, url), MEDIA_TYPE);
      }
    };
  }
}
