package dev.bootbus.kernel;

import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers "what is in this file for this machine?": three names by which iPXE asks for a script.
final class BootFiles {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  /// `autoexec.ipxe` is what iPXE 2.0 asks its TFTP server for before anything else, and
  /// `main.ipxe` what a binary with an embedded script may chain to.
  private static final Set<String> NAMES = Set.of(BootUrl.SCRIPT, "main.ipxe", "autoexec.ipxe");

  private static final String MEDIA_TYPE = "text/plain";

  private final Nodes nodes;
  private final Leases leases;
  private final Catalogue catalogue;
  private final @Nullable BootUrl bootUrl;
  private final Totals totals;

  /// @param bootUrl null where machines get no scripts from here
  BootFiles(
      Nodes nodes, Leases leases, Catalogue catalogue, @Nullable BootUrl bootUrl, Totals totals) {
    this.nodes = nodes;
    this.leases = leases;
    this.catalogue = catalogue;
    this.bootUrl = bootUrl;
    this.totals = totals;
  }

  FileAnswer answer(FileRequest request) {
    if (!NAMES.contains(request.path())) {
      totals.count(Totals.Outcome.NO_FILE);
      return new FileAnswer.NotFound("the backend has no such file");
    }
    Optional<MacAddress> mac = machineOf(request);
    FileAnswer answer = script(request, mac);
    String who = mac.map(MacAddress::toString).orElse("-");
    String peer = request.peer().getHostAddress();
    switch (answer) {
      case FileAnswer.Content _ -> totals.count(Totals.Outcome.SCRIPT);
      case FileAnswer.NotFound(String reason) -> refused(request.path(), who, peer, reason);
      case FileAnswer.Denied(String reason) -> refused(request.path(), who, peer, reason);
      case FileAnswer.Failed(_, String reason) -> refused(request.path(), who, peer, reason);
    }
    return answer;
  }

  private void refused(String path, String mac, String peer, String reason) {
    totals.count(Totals.Outcome.NO_FILE);
    LOG.info("no script path={} mac={} peer={} reason=\"{}\"", path, mac, peer, reason);
  }

  private Optional<MacAddress> machineOf(FileRequest request) {
    return request.mac().isNone()
        ? catalogue.nodeAt(request.peer()).or(() -> leases.holderOf(request.peer()))
        : Optional.of(request.mac());
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
    LOG.info("script path={} mac=- peer={}", request.path(), request.peer().getHostAddress());
    return new FileAnswer.Content(IpxeScript.identify(bootUrl), MEDIA_TYPE);
  }

  private FileAnswer script(FileRequest request, MacAddress mac, BootUrl url) {
    Optional<Machine> known = nodes.find(mac);
    if (known.isEmpty()) {
      return new FileAnswer.NotFound(mac + " is not a known node");
    }
    Machine machine = known.get();
    if (!machine.netboot()) {
      return new FileAnswer.Denied("netboot is switched off for " + machine.hostname());
    }
    return switch (catalogue.choose(machine)) {
      case Catalogue.Choice.None(String reason) -> new FileAnswer.NotFound(reason);
      case Catalogue.Choice.Boot(Kernel kernel) -> {
        LOG.info("script path={} mac={} kernel={}", request.path(), mac, kernel.name());
        yield new FileAnswer.Content(IpxeScript.boot(machine, kernel, url), MEDIA_TYPE);
      }
    };
  }
}
