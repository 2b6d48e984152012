package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.Upstream;
import dev.bootbus.http.mirror.Mirror;
import dev.bootbus.http.mirror.Pins;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts a mirror before each upstream, if there is a cache: each has a folder of its own in it.
final class Mirroring {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  private final Optional<Mirror.Settings> settings;
  private final Pins pins;
  private final List<AddressRange> admins;
  private final MirrorLog log = new MirrorLog();
  private final List<Mirror> mirrors = new CopyOnWriteArrayList<>();

  /// @param settings with the folder of all; empty for no mirror
  /// @param admins who may see and delete what is kept
  Mirroring(Optional<Mirror.Settings> settings, Pins pins, List<AddressRange> admins) {
    this.settings = settings;
    this.pins = pins;
    this.admins = List.copyOf(admins);
  }

  /// @return the upstream's mirror, to be closed before it, or the upstream
  /// @throws IllegalArgumentException with one sentence, if the cache cannot be used
  ContentSource through(Upstream upstream) {
    if (settings.isEmpty()) {
      return upstream;
    }
    Mirror.Settings own = settings.get().in(folder(upstream));
    try {
      Mirror mirror = Mirror.open(own, upstream, pins, InstantSource.system(), log);
      mirrors.add(mirror);
      return mirror;
    } catch (IOException e) {
      throw new IllegalArgumentException("--cache: " + e.getMessage(), e);
    }
  }

  /// The same after a restart.
  private static String folder(Upstream upstream) {
    try {
      byte[] url = upstream.base().toString().getBytes(UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(url);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Shows what is in the caches, and what became of requests for it. Without a cache all is zero.
  void measure(MeterRegistry registry) {
    log.measure(registry);
    gauge("bootbus.mirror.cache", this::bytes, "files in the cache", "bytes", registry);
    gauge("bootbus.mirror.cache.limit", this::maxBytes, "room for them", "bytes", registry);
    for (Mirror.Turnout turnout : Mirror.Turnout.values()) {
      ToDoubleFunction<Mirroring> count =
          all -> all.mirrors.stream().mapToLong(mirror -> mirror.count(turnout)).sum();
      FunctionCounter.builder("bootbus.mirror.requests", this, count)
          .description("questions to the cache: a hit, a miss, or shared with a download under way")
          .tag("result", turnout.key())
          .register(registry);
    }
  }

  private static void gauge(
      String name, Supplier<Number> value, String what, String unit, MeterRegistry registry) {
    Gauge.builder(name, value).description(what).baseUnit(unit).register(registry);
  }

  private long bytes() {
    return mirrors.stream().mapToLong(Mirror::bytes).sum();
  }

  private long maxBytes() {
    return mirrors.stream().mapToLong(Mirror::maxBytes).sum();
  }

  Handler around(Handler files, Executor virtualThreads) {
    return mirrors.isEmpty() ? files : new CachePage(files, mirrors, admins, virtualThreads);
  }

  MirrorLog log() {
    return log;
  }

  /// To be said when all mirrors are closed.
  void stopped() {
    if (!mirrors.isEmpty()) {
      LOG.info("mirror stopped {}", log.totals());
    }
  }
}
