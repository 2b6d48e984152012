package dev.bootbus.http;

import dev.bootbus.content.SourceOrder;
import dev.bootbus.http.mirror.Mirror;
import dev.bootbus.http.mirror.PinFile;
import dev.bootbus.http.mirror.Pins;
import dev.bootbus.runtime.LogText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/// Command-line options of the mirror of upstreams, as a picocli mixin.
final class MirrorFlags {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      defaultValue = "${env:BOOTBUS_CACHE:-}",
      description = "Directory to keep in what comes from upstreams; created if need be.")
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
      description = "Seconds for which an upstream is not asked whether a file has changed.")
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
      description = "What files from upstreams must be, as sha256sum writes it.")
  private String pins;

  /// @throws IllegalArgumentException with one sentence that names the option
  Mirroring of(SourceOrder order) {
    require(size >= 1, "--cache-size must be 1 or more");
    require(age >= 1, "--cache-age must be 1 or more");
    require(check >= 0, "--cache-check must be 0 or more");
    require(cache.isEmpty() || !order.upstreams().isEmpty(), "--cache needs an --upstream");
    require(pins.isEmpty() || !cache.isEmpty(), "--mirror-pins needs a --cache");
    return new Mirroring(settings(order), pins(), admins());
  }

  private static void require(boolean met, String otherwise) {
    if (!met) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private Optional<Mirror.Settings> settings(SourceOrder order) {
    return order.upstreams().stream()
        .filter(_ -> !cache.isEmpty())
        .findFirst() // the timeout of all is the same
        .map(
            upstream ->
                new Mirror.Settings(
                    Path.of(cache),
                    (long) size << 20,
                    Duration.ofHours(age),
                    Duration.ofSeconds(check),
                    upstream.what().timeout().multipliedBy(3)));
  }

  private List<AddressRange> admins() {
    try {
      return admins.stream().filter(text -> !text.isBlank()).map(AddressRange::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--cache-admin: " + e.getMessage(), e);
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
