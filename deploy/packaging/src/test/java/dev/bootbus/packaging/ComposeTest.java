package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/// The compose files, without the compose plugin: each service runs as its `docker run` would, in
/// one network namespace that stands for the host's, logs in, and its health check is content.
class ComposeTest {
  private static final String PREFIX = "bootbus-compose-" + ProcessHandle.current().pid() + "-";
  private static final String COLLECTOR = "http://127.0.0.1:4318"; // it is away
  private static final List<String> SERVICES =
      List.of("nats", "kernel-backend", "tftp-server", "http-server", "dhcp-server");
  private static final Map<String, String> VARIABLES =
      Map.of(
          "BOOTBUS_SERVER", "127.0.0.1",
          "BOOTBUS_INTERFACE", "lo",
          "BOOTBUS_POOL", "192.0.2.10-192.0.2.20",
          "BOOTBUS_SUBNET", "192.0.2.0/24");

  private final Map<String, List<String>> checks = new HashMap<>();
  @TempDir Path folder;

  @BeforeAll
  static void load() throws Exception {
    Shipped.loaded();
    Shipped.natsImage();
  }

  @BeforeEach
  void makeSecrets() throws Exception {
    Command.output("cp", "-r", Shipped.DEPLOY + "/nats", Shipped.DEPLOY + "/compose", "" + folder);
    Command.output(folder.resolve("compose/secrets.sh").toString());
    Files.createDirectories(folder.resolve("compose/files"));
  }

  @AfterEach
  void remove() throws Exception {
    for (String name : SERVICES) {
      Command.run(List.of("docker", "rm", "-f", "-v", PREFIX + name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.bridge.yaml"})
  void everyServiceLogsInAndBecomesHealthy(String file) throws Exception {
    Map<?, ?> services = services(file);
    assertThat(services.keySet())
        .map(Object::toString)
        .containsExactlyInAnyOrderElementsOf(SERVICES);
    for (String name : SERVICES) {
      List<String> run = run(name, (Map<?, ?>) services.get(name));
      Command started = Command.run(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR), run);
      assertThat(started.status()).as("%s: %s", run, started.output()).isZero();
      assertThat(Command.output("docker", "inspect", "-f", "{{.Config.Env}}", PREFIX + name))
          .as(name)
          .matches(env -> env.contains(COLLECTOR) != name.equals("nats"))
          .doesNotContain("OTEL_TRACES_SAMPLER=");
    }
    assertThat(checks.keySet()).containsExactlyInAnyOrderElementsOf(SERVICES.subList(1, 5));
    checks.forEach(
        (name, check) ->
            Awaitility.await(name)
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(
                    () ->
                        assertThat(Command.run(check))
                            .describedAs(
                                "%s", Command.run(List.of("docker", "logs", PREFIX + name)))
                            .isEqualTo(new Command(0, "ready\n"))));
  }

  @Test
  void secretsAreMadeOnce() throws Exception {
    Path made = folder.resolve("compose/secrets/nats.env");
    String before = Files.readString(made);
    Command.output(folder.resolve("compose/secrets.sh").toString());
    assertThat(made)
        .content()
        .isEqualTo(before)
        .matches("(BOOTBUS_[A-Z]+_PASSWORD=p[0-9a-f]{32}\n){7}");
  }

  private Map<?, ?> services(String file) throws Exception {
    Map<?, ?> all = new Yaml().load(Files.readString(folder.resolve("compose").resolve(file)));
    return (Map<?, ?>) all.get("services");
  }

  /// The options in the order of the compose specification; a key that is not known here fails.
  private List<String> run(String name, Map<?, ?> service) {
    List<String> run =
        new ArrayList<>(List.of("docker", "run", "-d", "--name", PREFIX + name, "--pull=never"));
    // one network for all: the first container's, with the name that a bridge would give it
    if (name.equals("nats")) {
      run.addAll(List.of("--network=none", "--add-host=nats:127.0.0.1"));
    } else {
      run.add("--network=container:" + PREFIX + "nats");
    }
    List<String> arguments = new ArrayList<>();
    String image = "";
    for (Map.Entry<?, ?> entry : service.entrySet()) {
      Object value = entry.getValue();
      switch (entry.getKey().toString()) {
        case "network_mode", "networks", "ports", "depends_on", "stop_grace_period", "logging" -> {}
        case "sysctls" ->
            assertThat(((Map<?, ?>) value).toString())
                .isEqualTo("{net.ipv4.ip_unprivileged_port_start=0}");
        case "image" -> image = filled(value);
        case "user" -> run.add("--user=" + value);
        case "read_only" -> run.add("--read-only=" + value);
        case "restart" -> run.add("--restart=" + value);
        case "tmpfs" -> each(value, one -> run.add("--tmpfs=" + one));
        case "cap_drop" -> each(value, one -> run.add("--cap-drop=" + one));
        case "cap_add" -> each(value, one -> run.add("--cap-add=" + one));
        case "security_opt" -> each(value, one -> run.add("--security-opt=" + one));
        case "command" -> each(value, arguments::add);
        case "env_file" -> each(value, one -> run.add("--env-file=" + absolute(one)));
        case "environment" ->
            ((Map<?, ?>) value).forEach((key, text) -> run.add("--env=" + variable(key, text)));
        case "volumes" -> each(value, one -> run.add("--volume=" + volume(one)));
        case "secrets" -> {
          Map<?, ?> secret = (Map<?, ?>) ((List<?>) value).getFirst();
          run.add(
              "--volume=%s:/run/secrets/%s:ro"
                  .formatted(
                      absolute("secrets/" + secret.get("source") + ".password"),
                      secret.get("target")));
        }
        case "healthcheck" -> {
          List<?> test = (List<?>) ((Map<?, ?>) value).get("test");
          assertThat(test.getFirst().toString()).isEqualTo("CMD");
          // docker run has only the form with a shell, which the images lack
          List<String> check = new ArrayList<>(List.of("docker", "exec", PREFIX + name));
          test.stream().skip(1).forEach(word -> check.add(word.toString()));
          checks.put(name, check);
        }
        default -> throw new AssertionError("what is " + entry.getKey() + " of " + name + "?");
      }
    }
    run.add(name.equals("nats") ? Shipped.NATS : image);
    run.addAll(arguments);
    return run;
  }

  private static void each(Object list, Consumer<String> use) {
    ((List<?>) list).forEach(one -> use.accept(one.toString()));
  }

  private String absolute(String path) {
    return folder.resolve("compose").resolve(path).normalize().toString();
  }

  /// A folder beside the file, or a volume by its name, which is a folder in memory here.
  private String volume(String text) {
    return text.startsWith(".")
        ? absolute(text.substring(0, text.indexOf(':'))) + text.substring(text.indexOf(':'))
        : text.substring(text.indexOf(':') + 1);
  }

  /// One without a value is taken from the environment, as `docker run` does too.
  private static String variable(Object key, Object text) {
    return text == null ? key.toString() : key + "=" + address(key, filled(text));
  }

  /// A bridge's name for nats-server is not known in a network that is shared.
  private static String address(Object key, String text) {
    return key.equals("BOOTBUS_NATS_URL") ? "nats://127.0.0.1:4222" : text;
  }

  /// `${NAME:-default}` and `${NAME:?why}` as the compose specification has them.
  private static String filled(Object text) {
    return Pattern.compile("\\$\\{(\\w+):([-?])([^}]*)}")
        .matcher(text.toString())
        .replaceAll(
            found -> {
              String value = VARIABLES.get(found.group(1));
              assertThat(value != null || found.group(2).equals("-")).as(found.group()).isTrue();
              return Matcher.quoteReplacement(value == null ? found.group(3) : value);
            });
  }
}
