package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.catalogue.CatalogueException;
import dev.bootbus.kernel.catalogue.CatalogueFile;
import dev.bootbus.kernel.catalogue.LiveCatalogue;
import dev.bootbus.kernel.lease.Lease;
import dev.bootbus.kernel.lease.LeaseFormat;
import dev.bootbus.kernel.settings.Flags;
import dev.bootbus.kernel.store.UnreadableRecordException;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.BusState;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Some replicas of the backend on one nats-server, and somebody who asks them; each with
/// subjects and buckets of its own, so that tests can share the server.
public final class Backends implements AutoCloseable {
  private static int count;

  final Lab.Clock clock = new Lab.Clock();
  private final String name = "test" + count++;
  private final CompletableFuture<Connection> connection = new CompletableFuture<>();
  private final Subjects subjects =
      new Subjects(name + ".dhcp", name + ".file", name + ".event", name + ".api");
  private final String nats;
  private final Bus asker;
  private final Deque<Service> services = new ConcurrentLinkedDeque<>();
  private final List<Process> processes = new ArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  public Backends(NatsServer nats) {
    this(nats.url());
  }

  /// @param nats URLs with commas between them
  Backends(String nats) {
    this.nats = nats;
    this.asker = bus("asker");
    asker.onConnection(connection::complete);
  }

  private Bus bus(String client) {
    return Bus.connect(settings(client), _ -> {});
  }

  /// Another service on the same bus, connected; whoever asks for it closes it.
  public Bus service(String client) {
    CompletableFuture<BusState> connected = new CompletableFuture<>();
    Bus service = Bus.connect(settings(client), connected::complete);
    assertThat(connected.orTimeout(10, TimeUnit.SECONDS).join())
        .isInstanceOf(BusState.Connected.class);
    return service;
  }

  private BusSettings settings(String client) {
    return BusSettings.of(client)
        .withServers(nats)
        .withSubjects(subjects)
        .withDeadline(Duration.ofSeconds(5));
  }

  /// How often those that were started have come to the bus, or back to it.
  int connections() {
    return connections.get();
  }

  Service startAnyway(String catalogueYaml, String... args) throws CatalogueException {
    return startAnyway(LiveCatalogue.of(CatalogueFile.read("c.yaml", catalogueYaml)), args);
  }

  private Service startAnyway(LiveCatalogue catalogue, String... args) {
    Options options = Lab.options(args);
    Service service =
        Service.start(
            settings("backend").withEvents(options.busSettings().events()),
            state -> {
              if (state instanceof BusState.Connected) {
                connections.incrementAndGet();
              }
            },
            new Service.Settings(
                options.addressing(catalogue.get()),
                options.leases.memory(),
                catalogue,
                options.bootUrl().orElse(null),
                options.templates.templates(),
                options.unknown(),
                name,
                1,
                options.eventLimits(),
                options.life.settings(),
                new Flags<>(Options::new, List.of(args)),
                Stream.of(args).anyMatch(arg -> arg.startsWith("--api"))
                    ? options.api.settings()
                    : Optional.empty()),
            clock);
    services.push(service);
    return service;
  }

  public Service start(String catalogueYaml, String... args) throws Exception {
    return start(LiveCatalogue.of(CatalogueFile.read("c.yaml", catalogueYaml)), args);
  }

  /// With a catalogue that a test changes.
  Service start(LiveCatalogue catalogue, String... args) throws Exception {
    Service service = startAnyway(catalogue, args);
    service.ready().get(10, TimeUnit.SECONDS);
    connection.get(10, TimeUnit.SECONDS).flush(Duration.ofSeconds(5));
    return service;
  }

  /// Replicas that start at the same time, one for each list of arguments.
  public void startAtOnce(String catalogueYaml, List<String[]> replicas) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Service>> starts =
          replicas.stream()
              .<Callable<Service>>map(args -> () -> start(catalogueYaml, args))
              .toList();
      for (Future<Service> start : threads.invokeAll(starts)) {
        start.get();
      }
    }
  }

  Service newest() {
    return services.getFirst();
  }

  public void stopNewest() {
    services.pop().close();
  }

  void stopOldest() {
    services.removeLast().close();
  }

  /// A replica as a process of its own, which answers soon; its clock is the real one.
  Process startProcess(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "--nats=" + nats,
                "--subject=" + subjects.dhcp(),
                "--file-subject=" + subjects.file(),
                "--event-subject=" + subjects.event(),
                "--api-subject=" + subjects.api(),
                "--bucket-prefix=" + name,
                "--api=off"));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    processes.add(process);
    return process;
  }

  public DhcpResponse ask(DhcpRequest request) throws BackendUnavailableException {
    return asker.ask(request);
  }

  DhcpResponse.Answer answer(DhcpRequest request) throws BackendUnavailableException {
    return (DhcpResponse.Answer) asker.ask(request);
  }

  /// The address a machine gets, as text.
  public String address(DhcpRequest request) throws BackendUnavailableException {
    Inet4Address address = answer(request).dhcp().ipAddress();
    return address == null ? "none" : address.getHostAddress();
  }

  public FileAnswer ask(FileRequest request) throws BackendUnavailableException {
    return asker.ask(request);
  }

  public Subjects subjects() {
    return subjects;
  }

  public Connection connection() {
    return connection.join();
  }

  public String streamName() {
    return name + "-events";
  }

  /// The stream of events.
  public StreamInfo stream() throws IOException, JetStreamApiException {
    return streams().getStreamInfo(streamName());
  }

  public JetStreamManagement streams() throws IOException {
    return connection().jetStreamManagement();
  }

  /// A front end, which waits as long for an answer as dhcp-server does.
  Bus frontEnd(String client) {
    return Bus.connect(settings(client).withDeadline(Duration.ofMillis(800)), _ -> {});
  }

  String leaseStream() {
    return "KV_" + name + "-leases";
  }

  String nodeStream() {
    return "KV_" + name + "-nodes";
  }

  String leaseSubject(Inet4Address address) {
    return "$KV." + name + "-leases." + new LeaseFormat().key(address);
  }

  KeyValue leases() throws IOException {
    return connection().keyValue(name + "-leases");
  }

  KeyValue settings() throws IOException {
    return connection().keyValue(name + "-settings");
  }

  KeyValue nodes() throws IOException {
    return connection().keyValue(name + "-nodes");
  }

  /// Every lease in the bucket, by address.
  Map<String, Lease> storedLeases()
      throws IOException, JetStreamApiException, InterruptedException, UnreadableRecordException {
    Map<String, Lease> stored = new TreeMap<>();
    LeaseFormat format = new LeaseFormat();
    for (String key : Set.copyOf(leases().keys())) {
      KeyValueEntry entry = leases().get(key);
      stored.put(format.key(key).getHostAddress(), format.read(entry.getValue()));
    }
    return stored;
  }

  @Override
  public void close() {
    services.forEach(Service::close);
    processes.forEach(process -> process.destroyForcibly().onExit().join());
    asker.close();
  }
}
