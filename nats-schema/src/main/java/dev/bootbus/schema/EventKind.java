package dev.bootbus.schema;

import static dev.bootbus.schema.EventKind.Outcome.DONE;
import static dev.bootbus.schema.EventKind.Outcome.FAILED;
import static dev.bootbus.schema.EventKind.Outcome.REFUSED;
import static dev.bootbus.schema.EventKind.Outcome.SEEN;

import java.util.Arrays;
import java.util.Optional;

/// What can happen to a machine that is worth an event. The subject is
/// `bootbus.v1.event.<service>.<kind>`.
public enum EventKind {
  DHCP_DISCOVER("dhcp-server", "discover", SEEN, "a machine looks for an address or a boot"),
  DHCP_REQUEST("dhcp-server", "request", SEEN, "a machine asks for what it was offered or has"),
  DHCP_OFFER("dhcp-server", "offer", DONE, "an OFFER was sent"),
  DHCP_ACK("dhcp-server", "ack", DONE, "an ACK was sent; on port 4011 too"),
  DHCP_NAK("dhcp-server", "nak", REFUSED, "a NAK was sent"),
  DHCP_REFUSED("dhcp-server", "refused", REFUSED, "a packet was left without an answer"),
  BACKEND_SILENT("dhcp-server", "backend-silent", FAILED, "no backend gave a usable answer"),
  TFTP_STARTED("tftp-server", "started", SEEN, "a transfer began"),
  TFTP_FINISHED("tftp-server", "finished", DONE, "a transfer was acknowledged to its end"),
  TFTP_FAILED("tftp-server", "failed", FAILED, "a transfer ended before its end, or never began"),
  HTTP_SCRIPT("http-server", "script", DONE, "a file written by a backend was served"),
  HTTP_SERVED("http-server", "served", DONE, "a whole file was served"),
  HTTP_RANGE("http-server", "range", DONE, "a range of a file was served"),
  HTTP_FAILED("http-server", "failed", FAILED, "a request was refused or broke off"),
  KERNEL_FETCHED(
      "kernel-backend", "kernel-fetched", DONE, "a machine has fetched the kernel chosen for it"),
  NODE_REGISTERED("kernel-backend", "node-registered", DONE, "a machine became a node"),
  LEASE_BOUND("kernel-backend", "lease-bound", DONE, "a lease was stored for a machine");

  /// How far one event is good news.
  public enum Outcome {
    /// something has begun
    SEEN,
    /// as the machine wished
    DONE,
    /// the machine was told no, or nothing, on purpose
    REFUSED,
    /// what should have worked did not
    FAILED
  }

  private final String service;
  private final String kind;
  private final Outcome outcome;
  private final String meaning;

  EventKind(String service, String kind, Outcome outcome, String meaning) {
    this.service = service;
    this.kind = kind;
    this.outcome = outcome;
    this.meaning = meaning;
  }

  public String service() {
    return service;
  }

  public String kind() {
    return kind;
  }

  public Outcome outcome() {
    return outcome;
  }

  public String meaning() {
    return meaning;
  }

  /// The end of the subject: `dhcp-server.offer`.
  public String token() {
    return service + "." + kind;
  }

  /// The CloudEvents type: `dev.bootbus.event.dhcp-server.offer`.
  public String type() {
    return "dev.bootbus.event." + token();
  }

  static Optional<EventKind> ofType(String type) {
    return Arrays.stream(values()).filter(kind -> kind.type().equals(type)).findFirst();
  }
}
