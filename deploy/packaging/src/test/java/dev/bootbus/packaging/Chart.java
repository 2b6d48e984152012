package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// The Helm chart, rendered by Helm itself for a release `boot` in the namespace `netboot`.
///
/// Helm asks a cluster whether the Secret with the passwords is there already. The cluster is one
/// on a loopback port, that knows of nothing but that Secret.
final class Chart implements AutoCloseable {
  static final Path FOLDER = Path.of("../helm/bootbus");

  /// A copy that calls no pod a hook: Helm as a library leaves hooks out of what it renders.
  private static final Path COPY = Path.of("target/chart");

  private static final String HOOK = "helm.sh/hook: test";
  private static final String SECRET = "/api/v1/namespaces/netboot/secrets/boot-nats-users";
  private static final String RESOURCES =
      """
      {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
        {"name": "secrets", "singularName": "", "namespaced": true, "kind": "Secret",
         "verbs": ["get"]}]}
      """;
  private static final String NOT_FOUND =
      """
      {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
      """;

  private final HttpServer cluster;
  private final AtomicReference<String> secret = new AtomicReference<>("");

  Chart() throws IOException, InterruptedException {
    Command.output("rm", "-rf", COPY.toString());
    Command.output("cp", "-rL", FOLDER.toString(), COPY.toString());
    Path test = COPY.resolve("templates/tests/boot.yaml");
    String text = Files.readString(test);
    assertThat(text).contains(HOOK);
    Files.writeString(test, text.replace(HOOK, ""));
    cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    cluster.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          String stored = path.equals(SECRET) ? secret.get() : "";
          String answer = path.equals("/api/v1") ? RESOURCES : stored;
          byte[] body = (answer.isEmpty() ? NOT_FOUND : answer).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(answer.isEmpty() ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    cluster.start();
    Files.writeString(
        Path.of(System.getenv("KUBECONFIG")),
        """
        apiVersion: v1
        kind: Config
        current-context: it
        contexts: [{name: it, context: {cluster: it, user: it}}]
        users: [{name: it, user: {}}]
        clusters: [{name: it, cluster: {server: "http://127.0.0.1:%d"}}]
        """
            .formatted(cluster.getAddress().getPort()));
  }

  /// The cluster has this from now on.
  ///
  /// @param json a Secret
  void stored(String json) {
    secret.set(json);
  }

  static Path values(String name) {
    return FOLDER.resolve("ci").resolve(name + "-values.yaml");
  }

  List<Manifest> render(String values) throws IOException {
    return render(values, Map.of());
  }

  /// @param values one of the files of values that come with the chart
  /// @param set as by `--set`
  List<Manifest> render(String values, Map<String, Object> set) throws IOException {
    TemplateCommand command = command().withValuesFile(values(values));
    set.forEach(command::set);
    return Manifest.read(command.call());
  }

  static TemplateCommand command() {
    return new Helm(COPY)
        .template()
        .withName("boot")
        .withNamespace("netboot")
        .withKubeVersion("1.31.0");
  }

  @Override
  public void close() {
    cluster.stop(0);
  }
}
