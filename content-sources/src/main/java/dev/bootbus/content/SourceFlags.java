package dev.bootbus.content;

import dev.bootbus.content.SourceOrder.Mount;
import dev.bootbus.content.SourceOrder.Step;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Command-line options of a server of files, as a picocli mixin. Each goes before its environment
/// variable.
public final class SourceFlags {
  private static final String PREFIX = "BOOTBUS_";
  private static final int USUAL_TIMEOUT = 10;
  private static final int MAX_TIMEOUT = 300;
  private static final int USUAL_FETCHES = 256;
  private static final int MAX_FETCHES = 65_535;

  @Option(
      names = "--sources",
      paramLabel = "NAME[=/FOLDER/]",
      description =
          "Where files come from, in this order: disk, generated, objects, upstream, or the class"
              + " name of a source of one's own; BOOTBUS_SOURCES, else disk,generated and what is"
              + " set of the others. With a folder it is asked only for names in it.")
  private @Nullable String sources;

  @Option(
      names = "--objects",
      paramLabel = "[/FOLDER/=]BUCKET",
      description =
          "Bucket of the NATS object store, or several; BOOTBUS_OBJECTS. With a folder its objects"
              + " are served as if they lay there.")
  private @Nullable List<String> objects;

  @Option(
      names = "--upstream",
      paramLabel = "[/FOLDER/=]URL",
      description =
          "HTTP server to stream files from, or several; BOOTBUS_UPSTREAM. With a folder its files"
              + " are served as if they lay there.")
  private @Nullable List<String> upstreams;

  @Option(
      names = "--upstream-timeout",
      paramLabel = "SECONDS",
      description =
          "For how long an upstream may send nothing, 1 to 300; BOOTBUS_UPSTREAM_TIMEOUT, else 10.")
  private @Nullable String upstreamTimeout;

  @Option(
      names = "--upstream-fetches",
      paramLabel = "COUNT",
      description =
          "Files fetched from one upstream at once, 1 to 65535; BOOTBUS_UPSTREAM_FETCHES, else"
              + " 256.")
  private @Nullable String upstreamFetches;

  @Option(
      names = "--upstream-ca",
      paramLabel = "FILE",
      description =
          "PEM: who may have signed the certificate of an upstream, beside those that Java"
              + " believes; BOOTBUS_UPSTREAM_CA.")
  private @Nullable String upstreamCa;

  @Option(
      names = "--upstream-proxy",
      paramLabel = "URL",
      description =
          "HTTP proxy for all upstreams; BOOTBUS_UPSTREAM_PROXY, else HTTP_PROXY, HTTPS_PROXY and"
              + " NO_PROXY.")
  private @Nullable String upstreamProxy;

  @Option(
      names = "--max-generated",
      paramLabel = "BYTES",
      description =
          "Most bytes of one file that a backend generates; BOOTBUS_MAX_GENERATED, else"
              + " 1073741824.")
  private @Nullable String maxGenerated;

  /// What the options and the environment say together.
  ///
  /// @throws IllegalArgumentException with one sentence that names the option
  public SourceOrder order() {
    return order(System.getenv());
  }

  SourceOrder order(Map<String, String> environment) {
    List<Mount<String>> buckets = new ArrayList<>();
    for (String given : all("--objects", objects, environment)) {
      buckets.add(named("--objects", () -> bucket(mount(given))));
    }
    Upstream.Settings like = null;
    List<Mount<Upstream.Settings>> mounts = new ArrayList<>();
    for (String given : all("--upstream", upstreams, environment)) {
      Upstream.Settings others = like == null ? like = settings(environment) : like;
      mounts.add(named("--upstream", () -> upstream(mount(given), others)));
    }
    long most =
        number(
            "--max-generated",
            maxGenerated,
            environment,
            1,
            Long.MAX_VALUE,
            GeneratedFiles.USUAL_MOST);
    List<Step> steps = steps(text("--sources", sources, environment), buckets, mounts);
    return new SourceOrder(steps, List.copyOf(mounts), List.copyOf(buckets), most);
  }

  private static List<Step> steps(
      String given, List<Mount<String>> buckets, List<Mount<Upstream.Settings>> mounts) {
    if (given.isEmpty()) {
      List<Step> usual = new ArrayList<>();
      usual.add(step(SourceOrder.DISK));
      usual.add(step(SourceOrder.GENERATED));
      if (!buckets.isEmpty()) {
        usual.add(step(SourceOrder.OBJECTS));
      }
      if (!mounts.isEmpty()) {
        usual.add(step(SourceOrder.UPSTREAM));
      }
      return List.copyOf(usual);
    }
    List<Step> steps =
        split(given).stream().map(one -> named("--sources", () -> step(one))).toList();
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("--sources names no source");
    }
    together(steps, SourceOrder.OBJECTS, buckets.isEmpty());
    together(steps, SourceOrder.UPSTREAM, mounts.isEmpty());
    return steps;
  }

  private static void together(List<Step> steps, String name, boolean unset) {
    boolean asked = steps.stream().anyMatch(step -> step.name().equals(name));
    if (asked && unset) {
      throw new IllegalArgumentException("--sources names " + name + ": say which with --" + name);
    }
    if (!asked && !unset) {
      throw new IllegalArgumentException("--" + name + " is set, and --sources does not name it");
    }
  }

  private static Step step(String given) {
    int equals = given.indexOf('=');
    String name = equals < 0 ? given : given.substring(0, equals);
    SourceOrder.check(name);
    return new Step(name, folder(equals < 0 ? "/" : given.substring(equals + 1)));
  }

  private static Mount<String> mount(String given) {
    int equals = given.indexOf('=');
    return given.startsWith("/") && equals > 0
        ? new Mount<>(folder(given.substring(0, equals)), given.substring(equals + 1))
        : new Mount<>(folder("/"), given);
  }

  private static BootPath folder(String given) {
    try {
      if (given.startsWith("/") && given.endsWith("/")) {
        return BootPath.ofTftp(given);
      }
    } catch (BootPath.RefusedException e) {
      throw new IllegalArgumentException(given + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("a folder begins and ends in a slash, not " + given);
  }

  private static Mount<String> bucket(Mount<String> mount) {
    ObjectBucket.checkName(mount.what());
    return mount;
  }

  private static Mount<Upstream.Settings> upstream(Mount<String> mount, Upstream.Settings others) {
    URI url;
    try {
      url = URI.create(mount.what());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("an upstream is http://HOST/PATH or https://HOST/PATH", e);
    }
    return new Mount<>(
        mount.folder(),
        new Upstream.Settings(
            url, others.timeout(), others.tls(), others.proxies(), others.maxFetches()));
  }

  /// With no URL yet.
  private Upstream.Settings settings(Map<String, String> environment) {
    long timeout =
        number("--upstream-timeout", upstreamTimeout, environment, 1, MAX_TIMEOUT, USUAL_TIMEOUT);
    long fetches =
        number("--upstream-fetches", upstreamFetches, environment, 1, MAX_FETCHES, USUAL_FETCHES);
    String ca = text("--upstream-ca", upstreamCa, environment);
    SSLContext tls =
        ca.isEmpty()
            ? UpstreamTrust.ofTheJvm()
            : named("--upstream-ca", () -> UpstreamTrust.with(Path.of(ca)));
    String proxy = text("--upstream-proxy", upstreamProxy, environment);
    ProxySelector proxies =
        proxy.isEmpty()
            ? Proxies.of(environment)
            : named("--upstream-proxy", () -> Proxies.always(proxy));
    return new Upstream.Settings(
        URI.create("http://unset/"), Duration.ofSeconds(timeout), tls, proxies, (int) fetches);
  }

  private interface Reading<T> {
    T read();
  }

  private static <T> T named(String option, Reading<T> reading) {
    try {
      return reading.read();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  private static String text(
      String option, @Nullable String flag, Map<String, String> environment) {
    return flag == null ? environment.getOrDefault(variable(option), "").strip() : flag.strip();
  }

  private static List<String> all(
      String option, @Nullable List<String> flags, Map<String, String> environment) {
    return split(flags == null ? text(option, null, environment) : String.join(",", flags));
  }

  private static List<String> split(String given) {
    return List.of(given.split("[,\\s]+")).stream().filter(one -> !one.isEmpty()).toList();
  }

  private static long number(
      String option,
      @Nullable String flag,
      Map<String, String> environment,
      long min,
      long max,
      long usual) {
    String given = text(option, flag, environment);
    if (given.isEmpty()) {
      return usual;
    }
    try {
      long number = Long.parseLong(given);
      if (min <= number && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the one complaint
    }
    throw new IllegalArgumentException(
        option + " must be " + min + (max == Long.MAX_VALUE ? " or more" : " to " + max));
  }

  private static String variable(String option) {
    return PREFIX + option.substring(2).toUpperCase(java.util.Locale.ROOT).replace('-', '_');
  }
}
