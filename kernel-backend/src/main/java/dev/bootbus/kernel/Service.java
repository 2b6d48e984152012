package dev.bootbus.kernel;

import dev.bootbus.kernel.api.ApiBus;
import dev.bootbus.kernel.api.ApiServer;
import dev.bootbus.kernel.api.ApiSettings;
import dev.bootbus.kernel.api.Resource;
import dev.bootbus.kernel.api.Served;
import dev.bootbus.kernel.boot.BootText;
import dev.bootbus.kernel.boot.BootUrl;
import dev.bootbus.kernel.boot.FileQuestions;
import dev.bootbus.kernel.boot.Machines;
import dev.bootbus.kernel.boot.Templates;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.KernelFormat;
import dev.bootbus.kernel.catalogue.KernelResource;
import dev.bootbus.kernel.catalogue.LiveCatalogue;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.journal.Totals;
import dev.bootbus.kernel.lease.Addressing;
import dev.bootbus.kernel.lease.LeaseFlags;
import dev.bootbus.kernel.lease.LeaseResource;
import dev.bootbus.kernel.lease.Leases;
import dev.bootbus.kernel.lease.Networks;
import dev.bootbus.kernel.lease.Retention;
import dev.bootbus.kernel.life.Fetches;
import dev.bootbus.kernel.life.LifeSettings;
import dev.bootbus.kernel.life.Lives;
import dev.bootbus.kernel.node.NodeResource;
import dev.bootbus.kernel.node.Nodes;
import dev.bootbus.kernel.node.Unknown;
import dev.bootbus.kernel.settings.Flags;
import dev.bootbus.kernel.settings.LiveSettings;
import dev.bootbus.kernel.settings.SettingResource;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.EventLimits;
import dev.bootbus.kernel.store.EventStream;
import dev.bootbus.kernel.store.Store;
import dev.bootbus.runtime.Version;
import dev.bootbus.runtime.tracing.TracedQuestions;
import dev.bootbus.runtime.tracing.Tracing;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.BusState;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.ServiceTerms;
import dev.bootbus.schema.Subjects;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The whole backend, put together and running.
final class Service implements AutoCloseable {
  /// @param memory of leases that are over
  /// @param addressing that the subnets of the catalogue are read by
  /// @param catalogue as it is at each moment
  /// @param bootUrl null where machines get no scripts from here
  /// @param unknown what becomes of a machine that is first seen
  /// @param bucketPrefix of the names of the buckets and of the stream of events
  /// @param bucketReplicas how many servers of a NATS cluster keep each of them
  /// @param flags which the live settings go before
  /// @param api empty where no REST is served
  record Settings(
      Addressing addressing,
      LeaseFlags.Memory memory,
      LiveCatalogue catalogue,
      @Nullable BootUrl bootUrl,
      Templates templates,
      Unknown unknown,
      String bucketPrefix,
      int bucketReplicas,
      EventLimits eventLimits,
      LifeSettings life,
      Flags<Options> flags,
      Optional<ApiSettings> api) {}

  /// What may change while the backend runs.
  private record InForce(Addressing addressing, Unknown unknown, LifeSettings life) {}

  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final String QUEUE_GROUP = "bootbus-kernel-backend";

  /// What one replica answers in half a second, so that the last of a crowd still hears it in time.
  private static final int MAX_IN_FLIGHT = 4096;

  private static final int MAX_API_IN_FLIGHT = 32; // of each question
  private static final ServiceTerms TERMS =
      ServiceTerms.of(QUEUE_GROUP)
          .withVersion(Version.OURS)
          .withMaxInFlight(MAX_IN_FLIGHT)
          .withDryRuns()
          .withDescription("Nodes, kernels, leases and boot scripts, kept in JetStream");

  /// Lists of many take a while, and changes as long as nats-server.
  private static final ServiceTerms API_TERMS =
      TERMS.withMaxInFlight(MAX_API_IN_FLIGHT).withDeadline(Duration.ofSeconds(12));

  private static final Duration FLUSH_TIME = Duration.ofSeconds(2);

  private final Bus bus;
  private final boolean events;
  private final Tracing tracing;
  private final Subjects subjects;
  private final Settings settings;
  private final Nodes nodes;
  private final Leases leases;
  private final Retention retention;
  private final Census census;
  private final Lives lives;
  private final NodeResource nodeResource;
  private final Machines machines;
  private final Bucket<String, Kernel> kernels;
  private final Store store;
  private final Journal journal;
  private final LiveSettings<Options> live;
  private final Served served;
  private volatile InForce inForce;
  private @Nullable ApiServer api;
  private final CompletableFuture<Service> ready = new CompletableFuture<>();

  private Service(
      BusSettings busSettings,
      Consumer<BusState> onState,
      Settings settings,
      InstantSource clock,
      Tracing tracing) {
    this.tracing = tracing;
    this.subjects = busSettings.subjects();
    this.bus = Bus.connect(busSettings, onState);
    this.events = busSettings.events();
    this.settings = settings;
    this.journal = new Journal(events ? bus::publish : null);
    String prefix = settings.bucketPrefix();
    int replicas = settings.bucketReplicas();
    LiveCatalogue catalogue = settings.catalogue();
    inForce = new InForce(settings.addressing(), settings.unknown(), settings.life());
    live = new LiveSettings<>(settings.flags(), this::meaning, prefix + "-settings", replicas);
    nodes = new Nodes(catalogue, () -> inForce.unknown(), clock, prefix + "-nodes", replicas);
    leases =
        new Leases(
            networks(catalogue.get()),
            clock,
            prefix + "-leases",
            replicas,
            settings.memory().revisions());
    nodes.onAddress(leases::reserve);
    census = new Census(leases, nodes, clock, busSettings.meters());
    retention = new Retention(leases, settings.memory().age(), clock);
    lives = new Lives(nodes, catalogue, () -> inForce.life(), journal, clock);
    nodeResource = new NodeResource(nodes, catalogue, addresses(), journal, clock);
    machines = new Machines(catalogue, nodes, leases, lives);
    catalogue.onChange(this::changed);
    kernels = new Bucket<>(prefix + "-kernels", replicas, new KernelFormat(), catalogue::stored);
    settings
        .flags()
        .read()
        .defaultKernel()
        .ifPresent(name -> catalogue.setDefault(Optional.of(name)));
    served = new Served(resources(clock), bootText());
    journal.totals().measure(busSettings.meters());
    nodes.bucket().measure(busSettings.meters(), "nodes");
    leases.bucket().measure(busSettings.meters(), "leases");
    kernels.measure(busSettings.meters(), "kernels");
    live.bucket().measure(busSettings.meters(), "settings");
    store =
        new Store(
            List.of(nodes.bucket(), leases.bucket(), kernels, live.bucket()),
            events ? eventStream(busSettings, settings) : null,
            this::serve);
  }

  private Networks networks(Catalogue catalogue) {
    return networks(inForce.addressing(), catalogue);
  }

  private Networks networks(Addressing addressing, Catalogue catalogue) {
    return addressing.networks(catalogue.subnets(), catalogue.fixedAddresses());
  }

  private NodeResource.Addresses addresses() {
    return new NodeResource.Addresses() {
      @Override
      public boolean isInside(Inet4Address address) {
        return leases.networks().at(address) != null;
      }

      @Override
      public Optional<MacAddress> holderOf(Inet4Address address) {
        return leases.holderOf(address);
      }
    };
  }

  private void changed(Catalogue before, Catalogue after) {
    if (!before.subnets().equals(after.subnets())
        || !before.fixedAddresses().equals(after.fixedAddresses())) {
      reconfigure();
    }
  }

  private void reconfigure() {
    try {
      leases.reconfigure(networks(settings.catalogue().get()));
    } catch (IllegalArgumentException e) { // with live settings that a file knows nothing of
      LOG.warn("networks kept as they were: {}", e.getMessage());
    }
  }

  private List<Resource> resources(InstantSource clock) {
    return List.of(
        nodeResource,
        kernels(),
        new LeaseResource(leases, clock, journal),
        new SettingResource<>(
            live,
            this::check,
            clock,
            (setting, value) -> journal.settingChanged(setting.key(), value)));
  }

  private void check(Options options) {
    options
        .defaultKernel()
        .filter(name -> !settings.catalogue().get().kernels().containsKey(name))
        .ifPresent(
            name -> {
              throw new IllegalArgumentException("no kernel is called " + name);
            });
  }

  /// Puts options in force that fit together.
  private Runnable meaning(Options options) {
    Catalogue catalogue = settings.catalogue().get();
    InForce next =
        new InForce(options.addressing(catalogue), options.unknown(), options.life.settings());
    Networks networks = networks(next.addressing(), catalogue);
    Optional<String> kernel = options.defaultKernel();
    return () -> {
      inForce = next;
      leases.reconfigure(networks);
      settings.catalogue().setDefault(kernel);
    };
  }

  /// Returns at once, connected or not.
  ///
  /// @param onState told what becomes of the bus
  /// @throws IllegalArgumentException if a server URL cannot be read
  static Service start(
      BusSettings busSettings, Consumer<BusState> onState, Settings settings, InstantSource clock) {
    return start(busSettings, onState, settings, clock, Tracing.OFF);
  }

  /// @param tracing where each question is a span
  static Service start(
      BusSettings busSettings,
      Consumer<BusState> onState,
      Settings settings,
      InstantSource clock,
      Tracing tracing) {
    Service service = new Service(busSettings, onState, settings, clock, tracing);
    service.openApi(busSettings.meters());
    service.bus.onConnection(service.store::follow);
    return service;
  }

  private void openApi(MeterRegistry meters) {
    try {
      api = settings.api().flatMap(at -> ApiServer.open(at, served, journal, meters)).orElse(null);
    } catch (IllegalArgumentException e) {
      bus.close();
      throw e;
    }
  }

  private static EventStream eventStream(BusSettings busSettings, Settings settings) {
    return new EventStream(
        settings.bucketPrefix() + "-events",
        busSettings.subjects().event(),
        settings.eventLimits(),
        settings.bucketReplicas());
  }

  /// Not before the buckets have been read: until then this replica would take requests away from
  /// those that can answer them.
  private void serve(Connection connection) {
    live.begin();
    LiveCatalogue catalogue = settings.catalogue();
    BootUrl bootUrl = settings.bootUrl();
    KernelBackend backend = new KernelBackend(nodes, leases, catalogue, lives, bootUrl, journal);
    journal.tell(lives);
    lives.watch();
    Journal untold = Journal.ofDryRuns();
    KernelBackend dryRuns = new KernelBackend(nodes, leases, catalogue, lives, bootUrl, untold);
    bus.answerDhcpAsync(
        TERMS,
        traced(subjects.dhcp())
            .answering(request -> (request.isDryRun() ? dryRuns : backend).answer(request)));
    FileQuestions files = new FileQuestions(machines, bootUrl, settings.templates(), journal);
    FileQuestions dryFiles = new FileQuestions(machines, bootUrl, settings.templates(), untold);
    bus.answerFiles(
        TERMS,
        traced(subjects.file())
            .answeringFiles(request -> (request.isDryRun() ? dryFiles : files).answer(request)));
    bus.answerFileDryRuns(TERMS, dryFiles::answer);
    if (events) {
      Fetches fetches = new Fetches(machines, bootUrl, lives, journal);
      bus.onEvents(QUEUE_GROUP, Fetches.KINDS, fetches::seen);
      bus.onEvents(QUEUE_GROUP, Set.of(EventKind.HTTP_ONLINE), lives::online);
    }
    served.ready();
    ApiBus.answer(bus, API_TERMS, served, journal);
    try {
      connection.flush(FLUSH_TIME); // so that the server knows when the log says it
    } catch (TimeoutException e) {
      // it will be told when the connection is back
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.info(
        "ready pool={} nodes={} leases={} kernels={} declared={}",
        leases.networks().pools(),
        nodes.bucket().size(),
        leases.bucket().size(),
        catalogue.get().kernels().size(),
        catalogue.get().nodes().size());
    retention.start();
    census.start();
    ready.complete(this);
  }

  private TracedQuestions traced(String subject) {
    return new TracedQuestions(tracing, subject);
  }

  /// What machines would be given to read.
  BootText bootText() {
    return new BootText(machines, settings.bootUrl(), settings.templates());
  }

  /// The catalogue, to be looked at and changed.
  KernelResource kernels() {
    return new KernelResource(settings.catalogue(), kernels, this::userOf, journal::kernelChanged);
  }

  private Optional<String> userOf(String kernel) {
    return nodes
        .all()
        .flatMap(mac -> nodes.node(mac).stream())
        .filter(
            node ->
                node.given().kernel().equals(kernel) || node.progress().bootOnce().equals(kernel))
        .findAny()
        .map(node -> "the node " + node.hostname() + " boots " + kernel);
  }

  /// Done when requests are answered.
  CompletableFuture<Service> ready() {
    return ready;
  }

  /// Why no request is answered yet.
  Optional<String> trouble() {
    String why = store.trouble();
    return ready.isDone()
        ? Optional.empty()
        : Optional.of("the buckets are not read" + (why.isEmpty() ? "" : ": " + why));
  }

  /// Nodes, to be looked at and changed.
  NodeResource nodeResource() {
    return nodeResource;
  }

  Bus bus() {
    return bus;
  }

  Totals totals() {
    return journal.totals();
  }

  /// The port of REST, if it is served.
  OptionalInt apiPort() {
    return api == null ? OptionalInt.empty() : OptionalInt.of(api.port());
  }

  /// Takes no more requests and events, answers what it has begun to answer, and ends.
  @Override
  public void close() {
    if (api != null) {
      api.close();
    }
    bus.drain(); // what is under way still has to be kept
    census.close();
    retention.close();
    lives.close();
    store.close();
    bus.close();
  }
}
