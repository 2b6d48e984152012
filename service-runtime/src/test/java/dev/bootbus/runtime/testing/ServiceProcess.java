package dev.bootbus.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A service in a JVM of its own, with a free management port.
public final class ServiceProcess implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("management.*?port\"?[=:]\"?(\\d+)");
  private static final Duration START_TIME = Duration.ofSeconds(30);

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  private ServiceProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /// @param main of the service; its test classes are not on the class path of the process
  public static ServiceProcess start(Class<?> main, List<String> options) throws IOException {
    return start(main, options, Map.of());
  }

  /// @param environment beside the inherited one
  public static ServiceProcess start(
      Class<?> main, List<String> options, Map<String, String> environment) throws IOException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(":"))
            .filter(entry -> !entry.endsWith("test-classes"))
            .collect(Collectors.joining(":"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.add("-Dlogback.configurationFile=../deploy/src/bootbus/etc/logback.xml");
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, main.getName()));
    command.add("--management-port=0");
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("BOOTBUS_"));
    builder.environment().putAll(environment);
    return new ServiceProcess(builder.start());
  }

  private void read() {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What it has printed.
  public List<String> lines() {
    return lines;
  }

  public ServiceProcess awaitLine(String part) {
    await()
        .atMost(START_TIME)
        .conditionEvaluationListener(_ -> assertThat(process.isAlive()).as("%s", lines).isTrue())
        .until(() -> lines.stream().anyMatch(line -> line.contains(part)));
    return this;
  }

  public ServiceProcess awaitReadiness() {
    await()
        .atMost(START_TIME)
        .conditionEvaluationListener(_ -> assertThat(process.isAlive()).as("%s", lines).isTrue())
        .until(() -> lines.stream().anyMatch(line -> PORT.matcher(line).find()) && isReady());
    return this;
  }

  private boolean isReady() throws Exception {
    return get("/readyz").statusCode() == 200;
  }

  private int port() {
    return lines.stream()
        .map(PORT::matcher)
        .filter(Matcher::find)
        .map(found -> Integer.parseInt(found.group(1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no management port in " + lines));
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port() + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
    return client.send(request, BodyHandlers.ofString());
  }

  public Scraped scrape() throws IOException, InterruptedException {
    HttpResponse<String> response = get("/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    return Scraped.of(response.body());
  }

  /// With everything of the JVM, of which some is there only after a collection.
  public Scraped scrapeAll() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    await()
        .atMost(START_TIME)
        .until(() -> scrape().families().containsKey("jvm_threads_live_threads"));
    new ProcessBuilder(jcmd.toString(), String.valueOf(process.pid()), "GC.run")
        .redirectErrorStream(true)
        .start()
        .waitFor(10, TimeUnit.SECONDS);
    await().atMost(START_TIME).until(() -> scrape().families().containsKey("jvm_gc_pause_seconds"));
    return scrape();
  }

  /// Tells it to stop, and does not wait.
  public void terminate() {
    process.toHandle().destroy(); // unlike Process.destroy leaves the output readable
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Waits until it has ended by itself.
  public int status() throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("%s", lines).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    client.close();
  }
}
