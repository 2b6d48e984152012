package dev.bootbus.kernel.journal;

import static java.util.Objects.requireNonNull;

import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Node;
import dev.bootbus.kernel.node.Progress;
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.NOPLogger;

/// Says what happened to a machine, each thing once: in the log, in the totals, and where it is
/// worth one, as an event.
public final class Journal {
  private static final int NOT_NOW = 503;

  /// Told at once of what was written for machines, and of what they said.
  public interface Listener {
    void script(MacAddress mac, Kernel kernel, String traceparent);

    /// @param path of a file that is the machine's own
    void config(Machine machine, String path, String traceparent);

    /// @param reason one sentence
    void bootFailed(Machine machine, String reason, String traceparent);
  }

  private final Logger log;
  private final Totals totals = new Totals();
  private final @Nullable Consumer<BootEvent> events;
  private volatile @Nullable Listener listener;

  /// @param events takes each at once; null where none are published
  public Journal(@Nullable Consumer<BootEvent> events) {
    this(events, LoggerFactory.getLogger("kernel-backend"));
  }

  private Journal(@Nullable Consumer<BootEvent> events, Logger log) {
    this.events = events;
    this.log = log;
  }

  /// Of what did not happen: it says nothing to anybody.
  public static Journal ofDryRuns() {
    return new Journal(null, NOPLogger.NOP_LOGGER);
  }

  /// From now on.
  public void tell(Listener who) {
    listener = who;
  }

  public Totals totals() {
    return totals;
  }

  public void registered(DhcpRequest request, Node node) {
    if (log.isInfoEnabled()) {
      log.info(
          "node registered mac={} hostname={} arch={}{}",
          node.mac(),
          node.hostname(),
          node.arch(),
          trace(request.traceparent()));
    }
    publish(
        () -> {
          BootEvent event =
              event(EventKind.NODE_REGISTERED, request)
                  .uuid(node.uuid())
                  .with(EventFact.HOSTNAME, node.hostname());
          List<Integer> arch = request.facts().clientArch();
          return arch.isEmpty() ? event : event.with(EventFact.CLIENT_ARCH, (long) arch.getFirst());
        });
  }

  public void offered(DhcpRequest request, Dhcp lease, Duration took) {
    totals.count(Totals.Outcome.OFFERED);
    lease("offered", request, lease, took);
  }

  public void bound(DhcpRequest request, Dhcp lease, Duration took) {
    totals.count(Totals.Outcome.BOUND);
    lease("bound", request, lease, took);
    publish(
        () ->
            event(EventKind.LEASE_BOUND, request)
                .address(lease.ipAddress())
                .with(EventFact.HOSTNAME, lease.hostname())
                .with(EventFact.LEASE_SECONDS, lease.leaseTime()));
  }

  public void released(DhcpRequest request, Inet4Address address, Duration took) {
    totals.count(Totals.Outcome.RELEASED);
    lease("released", request, address, took);
    publish(() -> event(EventKind.LEASE_RELEASED, request).address(address));
  }

  public void declined(DhcpRequest request, Inet4Address address, Duration took) {
    totals.count(Totals.Outcome.DECLINED);
    lease("declined", request, address, took);
    publish(() -> event(EventKind.LEASE_DECLINED, request).address(address));
  }

  /// The operator gave an address to a machine, or changed until when.
  public void leaseGiven(MacAddress mac, Inet4Address address, String hostname, Duration time) {
    log.info("lease given mac={} ip={} s={}", mac, address.getHostAddress(), time.toSeconds());
    publish(
        () ->
            BootEvent.of(EventKind.LEASE_BOUND)
                .mac(mac)
                .address(address)
                .with(EventFact.HOSTNAME, hostname)
                .with(EventFact.LEASE_SECONDS, time.toSeconds()));
  }

  /// The operator took an address away from a machine.
  public void leaseDeleted(MacAddress mac, Inet4Address address) {
    log.info("lease deleted mac={} ip={}", mac, address.getHostAddress());
    publish(() -> BootEvent.of(EventKind.LEASE_RELEASED).mac(mac).address(address));
  }

  private void publish(Supplier<BootEvent> event) {
    if (events != null) {
      events.accept(event.get());
    }
  }

  public void corrected(DhcpRequest request, Dhcp lease, Duration took) {
    totals.count(Totals.Outcome.CORRECTED);
    lease("corrected", request, lease, took);
  }

  private void lease(String what, DhcpRequest request, Dhcp lease, Duration took) {
    lease(what, request, requireNonNull(lease.ipAddress()), took);
  }

  private void lease(String what, DhcpRequest request, Inet4Address address, Duration took) {
    if (log.isInfoEnabled()) {
      log.info(
          "lease {} mac={} ip={} ms={}{}",
          what,
          request.mac(),
          address.getHostAddress(),
          took.toMillis(),
          trace(request.traceparent()));
    }
  }

  public void informed(DhcpRequest request, Machine machine) {
    totals.count(Totals.Outcome.INFORMED);
    String trace = trace(request.traceparent());
    log.info("informed mac={} hostname={}{}", machine.mac(), machine.hostname(), trace);
  }

  public void proxied(DhcpRequest request, Machine machine) {
    totals.count(Totals.Outcome.PROXIED);
    String trace = trace(request.traceparent());
    log.info("proxied mac={} hostname={}{}", machine.mac(), machine.hostname(), trace);
  }

  public void refused(DhcpRequest request, int code, String reason) {
    totals.count(Totals.Outcome.REFUSED);
    String trace = trace(request.traceparent());
    log.atLevel(code == NOT_NOW ? Level.WARN : Level.INFO)
        .log("refused mac={} code={} reason={}{}", request.mac(), code, LogText.of(reason), trace);
  }

  public void script(FileRequest request, MacAddress mac, Kernel kernel) {
    totals.count(Totals.Outcome.SCRIPT);
    String trace = trace(request.traceparent());
    log.info("script path={} mac={} kernel={}{}", path(request), mac, kernel.name(), trace);
    Listener told = listener;
    if (told != null) {
      told.script(mac, kernel, request.traceparent());
    }
  }

  /// The machine is asked who it is.
  public void identifying(FileRequest request) {
    totals.count(Totals.Outcome.SCRIPT);
    String trace = trace(request.traceparent());
    String peer = request.peer().getHostAddress();
    log.info("script path={} mac=- peer={}{}", path(request), peer, trace);
  }

  public void noScript(FileRequest request, Optional<MacAddress> mac, String reason) {
    totals.count(Totals.Outcome.NO_FILE);
    log.info(
        "no script path={} mac={} peer={} reason={}{}",
        path(request),
        mac.map(MacAddress::toString).orElse("-"),
        request.peer().getHostAddress(),
        LogText.of(reason),
        trace(request.traceparent()));
  }

  /// A file that is this machine's and nobody else's.
  public void config(FileRequest request, Machine machine) {
    totals.count(Totals.Outcome.CONFIG);
    String trace = trace(request.traceparent());
    log.info(
        "config path={} mac={} peer={}{}",
        path(request),
        machine.mac(),
        request.peer().getHostAddress(),
        trace);
    Listener told = listener;
    if (told != null) {
      told.config(machine, request.path(), request.traceparent());
    }
  }

  public void noConfig(FileRequest request, Optional<MacAddress> mac, String reason) {
    totals.count(Totals.Outcome.NO_FILE);
    log.info(
        "no config path={} mac={} peer={} reason={}{}",
        path(request),
        mac.map(MacAddress::toString).orElse("-"),
        request.peer().getHostAddress(),
        LogText.of(reason),
        trace(request.traceparent()));
  }

  /// A machine says that its system is up.
  public void online(BootEvent event) {
    totals.count(Totals.Outcome.ONLINE);
    log.info("online mac={}{}", event.mac(), trace(event.traceparent()));
  }

  /// A machine was sent to its disk by a script.
  public void disk(FileRequest request, MacAddress mac, String reason) {
    totals.count(Totals.Outcome.DISK);
    log.info(
        "disk path={} mac={} peer={} reason={}{}",
        path(request),
        mac,
        request.peer().getHostAddress(),
        LogText.of(reason),
        trace(request.traceparent()));
  }

  /// A loader says that it could not boot.
  ///
  /// @param kernel name of it
  /// @param file that it could not load, or empty
  /// @param reason one sentence
  public void bootFailed(
      FileRequest request, Machine machine, String kernel, String file, String reason) {
    totals.count(Totals.Outcome.BOOT_FAILED);
    log.warn(
        "boot failed mac={} hostname={} kernel={} file={} reason={}{}",
        machine.mac(),
        machine.hostname(),
        kernel,
        LogText.of(file),
        LogText.of(reason),
        trace(request.traceparent()));
    publish(
        () -> {
          BootEvent event =
              BootEvent.of(EventKind.BOOT_FAILED)
                  .mac(machine.mac())
                  .address(request.peer())
                  .traceparent(request.traceparent())
                  .because("boot-failed", reason)
                  .with(EventFact.HOSTNAME, machine.hostname());
          event = kernel.isEmpty() ? event : event.with(EventFact.KERNEL, kernel);
          return file.isEmpty() ? event : event.with(EventFact.FILE, file);
        });
    Listener told = listener;
    if (told != null) {
      told.bootFailed(machine, reason, request.traceparent());
    }
  }

  /// A kernel came, changed or went by API.
  public void kernelChanged(String name) {
    totals.count(Totals.Outcome.KERNEL_CHANGED);
    log.info("kernel changed name={}", name);
    publish(() -> BootEvent.of(EventKind.KERNEL_CHANGED).with(EventFact.KERNEL, name));
  }

  /// @param node as it is now
  /// @param cause key of it
  /// @param reason one sentence, or empty
  public void nodeChanged(Node node, String cause, String reason, String traceparent) {
    totals.count(Totals.Outcome.NODE_CHANGED);
    String stage = Progress.key(node.progress().stage());
    String status = Progress.key(node.progress().status());
    if (log.isInfoEnabled()) {
      log.info(
          "node changed mac={} hostname={} stage={} status={} cause={}{}{}",
          node.mac(),
          node.hostname(),
          stage,
          status,
          cause,
          reason.isEmpty() ? "" : " reason=" + LogText.of(reason),
          trace(traceparent));
    }
    publish(
        () -> {
          String boots = node.progress().boots();
          String kernel = boots.isEmpty() ? node.given().kernel() : boots;
          BootEvent event =
              BootEvent.of(EventKind.NODE_CHANGED)
                  .mac(node.mac())
                  .uuid(node.uuid())
                  .traceparent(traceparent)
                  .because(cause, reason)
                  .with(EventFact.STAGE, stage)
                  .with(EventFact.NODE_STATUS, status)
                  .with(EventFact.HOSTNAME, node.hostname());
          return kernel.isEmpty() ? event : event.with(EventFact.KERNEL, kernel);
        });
  }

  /// @param node as it was, if it could be read
  public void nodeRemoved(MacAddress mac, @Nullable Node node) {
    totals.count(Totals.Outcome.NODE_REMOVED);
    log.info("node removed mac={} hostname={}", mac, node == null ? "-" : node.hostname());
    publish(
        () -> {
          BootEvent event = BootEvent.of(EventKind.NODE_REMOVED).mac(mac);
          return node == null
              ? event
              : event.uuid(node.uuid()).with(EventFact.HOSTNAME, node.hostname());
        });
  }

  /// A file that is none of ours.
  public void noFile() {
    totals.count(Totals.Outcome.NO_FILE);
  }

  /// @param fetch what the file server said of it
  public void kernelFetched(BootEvent fetch, Machine machine, Kernel kernel) {
    totals.count(Totals.Outcome.KERNEL_FETCHED);
    Object file = fetch.facts().getOrDefault(EventFact.FILE, "");
    log.info(
        "kernel fetched mac={} hostname={} kernel={} file={}{}",
        machine.mac(),
        machine.hostname(),
        kernel.name(),
        file,
        trace(fetch.traceparent()));
    if (events == null) {
      return;
    }
    BootEvent event =
        BootEvent.of(EventKind.KERNEL_FETCHED)
            .mac(machine.mac())
            .address(fetch.address())
            .transaction(fetch.transaction())
            .traceparent(fetch.traceparent())
            .with(EventFact.KERNEL, kernel.name())
            .with(EventFact.HOSTNAME, machine.hostname())
            .with(EventFact.FILE, file);
    for (EventFact measure : new EventFact[] {EventFact.BYTES, EventFact.SECONDS}) {
      Object value = fetch.facts().get(measure);
      event = value == null ? event : event.with(measure, value);
    }
    events.accept(event);
  }

  /// @param value as JSON, empty where the flag's counts again
  public void settingChanged(String name, String value) {
    totals.count(Totals.Outcome.SETTING_CHANGED);
    log.info("setting changed name={} value={}", name, value.isEmpty() ? "-" : LogText.of(value));
    publish(() -> BootEvent.of(EventKind.SETTING_CHANGED).with(EventFact.SETTING, name));
  }

  public void apiRead() {
    totals.count(Totals.Outcome.API_READ);
  }

  /// @param how method and path, or subject
  public void apiChanged(String caller, String how, int status) {
    totals.count(Totals.Outcome.API_CHANGED);
    log.info("api changed by={} how={} status={}", caller, LogText.of(how), status);
  }

  /// @param reason a key
  public void apiRefused(String caller, String how, String reason, String detail) {
    totals.count(Totals.Outcome.API_REFUSED);
    log.info(
        "api refused by={} how={} reason={} detail={}",
        caller,
        LogText.of(how),
        reason,
        LogText.of(detail));
  }

  private static String path(FileRequest request) {
    return LogText.of(request.path());
  }

  private static BootEvent event(EventKind kind, DhcpRequest request) {
    long xid = request.facts().xid();
    return BootEvent.of(kind)
        .mac(request.mac())
        .transaction(xid < 0 ? "" : HexFormat.of().toHexDigits((int) xid))
        .traceparent(request.traceparent());
  }

  /// The end of a log line, which may be nothing.
  private static String trace(String traceparent) {
    return Traceparent.parse(traceparent).map(trace -> " trace=" + trace.traceId()).orElse("");
  }
}
