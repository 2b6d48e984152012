package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.Upstream;
import dev.bootbus.http.mirror.Mirror;
import dev.bootbus.http.mirror.Pins;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
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
