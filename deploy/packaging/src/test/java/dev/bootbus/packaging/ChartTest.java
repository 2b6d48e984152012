package dev.bootbus.packaging;

import static dev.bootbus.packaging.Manifest.each;
import static dev.bootbus.packaging.Manifest.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the chart makes of each file of values that comes with it.
class ChartTest {
  private static final String LAUNCHER = "../target/bootbus/bin/bootbus";

  /// What a name in the chart stands for that comes from elsewhere.
  private static final Set<String> OPERATORS_OWN =
      Set.of(
          "bootbus-nats",
          "bootbus-nats-tls",
          "bootbus-api",
          "nats-tls",
          "http-tls",
          "api",
          "templates",
          "boot-files");

  private static final Map<String, String> HELP = new HashMap<>();

  private static Chart chart;

  @BeforeAll
  static void open() throws Exception {
    chart = new Chart();
  }

  @AfterAll
  static void close() {
    chart.close();
  }

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(Chart.FOLDER.resolve("ci"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("-values.yaml"))
          .map(name -> name.replace("-values.yaml", ""))
          .sorted()
          .toList();
    }
  }

  /// So what QEMU boots from in `example/boot --containers` may do what the chart's pods may.
  @ParameterizedTest
  @CsvSource({
    "boot-bootbus-dhcp,           dhcp-server",
    "boot-bootbus-tftp,           tftp-server",
    "boot-bootbus-http,           http-server",
    "boot-bootbus-kernel-backend, kernel-backend",
  })
  void theExampleConfinesContainersAsThePods(String workload, String service) throws Exception {
    Pod pod =
        chart.render("proxy").stream()
            .filter(it -> it.pod().isPresent() && it.name().equals(workload))
            .map(Pod::of)
            .findFirst()
            .orElseThrow();

    String said =
        Command.output(
            "bash",
            "-c",
            ". ../../example/lib.sh; . ../engine.sh; confined " + service + " | tr '\\n' ' '");

    assertThat(options(said))
        .containsExactlyInAnyOrderElementsOf(
            options(String.join(" ", pod.confinement(pod.spec().at("/containers/0")))));
  }

  /// Without the bound of memory, the place of boot files, and how a tmpfs is mounted.
  private static List<String> options(String words) {
    return Pattern.compile("--(?!memory|tmpfs=/srv)[a-z-]+([= ](?!-)[^ :]+(:\\d+)?)?")
        .matcher(words)
        .results()
        .map(option -> option.group().strip().replace('=', ' '))
        .toList();
  }

  @Test
  void isLintedStrictly() {
    LintResult result = new Helm(Chart.FOLDER).lint().strict().call();
    assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    assertThat(result.getMessages()).noneMatch(message -> message.contains("WARNING"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void allIsWhatKubernetesReads(String values) throws Exception {
    List<Manifest> all = chart.render(values);
    assertThat(all).isNotEmpty();
    for (Manifest manifest : all) {
      if (manifest.isBuiltIn()) {
        manifest.validate();
      }
      assertThat(manifest.name()).hasSizeLessThan(64).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    }
    assertThat(all.stream().map(Manifest::toString)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatSelectsPodsFindsSome(String values) throws Exception {
    List<Manifest> all = chart.render(values);
    List<Map<String, String>> pods =
        all.stream()
            .filter(it -> !it.kind().equals("Pod"))
            .flatMap(it -> it.pod().stream())
            .map(pod -> texts(pod.at("/metadata/labels")))
            .toList();
    for (Manifest manifest : all) {
      JsonNode selector =
          switch (manifest.kind()) {
            case "Service" -> manifest.json().at("/spec/selector");
            case "NetworkPolicy" -> manifest.json().at("/spec/podSelector/matchLabels");
            case "Deployment", "DaemonSet", "StatefulSet", "PodDisruptionBudget" ->
                manifest.json().at("/spec/selector/matchLabels");
            default -> null;
          };
      if (selector != null) {
        assertThat(texts(selector)).as("%s", manifest).isNotEmpty();
        assertThat(
                pods.stream().filter(it -> it.entrySet().containsAll(texts(selector).entrySet())))
            .as("%s", manifest)
            .hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void portsOfServicesAndProbesAreThose(String values) throws Exception {
    List<Manifest> all = chart.render(values);
    for (Manifest service : all.stream().filter(it -> it.kind().equals("Service")).toList()) {
      Map<String, String> selector = texts(service.json().at("/spec/selector"));
      JsonNode pod =
          all.stream()
              .flatMap(it -> it.pod().stream())
              .filter(
                  it ->
                      texts(it.at("/metadata/labels")).entrySet().containsAll(selector.entrySet()))
              .findFirst()
              .orElseThrow();
      Set<String> ports =
          each(pod.at("/spec/containers/0/ports"))
              .map(port -> port.path("name").asText())
              .collect(Collectors.toSet());
      assertThat(each(service.json().at("/spec/ports")).map(it -> it.path("targetPort").asText()))
          .as("%s", service)
          .isSubsetOf(ports);
    }
    for (Manifest manifest : all) {
      JsonNode container = manifest.pod().map(it -> it.at("/spec/containers/0")).orElse(null);
      if (container != null && container.has("livenessProbe")) {
        assertThat(each(container.path("ports")).map(it -> it.path("name").asText()))
            .as("%s", manifest)
            .contains(container.at("/livenessProbe/httpGet/port").asText());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatIsMountedIsThere(String values) throws Exception {
    List<Manifest> all = chart.render(values);
    Set<String> there = new HashSet<>(OPERATORS_OWN);
    all.stream()
        .filter(it -> Set.of("ConfigMap", "Secret").contains(it.kind()))
        .forEach(it -> there.add(it.name()));
    for (Manifest manifest : all) {
      manifest
          .pod()
          .ifPresent(
              pod -> {
                Set<String> volumes =
                    each(pod.at("/spec/volumes"))
                        .map(it -> it.path("name").asText())
                        .collect(Collectors.toCollection(TreeSet::new));
                each(pod.at("/spec/volumeClaimTemplates")).forEach(it -> volumes.add(""));
                each(manifest.json().at("/spec/volumeClaimTemplates"))
                    .forEach(it -> volumes.add(it.at("/metadata/name").asText()));
                Set<String> mounted =
                    each(pod.at("/spec/containers"))
                        .flatMap(it -> each(it.path("volumeMounts")))
                        .map(it -> it.path("name").asText())
                        .collect(Collectors.toCollection(TreeSet::new));
                assertThat(mounted).as("%s", manifest).isEqualTo(volumes);
                assertThat(
                        each(pod.at("/spec/volumes"))
                            .flatMap(
                                it ->
                                    Stream.of(
                                        it.at("/secret/secretName").asText(),
                                        it.at("/configMap/name").asText()))
                            .filter(name -> !name.isEmpty()))
                    .as("%s", manifest)
                    .isSubsetOf(there);
              });
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void noPodMayMoreThanItNeeds(String values) throws Exception {
    for (Manifest manifest : chart.render(values)) {
      JsonNode pod = manifest.pod().orElse(null);
      if (pod == null) {
        continue;
      }
      assertThat(pod.at("/spec/automountServiceAccountToken").asBoolean(true))
          .as("%s", manifest)
          .isFalse();
      boolean onTheNode = pod.at("/spec/hostNetwork").asBoolean();
      for (JsonNode container : each(pod.at("/spec/containers")).toList()) {
        JsonNode may = container.path("securityContext");
        assertThat(may.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(may.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        Set<String> added =
            each(may.at("/capabilities/add")).map(JsonNode::asText).collect(Collectors.toSet());
        assertThat(added)
            .as("%s", manifest)
            .isSubsetOf(onTheNode ? Set.of("NET_BIND_SERVICE", "NET_RAW") : Set.of());
        assertThat(may.path("allowPrivilegeEscalation").asBoolean(true))
            .as("%s: file capabilities need it, nothing else does", manifest)
            .isEqualTo(!added.isEmpty());
        boolean asRoot =
            may.path("runAsUser").asInt(pod.at("/spec/securityContext/runAsUser").asInt()) == 0;
        assertThat(asRoot).as("%s", manifest).isFalse();
      }
    }
  }

  private static String help(String service) throws IOException, InterruptedException {
    String known = HELP.get(service);
    if (known == null) {
      known = Command.output(LAUNCHER, service, "--help");
      HELP.put(service, known);
    }
    return known;
  }

  /// Each service is asked itself what options it has.
  @ParameterizedTest
  @MethodSource("files")
  void servicesKnowTheirOptions(String values) throws Exception {
    for (Manifest manifest : chart.render(values)) {
      JsonNode container = manifest.pod().map(it -> it.at("/spec/containers/0")).orElse(null);
      if (container == null || !container.path("image").asText().contains("bootbus/")) {
        continue;
      }
      String service = container.path("image").asText().replaceAll(".*/|:.*", "");
      if (service.equals("probe")) {
        continue;
      }
      String help = help(service);
      Set<String> options =
          each(container.path("args"))
              .map(it -> it.asText().replaceAll("=.*", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      each(container.path("env"))
          .map(it -> it.path("name").asText())
          .filter(name -> !name.startsWith("OTEL_")) // OpenTelemetry's own
          .filter(name -> !Set.of("BOOTBUS_LOG_LEVEL", "BOOTBUS_NATS_URL").contains(name))
          .map(name -> "--" + name.replace("BOOTBUS_", "").replace('_', '-').toLowerCase())
          .forEach(options::add);
      assertThat(options).allMatch(option -> help.contains(option + "=") || help.contains(option));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void dhcpServerReadsItsConfiguration(String values, @TempDir Path folder) throws Exception {
    Manifest map =
        chart.render(values).stream()
            .filter(it -> it.toString().equals("ConfigMap boot-bootbus-dhcp"))
            .findFirst()
            .orElseThrow();
    Path file = folder.resolve("dhcp-server.yaml");
    Files.writeString(file, map.json().at("/data/dhcp-server.yaml").asText());
    Command check =
        Command.run(
            Map.of("BOOTBUS_ADDRESS", "192.168.1.10"),
            List.of(LAUNCHER, "dhcp-server", "--config=" + file, "--check-config"));
    assertThat(check).isEqualTo(new Command(0, "ok\n"));
  }

  @ParameterizedTest
  @CsvSource({"dhcp", "proxy", "everything"})
  void natsServerReadsItsConfiguration(String values, @TempDir Path folder) throws Exception {
    Manifest map =
        chart
            .render(
                values,
                values.equals("everything")
                    ? Map.of("nats.serverTls.existingSecret", "")
                    : Map.of())
            .stream()
            .filter(it -> it.toString().equals("ConfigMap boot-nats"))
            .findFirst()
            .orElseThrow();
    for (Map.Entry<String, String> file : texts(map.json().path("data")).entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Map<String, String> environment = new HashMap<>(Map.of("POD_NAME", "boot-nats-0"));
    for (String user :
        List.of("DHCP", "TFTP", "HTTP", "KERNEL", "BACKEND", "OPERATOR", "OBSERVER")) {
      environment.put("BOOTBUS_" + user + "_PASSWORD", "pw" + user);
    }
    Path file = folder.resolve("nats-server.conf");
    Command check = Command.run(environment, List.of("nats-server", "-t", "-c", file.toString()));
    assertThat(check.output()).contains("configuration file " + file + " is valid");
  }

  @Test
  void natsAllowsWhatItDoesElsewhere() throws Exception {
    assertThat(chart.render("dhcp"))
        .filteredOn(it -> it.toString().equals("ConfigMap boot-nats"))
        .singleElement()
        .extracting(it -> it.json().at("/data/users.conf").asText().strip())
        .isEqualTo(Files.readString(Shipped.DEPLOY.resolve("nats/nats-server.conf")).strip());
  }

  /// A policy that names what a pod may ask has to know of the collector.
  @ParameterizedTest
  @CsvSource({
    "http://collector.monitoring:4318, 4318",
    "http://collector.monitoring/otel, 80",
    "https://collector.example.net, 443",
  })
  void servicesMaySendTracesToTheCollector(String endpoint, int port) throws Exception {
    List<Manifest> all = chart.render("relay", Map.of("tracing.endpoint", endpoint));
    List<Manifest> policies = all.stream().filter(it -> it.kind().equals("NetworkPolicy")).toList();
    assertThat(policies).hasSize(4);
    for (Manifest policy : policies) {
      assertThat(each(policy.json().at("/spec/egress")).map(it -> it.at("/ports/0/port").asInt()))
          .as("%s", policy)
          .contains(port);
    }
    assertThat(
            all.stream()
                .filter(it -> it.kind().equals("Deployment"))
                .map(it -> it.json().at("/spec/template/spec/containers/0/env").toString()))
        .hasSize(4)
        .allMatch(
            it ->
                it.contains(
                    "{\"name\":\"OTEL_EXPORTER_OTLP_ENDPOINT\",\"value\":\"%s\"}"
                        .formatted(endpoint)));
  }

  @Test
  void passwordsAreMadeOnceAndKept() throws Exception {
    Manifest first = users();
    assertThat(texts(first.json().path("data")).values())
        .hasSize(7)
        .doesNotHaveDuplicates()
        .allMatch(it -> new String(Base64.getDecoder().decode(it)).matches("p[A-Za-z0-9]{32}"));
    assertThat(first.json().at("/metadata/annotations/helm.sh~1resource-policy").asText())
        .isEqualTo("keep");
    chart.stored(first.json().toString());
    assertThat(users().json().path("data")).isEqualTo(first.json().path("data"));
    chart.stored("");
    assertThat(users().json().path("data")).isNotEqualTo(first.json().path("data"));
  }

  private static Manifest users() throws IOException {
    return chart.render("dhcp").stream()
        .filter(it -> it.toString().equals("Secret boot-nats-users"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          address                | ''                 | address is needed: where machines reach TFTP and HTTP
          address                | boot.example.net   | does not match pattern
          nats.url               | nats://10.0.0.9    | set nats.enabled to false as well
          nats.replicas          | 2                  | '/nats/replicas'
          dhcp.kind              | StatefulSet        | '/dhcp/kind'
          tftp.replica           | 3                  | replica
          http.cache.size        | 20G                | '/http/cache/size'
          kernelBackend.settings.Pool | x             | Pool
          tracing.endpoint       | collector:4318     | '/tracing/endpoint'
          files.upstream[0]      | ftp://example.net/ | '/files/upstream'
          """)
  void mistakesAreNamed(String key, String value, String told) {
    assertThatThrownBy(
            () -> Chart.command().withValuesFile(Chart.values("dhcp")).set(key, value).call())
        .hasMessageContaining(told);
  }
}
