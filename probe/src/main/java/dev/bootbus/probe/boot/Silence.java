package dev.bootbus.probe.boot;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was seen after nobody had answered a machine's DISCOVER, and what that means. Pure.
///
/// From outside a dead backend, an unknown machine and an exhausted pool are the same silence. They
/// differ in what else the server answers: INFORM needs no address (RFC 2131 §4.4.3), another
/// machine may be known, and a process that hangs keeps its ports.
///
/// @param again who answered a DISCOVER of this very machine, now that it asked once more
/// @param informed who answered an INFORM of this very machine
/// @param other what became of another machine
/// @param server state of the DHCP port where a server should be
/// @param scriptRefused what an HTTP server there said, where it cannot answer for now (503)
/// @param bus what the bus tells, where one was named
record Silence(
    Optional<String> again,
    Optional<String> informed,
    Other other,
    Server server,
    Optional<String> scriptRefused,
    Bus bus) {

  /// @param mac for people
  /// @param named whether it is one that boots, as the operator says
  /// @param answered who offered it an address, or answered its INFORM
  record Other(String mac, boolean named, Optional<String> answered) {}

  /// @param address empty where nobody knows where one should be
  record Server(String address, Port port) {}

  enum Port {
    /// No word that it is closed.
    OPEN,
    CLOSED,
    /// The host is not there.
    UNREACHABLE,
    UNKNOWN
  }

  sealed interface Bus {
    record Unasked() implements Bus {}

    /// @param why for people
    record Away(String why) implements Bus {}

    /// Nothing is said of this machine.
    record Quiet(String url) implements Bus {}

    /// @param reason the word of the event: `backend-timeout`
    record Says(String reason, String message) implements Bus {}
  }

  Finding finding() {
    return ofBus().orElseGet(this::ofAnswers);
  }

  private Optional<Finding> ofBus() {
    return switch (bus) {
      case Bus.Unasked _ -> Optional.empty();
      case Bus.Away(String why) -> Optional.of(new Finding(Cause.BACKEND_SILENT, why));
      case Bus.Quiet _ -> Optional.empty();
      case Bus.Says(String reason, String message) -> Optional.of(said(reason, message));
    };
  }

  private static Finding said(String reason, String message) {
    String detail = "the DHCP server says on the bus: " + reason + ": " + message;
    boolean none = message.contains("exhausted");
    return new Finding(
        switch (reason) {
          case "backend-disconnected",
              "backend-no-responders",
              "backend-timeout",
              "backend-bad-reply" ->
              Cause.BACKEND_SILENT;
          case "backend-error" -> none ? Cause.POOL_EXHAUSTED : Cause.MACHINE_UNKNOWN;
          case "no-address" -> Cause.POOL_EXHAUSTED;
          case "denied-mac", "not-allowed-mac" -> Cause.MACHINE_UNKNOWN;
          default -> Cause.NO_OFFER;
        },
        detail);
  }

  private Finding ofAnswers() {
    if (again.isPresent()) {
      return new Finding(
          Cause.FORWARDS_LATE,
          again.get() + " answers this machine now, and did not answer its DISCOVERs before");
    }
    if (informed.isPresent()) {
      return new Finding(
          Cause.POOL_EXHAUSTED,
          informed.get()
              + " answers an INFORM of this machine, and has no address for it: all are used up, or"
              + " are for others");
    }
    if (other.answered().isPresent()) {
      return new Finding(
          Cause.MACHINE_UNKNOWN,
          "%s answers %s, and not this machine".formatted(other.answered().get(), other.mac()));
    }
    if (scriptRefused.isPresent()) {
      return new Finding(Cause.BACKEND_SILENT, scriptRefused.get());
    }
    return ofPort();
  }

  private Finding ofPort() {
    String where = server.address() + " port 67";
    return switch (server.port()) {
      case CLOSED -> new Finding(Cause.SERVER_DOWN, where + " is closed");
      case UNREACHABLE -> new Finding(Cause.SERVER_DOWN, server.address() + " is not there");
      case OPEN ->
          other.named()
              ? new Finding(
                  Cause.BACKEND_SILENT,
                  where + " is open, but not even " + other.mac() + " is answered")
              : new Finding(Cause.NO_OFFER, ruledOut());
      case UNKNOWN -> new Finding(Cause.NO_OFFER, ruledOut());
    };
  }

  private String ruledOut() {
    List<String> seen = new ArrayList<>();
    if (server.port() == Port.OPEN) {
      seen.add(server.address() + " port 67 is open, so a server hangs or serves known ones only");
    }
    seen.add("neither is %s answered".formatted(other.mac()));
    if (!other.named()) {
      seen.add("--compare MAC of a machine that boots would tell more");
    }
    if (bus instanceof Bus.Quiet(String url)) {
      seen.add("no DHCP server at %s has heard this machine".formatted(url));
    }
    return String.join("; ", seen);
  }
}
