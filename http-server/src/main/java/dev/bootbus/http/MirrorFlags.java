package dev.bootbus.http;

import dev.bootbus.content.Proxies;
import dev.bootbus.content.Upstream;
import dev.bootbus.content.UpstreamTrust;
import dev.bootbus.http.mirror.Mirror;
import dev.bootbus.http.mirror.PinFile;
import dev.bootbus.http.mirror.Pins;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/// Command-line options of the upstream and its mirror, as a picocli mixin.
final class MirrorFlags {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  /// Responses of upstream that are open at once.
  private static final int FETCHES = 256;

  private static final int MAX_TIMEOUT = 600;

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      defaultValue = "${env:BOOTBUS_UPSTREAM:-}",
      description = "Server to fetch from what neither --root nor a backend has.")
  private String upstream;

  @Option(
      names = "--upstream-timeout",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_UPSTREAM_TIMEOUT:-10}",
      description = "Seconds, 1 to 600, in which the upstream must answer or send more.")
  private int timeout;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      defaultValue = "${env:BOOTBUS_CACHE:-}",
      description = "Directory to keep in what comes from --upstream; created if need be.")
  private String cache;

  @Option(
      names = "--cache-size",
      paramLabel = "MIB",
      defaultValue = "${env:BOOTBUS_CACHE_SIZE:-20480}",
      description = "MiB on disk, at most.")
  private int size;

  @Option(
      names = "--cache-age",
      paramLabel = "HOURS",
      defaultValue = "${env:BOOTBUS_CACHE_AGE:-720}",
      description = "Hours without a request after which a file is deleted.")
  private int age;

  @Option(
      names = "--cache-check",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_CACHE_CHECK:-600}",
      description = "Seconds for which the upstream is not asked whether a file has changed.")
  private int check;

  @Option(
      names = "--cache-admin",
      paramLabel = "CIDR",
      split = ",",
      defaultValue = "${env:BOOTBUS_CACHE_ADMIN:-127.0.0.0/8,::1}",
      description = "Who may see and delete what is kept, at /cache.")
  private List<String> admins;

  @Option(
      names = "--mirror-pins",
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_MIRROR_PINS:-}",
      description = "What files from the upstream must be, as sha256sum writes it.")
  private String pins;

  /// @throws IllegalArgumentException with one sentence that names the option which is wrong
  Mirroring open() {
    require(1 <= timeout && timeout <= MAX_TIMEOUT, "--upstream-timeout must be 1 to 600");
    require(size >= 1, "--cache-size must be 1 or more");
    require(age >= 1, "--cache-age must be 1 or more");
    require(check >= 0, "--cache-check must be 0 or more");
    require(cache.isEmpty() || !upstream.isEmpty(), "--cache needs an --upstream");
    require(pins.isEmpty() || !cache.isEmpty(), "--mirror-pins needs a --cache");
    MirrorLog log = new MirrorLog();
    List<AddressRange> allowed = admins();
    Optional<Upstream> from = upstream();
    return new Mirroring(from, from.flatMap(server -> mirror(server, log)), log, allowed);
  }

  private static void require(boolean met, String otherwise) {
    if (!met) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private List<AddressRange> admins() {
    try {
      return admins.stream().filter(text -> !text.isBlank()).map(AddressRange::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--cache-admin: " + e.getMessage(), e);
    }
  }

  private Optional<Upstream> upstream() {
    if (upstream.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Upstream.of(
              new Upstream.Settings(
                  URI.create(upstream),
                  Duration.ofSeconds(timeout),
                  UpstreamTrust.ofTheJvm(),
                  Proxies.of(System.getenv()),
                  FETCHES)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--upstream: " + e.getMessage(), e);
    }
  }

  private Optional<Mirror> mirror(Upstream from, MirrorLog log) {
    if (cache.isEmpty()) {
      return Optional.empty();
    }
    Mirror.Settings settings =
        new Mirror.Settings(
            Path.of(cache),
            (long) size << 20,
            Duration.ofHours(age),
            Duration.ofSeconds(check),
            Duration.ofSeconds(3L * timeout));
    try {
      return Optional.of(Mirror.open(settings, from, pins(), InstantSource.system(), log));
    } catch (IOException e) {
      throw new IllegalArgumentException("--cache: " + e.getMessage(), e);
    }
  }

  private Pins pins() {
    try {
      return pins.isEmpty()
          ? Pins.NONE
          : PinFile.read(
              Path.of(pins), why -> LOG.warn("pins not read again reason={}", LogText.of(why)));
    } catch (IOException e) {
      throw new IllegalArgumentException("--mirror-pins: " + e.getMessage(), e);
    }
  }
}
