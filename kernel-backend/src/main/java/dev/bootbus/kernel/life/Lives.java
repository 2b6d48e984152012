package dev.bootbus.kernel.life;

import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.life.Happening.Completion;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Node;
import dev.bootbus.kernel.node.Nodes;
import dev.bootbus.kernel.node.Progress;
import dev.bootbus.kernel.node.Sighting;
import dev.bootbus.kernel.node.Stage;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The lives of all machines: hears what happens to them, keeps how far each is, and decides by
/// that what each boots next.
public final class Lives implements Boots, Journal.Listener, AutoCloseable {
  private static final Duration CHECK_EVERY = Duration.ofSeconds(1);

  /// For one check; the others follow with the next.
  private static final int MAX_TIMEOUTS = 1000;

  private final Nodes nodes;
  private final Supplier<Catalogue> catalogue;
  private final Supplier<LifeSettings> settings;
  private final Journal journal;
  private final InstantSource clock;
  private @Nullable Thread checking;

  public Lives(
      Nodes nodes,
      Supplier<Catalogue> catalogue,
      Supplier<LifeSettings> settings,
      Journal journal,
      InstantSource clock) {
    this.nodes = nodes;
    this.catalogue = catalogue;
    this.settings = settings;
    this.journal = journal;
    this.clock = clock;
  }

  /// Looks every second who has taken too long, and who has what is another's. Every replica
  /// does; the bucket takes one change of each.
  public void watch() {
    checking = Thread.ofVirtual().name("lives").start(this::checkAll);
  }

  private void checkAll() {
    try {
      while (true) {
        Thread.sleep(CHECK_EVERY);
        check();
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  void check() {
    nodes.settle((_, after) -> journal.nodeChanged(after, Cause.CONFLICT.key(), LOST, ""));
    Instant latest = clock.instant().minus(settings.get().bootTimeout());
    nodes
        .underway()
        .filter(node -> node.progress().since().isBefore(latest))
        .limit(MAX_TIMEOUTS)
        .forEach(node -> timeOut(node, latest));
  }

  private static final String LOST =
      "what it had is another node's: see its host name, address and hardware addresses";

  private void timeOut(Node node, Instant latest) {
    Happening what =
        new Happening.TimeOut(
            isExpected(node.progress()),
            "nothing was heard of it for " + settings.get().bootTimeout().toMinutes() + " minutes");
    nodes.change(
        node.mac(),
        now -> now.progress().since().isBefore(latest) ? next(now, what) : now,
        (before, after) -> changed(before, after, what, ""));
  }

  /// Of a machine that boots from its disk nothing is; of one whose kernel is gone from the
  /// catalogue, as much as of any.
  private boolean isExpected(Progress progress) {
    Kernel kernel = catalogue.get().kernels().get(progress.boots());
    return kernel == null ? !progress.boots().isEmpty() : Installing.isHeard(kernel);
  }

  @Override
  public BootDecision next(Machine machine) {
    return next(machine, nodes.node(machine.mac()));
  }

  /// The same if the machine said this first. Nothing is kept.
  public BootDecision rehearse(DhcpRequest request, Machine machine) {
    Optional<Happening> what = heardBy(request, machine);
    Optional<Node> node = nodes.node(machine.mac());
    return next(machine, what.isEmpty() ? node : node.map(one -> next(one, what.get())));
  }

  private BootDecision next(Machine machine, Optional<Node> node) {
    if (!machine.netboot()) {
      return new BootDecision.Nothing(Boots.switchedOff(machine));
    }
    Progress progress = node.map(Node::progress).orElse(Progress.NEW);
    if (!progress.bootOnce().isEmpty()) {
      return unlessTooOften(machine.withKernel(progress.bootOnce()), progress);
    }
    if (progress.stage() == Stage.PROVISIONED) {
      return disk(machine, "it has its system: tell it to reinstall");
    }
    if (progress.held()) {
      return disk(machine, progress.reason().isEmpty() ? "it is held" : progress.reason());
    }
    if (node.isEmpty() && nodes.isStranger(machine.mac()) && isInstalled(machine)) {
      return new BootDecision.Nothing(
          machine.hostname() + " is no node, and only nodes are given an installer");
    }
    if (nodes.isUnreadable(machine.mac()) && isInstalled(machine)) {
      return disk(machine, "its record cannot be read, so perhaps it has its system");
    }
    return unlessTooOften(machine, progress);
  }

  private BootDecision unlessTooOften(Machine machine, Progress progress) {
    return Life.isExhausted(progress, settings.get().installAttempts()) && isInstalled(machine)
        ? disk(machine, Life.tooOften(progress.attempts()))
        : new BootDecision.Kernel(machine.kernel());
  }

  private BootDecision disk(Machine machine, String why) {
    return new BootDecision.Disk(
        settings.get().how(machine.arch()), machine.hostname() + " boots from its disk: " + why);
  }

  private boolean isInstalled(Machine machine) {
    return kernelOf(machine).filter(Kernel::installs).isPresent();
  }

  private Optional<Kernel> kernelOf(Machine machine) {
    return catalogue.get().choose(machine) instanceof Catalogue.Choice.Boot(Kernel kernel)
        ? Optional.of(kernel)
        : Optional.empty();
  }

  @Override
  public String now(Machine machine) {
    return nodes.node(machine.mac()).map(node -> node.progress().boots()).orElse("");
  }

  /// The kernel whose questions a machine asks now.
  private Optional<Kernel> current(Machine machine) {
    String now = now(machine);
    if (!now.isEmpty()) {
      return Optional.ofNullable(catalogue.get().kernels().get(now));
    }
    return next(machine) instanceof BootDecision.Kernel(String name)
        ? kernelOf(machine.withKernel(name))
        : Optional.empty();
  }

  /// A machine has asked for an address; of one that is not yet installed that tells nothing.
  public void heard(DhcpRequest request, Machine machine) {
    heardBy(request, machine).ifPresent(what -> happen(machine.mac(), what, request.traceparent()));
  }

  private static Optional<Happening> heardBy(DhcpRequest request, Machine machine) {
    if (machine.stage() != Stage.PROVISIONED && machine.stage() != Stage.PROVISIONING) {
      return Optional.empty();
    }
    return Optional.of(
        Sighting.isBooting(request.facts())
            ? new Happening.Started()
            : new Happening.SystemSpoke());
  }

  @Override
  public void script(MacAddress mac, Kernel kernel, String traceparent) {
    happen(mac, new Happening.Script(kernel.name(), kernel.installs()), traceparent);
  }

  @Override
  public void config(Machine machine, String path, String traceparent) {
    Optional<Kernel> kernel = current(machine);
    happen(
        machine.mac(),
        new Happening.Config(
            kernel.map(Kernel::name).orElse(""),
            kernel.map(one -> Installing.completion(one, path)).orElse(Completion.NEVER)),
        traceparent);
  }

  @Override
  public void bootFailed(Machine machine, String reason, String traceparent) {
    happen(machine.mac(), new Happening.BootFailed(reason), traceparent);
  }

  void kernelFetched(Machine machine, Kernel kernel, String traceparent) {
    happen(
        machine.mac(),
        new Happening.KernelFetched(kernel.name(), Installing.isLast(kernel)),
        traceparent);
  }

  void systemFetched(Machine machine, Kernel kernel, String traceparent) {
    happen(machine.mac(), new Happening.SystemFetched(kernel.name()), traceparent);
  }

  /// A machine said that its system is up.
  public void online(BootEvent event) {
    journal.online(event);
    nodes.find(event.mac()).ifPresent(machine -> online(machine, event.traceparent()));
  }

  private void online(Machine machine, String traceparent) {
    Optional<Kernel> kernel = current(machine);
    happen(
        machine.mac(),
        new Happening.PhonedHome(
            kernel.map(Kernel::name).orElse(""),
            kernel.map(Installing::completion).orElse(Completion.NEVER)),
        traceparent);
  }

  /// Keeps what a machine becomes by that, if it becomes anything.
  private void happen(MacAddress mac, Happening what, String traceparent) {
    nodes.change(
        mac,
        node -> next(node, what),
        (before, after) -> changed(before, after, what, traceparent));
  }

  private Node next(Node node, Happening what) {
    return node.with(
        Life.next(node.progress(), what, settings.get().installAttempts(), clock.instant()));
  }

  /// What the next boot finds is told; how often a machine has tried is not.
  private void changed(Node before, Node after, Happening what, String traceparent) {
    Progress old = before.progress();
    Progress now = after.progress();
    if (old.stage() != now.stage()
        || old.status() != now.status()
        || old.held() != now.held()
        || !old.bootOnce().equals(now.bootOnce())) {
      Cause cause = now.held() && !old.held() ? held(what) : what.cause();
      journal.nodeChanged(after, cause.key(), now.reason(), traceparent);
    }
  }

  private static Cause held(Happening what) {
    return what.cause() == Cause.TOLD ? Cause.TOLD : Cause.INSTALL_LOOP;
  }

  /// What is under way is stored; nobody is timed out any more.
  @Override
  public void close() {
    Thread running = checking;
    if (running != null) {
      running.interrupt();
    }
  }
}
