package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A release of the chart, as one node would run it: each pod once, in a network of Docker's.
///
/// A pod has an address of its own, or that of the node, whose network is one container's: nothing
/// but that runs in it, as in the sandbox of a pod. A Service's name leads to its pod; where it has
/// another port than its pod, the node's network redirects that, as kube-proxy does.
final class Release {
  /// What pods call the machine that the engine runs on.
  static final String ELSEWHERE = "elsewhere";

  private static final String PREFIX = "bootbus-release-" + ProcessHandle.current().pid();
  private static final String SUBNET = "198.18.%d."; // RFC 2544: nobody's
  private static final Duration ANSWER_TIME = Duration.ofSeconds(3);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Container NODE = new Container(PREFIX + "-node");

  private final List<Manifest> all;
  private final Path folder;
  private final Map<String, Path> claims;
  private final String subnet;
  private final Map<String, Pod> pods = new LinkedHashMap<>();
  private final List<Container> started = new ArrayList<>();

  /// @param claims folders by the names of claims
  Release(List<Manifest> all, Path folder, Map<String, Path> claims) throws Exception {
    this.all = all;
    this.folder = folder;
    this.claims = claims;
    this.subnet = free();
    all.stream()
        .filter(it -> it.pod().isPresent() && !it.kind().equals("Pod"))
        .map(Pod::of)
        .forEach(pod -> pods.put(pod.name(), pod));
    Command.output("docker", "network", "create", "--subnet", subnet + "0/24", PREFIX);
  }

  private static String free() throws SocketException {
    List<String> taken =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .map(address -> address.getHostAddress())
            .toList();
    return IntStream.range(0, 256)
        .mapToObj(SUBNET::formatted)
        .filter(subnet -> taken.stream().noneMatch(address -> address.startsWith(subnet)))
        .findFirst()
        .orElseThrow();
  }

  Map<String, Pod> pods() {
    return pods;
  }

  private String node() {
    return subnet + 2;
  }

  private String address(Pod pod) {
    return pod.isOnTheNode() ? node() : subnet + (3 + List.copyOf(pods.values()).indexOf(pod));
  }

  /// Starts all pods, in the order of their documents: Kubernetes promises none.
  void start() throws Exception {
    List<String> node = run(NODE);
    node.addAll(network(node()));
    // there is no image that only waits
    node.addAll(List.of("--sysctl=net.ipv4.ip_unprivileged_port_start=1024", Shipped.NATS));
    node.addAll(List.of("-a", "127.0.0.1", "-p", "14222"));
    started.add(NODE);
    Command.output(node.toArray(String[]::new));
    for (Pod pod : pods.values()) {
      assertThat(pod.spec().get("containers")).hasSize(1);
      List<String> network = pod.isOnTheNode() ? onTheNode() : network(address(pod));
      if (!pod.isOnTheNode()) {
        network.addAll(pod.sysctls());
      }
      start(pod, pod.spec().at("/containers/0"), network);
    }
  }

  Container container(Pod pod) {
    return container(pod, pod.spec().at("/containers/0"));
  }

  private static Container container(Pod pod, JsonNode container) {
    return new Container(PREFIX + "-" + pod.name() + "-" + container.get("name").asText());
  }

  private void start(Pod pod, JsonNode container, List<String> network) throws Exception {
    Container runs = container(pod, container);
    List<String> run = run(runs);
    run.addAll(network);
    run.addAll(pod.confinement(container));
    run.addAll(Pod.environment(container, all, fields(pod)));
    run.addAll(pod.mounts(container, all, folder.resolve(runs.name()), claims));
    String image = container.get("image").asText();
    run.addAll(Pod.command(container, image.startsWith("nats:") ? Shipped.NATS : image, List.of()));
    started.add(runs);
    Command.output(run.toArray(String[]::new));
  }

  private static List<String> run(Container container) {
    return new ArrayList<>(
        List.of("docker", "run", "-d", "--name", container.name(), "--pull=never"));
  }

  private static List<String> onTheNode() {
    return new ArrayList<>(List.of("--network=container:" + NODE.name()));
  }

  private List<String> network(String address) {
    List<String> options = new ArrayList<>(List.of("--network=" + PREFIX, "--ip=" + address));
    options.add("--add-host=" + ELSEWHERE + ":" + subnet + 1);
    services()
        .forEach(
            (service, pod) -> options.add("--add-host=" + service.name() + ":" + address(pod)));
    return options;
  }

  private Map<String, String> fields(Pod pod) {
    return Map.of(
        "metadata.name", pod.name() + "-0",
        "status.podIP", address(pod),
        "status.hostIP", node());
  }

  /// Those with the pod that each selects.
  private Map<Manifest, Pod> services() {
    Map<Manifest, Pod> services = new LinkedHashMap<>();
    for (Manifest service : all.stream().filter(it -> it.kind().equals("Service")).toList()) {
      var selector = Manifest.texts(service.json().at("/spec/selector")).entrySet();
      pods.values().stream()
          .filter(pod -> pod.labels().entrySet().containsAll(selector))
          .forEach(pod -> services.put(service, pod));
    }
    return services;
  }

  /// What one of its probes is told.
  ///
  /// @param probe `readinessProbe`, `livenessProbe` or `startupProbe`
  HttpResponse<String> asked(Pod pod, String probe) throws IOException, InterruptedException {
    JsonNode get = pod.spec().at("/containers/0/" + probe + "/httpGet");
    return get(pod, get.get("port").asText(), get.get("path").asText());
  }

  /// @param port by its name
  HttpResponse<String> get(Pod pod, String port, String path)
      throws IOException, InterruptedException {
    int number = port(pod, port);
    URI uri = URI.create("http://%s:%d%s".formatted(address(pod), number, path));
    return CLIENT.send(
        HttpRequest.newBuilder(uri).timeout(ANSWER_TIME).build(), BodyHandlers.ofString());
  }

  private static int port(Pod pod, String name) {
    return Manifest.each(pod.spec().at("/containers/0/ports"))
        .filter(port -> port.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow()
        .get("containerPort")
        .asInt();
  }

  /// `helm test`: its containers run to their end, one after the other.
  ///
  /// @return by the names of containers
  Map<String, Command> test() throws Exception {
    redirect();
    Pod pod = Pod.of(all.stream().filter(it -> it.kind().equals("Pod")).findFirst().orElseThrow());
    Map<String, Command> ends = new LinkedHashMap<>();
    for (JsonNode container : pod.spec().get("containers")) {
      start(pod, container, onTheNode());
      Container runs = container(pod, container);
      int status = Integer.parseInt(Command.output("docker", "wait", runs.name()).strip());
      ends.put(container.get("name").asText(), new Command(status, runs.logs()));
    }
    return ends;
  }

  private void redirect() throws Exception {
    List<String> rules = new ArrayList<>();
    rules.add("add table ip service");
    rules.add("add chain ip service output { type nat hook output priority -100; }");
    services()
        .forEach(
            (service, pod) -> {
              for (JsonNode port : service.json().at("/spec/ports")) {
                int to = port(pod, port.get("targetPort").asText());
                if (to != port.get("port").asInt()) {
                  rules.add(
                      "add rule ip service output ip daddr %s %s dport %s dnat to :%d"
                          .formatted(
                              address(pod),
                              port.path("protocol").asText("TCP").toLowerCase(),
                              port.get("port"),
                              to));
                }
              }
            });
    Path file = Files.write(folder.resolve("services.nft"), rules);
    Command.output("nsenter", "-n", "-t", NODE.pid(), "nft", "-f", file.toString());
  }

  void remove() throws Exception {
    for (Container container : started.reversed()) {
      container.remove();
    }
    Command.run(List.of("docker", "network", "rm", PREFIX));
  }
}
