package dev.bootbus.schema;

import static dev.bootbus.schema.EventFact.BLOCK_SIZE;
import static dev.bootbus.schema.EventFact.BOOT_FILE;
import static dev.bootbus.schema.EventFact.BYTES;
import static dev.bootbus.schema.EventFact.CLIENT_ARCH;
import static dev.bootbus.schema.EventFact.CLIENT_CLASS;
import static dev.bootbus.schema.EventFact.FILE;
import static dev.bootbus.schema.EventFact.HOSTNAME;
import static dev.bootbus.schema.EventFact.KERNEL;
import static dev.bootbus.schema.EventFact.LEASE_SECONDS;
import static dev.bootbus.schema.EventFact.MESSAGE_TYPE;
import static dev.bootbus.schema.EventFact.NODE_STATUS;
import static dev.bootbus.schema.EventFact.RANGE;
import static dev.bootbus.schema.EventFact.RESENT;
import static dev.bootbus.schema.EventFact.SECONDS;
import static dev.bootbus.schema.EventFact.SETTING;
import static dev.bootbus.schema.EventFact.STAGE;
import static dev.bootbus.schema.EventFact.STATUS;
import static dev.bootbus.schema.EventFact.URL;
import static dev.bootbus.schema.EventFact.WINDOW_SIZE;
import static dev.bootbus.schema.EventKind.Outcome.DONE;
import static dev.bootbus.schema.EventKind.Outcome.FAILED;
import static dev.bootbus.schema.EventKind.Outcome.REFUSED;
import static dev.bootbus.schema.EventKind.Outcome.SEEN;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What can happen to a machine that is worth an event. The subject is
/// `bootbus.v1.event.<service>.<kind>`.
public enum EventKind {
  DHCP_DISCOVER(
      "dhcp-server",
      "discover",
      SEEN,
      "a machine looks for an address or a boot",
      CLIENT_ARCH,
      CLIENT_CLASS),
  DHCP_REQUEST(
      "dhcp-server",
      "request",
      SEEN,
      "a machine asks for what it was offered or has",
      CLIENT_ARCH,
      CLIENT_CLASS),
  DHCP_OFFER(
      "dhcp-server",
      "offer",
      DONE,
      "an OFFER was sent",
      MESSAGE_TYPE,
      CLIENT_ARCH,
      CLIENT_CLASS,
      BOOT_FILE,
      URL,
      HOSTNAME,
      LEASE_SECONDS,
      SECONDS),
  DHCP_ACK(
      "dhcp-server",
      "ack",
      DONE,
      "an ACK was sent; on port 4011 too",
      MESSAGE_TYPE,
      CLIENT_ARCH,
      CLIENT_CLASS,
      BOOT_FILE,
      URL,
      HOSTNAME,
      LEASE_SECONDS,
      SECONDS),
  DHCP_NAK(
      "dhcp-server",
      "nak",
      REFUSED,
      "a NAK was sent",
      MESSAGE_TYPE,
      CLIENT_ARCH,
      CLIENT_CLASS,
      SECONDS),
  DHCP_REFUSED(
      "dhcp-server",
      "refused",
      REFUSED,
      "a packet was left without an answer",
      MESSAGE_TYPE,
      CLIENT_ARCH,
      CLIENT_CLASS,
      SECONDS),
  DHCP_DECLINE(
      "dhcp-server",
      "decline",
      FAILED,
      "a machine found that another one uses its address",
      MESSAGE_TYPE,
      CLIENT_ARCH,
      CLIENT_CLASS,
      SECONDS),
  DHCP_RELEASE(
      "dhcp-server",
      "release",
      DONE,
      "a machine gave its address back",
      MESSAGE_TYPE,
      CLIENT_ARCH,
      CLIENT_CLASS,
      SECONDS),
  BACKEND_SILENT(
      "dhcp-server",
      "backend-silent",
      FAILED,
      "no backend gave a usable answer",
      MESSAGE_TYPE,
      CLIENT_ARCH,
      CLIENT_CLASS,
      SECONDS),
  TFTP_STARTED("tftp-server", "started", SEEN, "a transfer began", FILE, BLOCK_SIZE, WINDOW_SIZE),
  TFTP_FINISHED(
      "tftp-server",
      "finished",
      DONE,
      "a transfer was acknowledged to its end",
      FILE,
      BYTES,
      SECONDS,
      BLOCK_SIZE,
      WINDOW_SIZE,
      RESENT),
  TFTP_FAILED(
      "tftp-server",
      "failed",
      FAILED,
      "a transfer ended before its end, or never began",
      FILE,
      BYTES,
      SECONDS,
      BLOCK_SIZE,
      WINDOW_SIZE,
      RESENT),
  HTTP_SCRIPT(
      "http-server",
      "script",
      DONE,
      "a file written by a backend was served",
      FILE,
      BYTES,
      SECONDS,
      STATUS),
  HTTP_SERVED(
      "http-server", "served", DONE, "a whole file was served", FILE, BYTES, SECONDS, STATUS),
  HTTP_RANGE(
      "http-server",
      "range",
      DONE,
      "a range of a file was served",
      FILE,
      BYTES,
      SECONDS,
      STATUS,
      RANGE),
  HTTP_STORED(
      "http-server",
      "stored",
      DONE,
      "a file that a machine sent was stored",
      FILE,
      BYTES,
      SECONDS,
      STATUS),
  HTTP_ONLINE(
      "http-server", "online", DONE, "a machine said that its system is up", FILE, SECONDS, STATUS),
  HTTP_FAILED(
      "http-server",
      "failed",
      FAILED,
      "a request was refused or broke off",
      FILE,
      BYTES,
      SECONDS,
      STATUS,
      RANGE),
  KERNEL_FETCHED(
      "kernel-backend",
      "kernel-fetched",
      DONE,
      "a machine has fetched the kernel chosen for it",
      FILE,
      BYTES,
      SECONDS,
      KERNEL,
      HOSTNAME),
  NODE_REGISTERED(
      "kernel-backend", "node-registered", DONE, "a machine became a node", CLIENT_ARCH, HOSTNAME),
  LEASE_BOUND(
      "kernel-backend",
      "lease-bound",
      DONE,
      "a lease was stored for a machine",
      HOSTNAME,
      LEASE_SECONDS),
  LEASE_RELEASED(
      "kernel-backend", "lease-released", DONE, "a machine gave back the address it had leased"),
  LEASE_DECLINED(
      "kernel-backend",
      "lease-declined",
      FAILED,
      "a machine found that somebody else has the address it was given"),
  NODE_CHANGED(
      "kernel-backend",
      "node-changed",
      DONE,
      "the stage, the status or the settings of a node changed",
      STAGE,
      NODE_STATUS,
      KERNEL,
      HOSTNAME),
  NODE_REMOVED("kernel-backend", "node-removed", DONE, "somebody removed a node", HOSTNAME),
  KERNEL_CHANGED(
      "kernel-backend",
      "kernel-changed",
      DONE,
      "a kernel of the catalogue came, changed or went",
      KERNEL),
  SETTING_CHANGED("kernel-backend", "setting-changed", DONE, "somebody changed a setting", SETTING),
  BOOT_FAILED(
      "kernel-backend",
      "boot-failed",
      FAILED,
      "a machine said that it could not boot",
      FILE,
      KERNEL,
      HOSTNAME);

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
  private final List<EventFact> facts;

  EventKind(String service, String kind, Outcome outcome, String meaning, EventFact... facts) {
    this.service = service;
    this.kind = kind;
    this.outcome = outcome;
    this.meaning = meaning;
    this.facts = List.of(facts);
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

  /// What it tells beside the machine, each where it is known.
  public List<EventFact> facts() {
    return facts;
  }

  void check(EventFact fact) {
    if (!facts.contains(fact)) {
      throw new IllegalArgumentException(token() + " does not tell " + fact.key());
    }
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
