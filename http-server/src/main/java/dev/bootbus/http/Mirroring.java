package dev.bootbus.http;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.Upstream;
import dev.bootbus.http.mirror.Mirror;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The upstream and its mirror, as far as there are any.
///
/// @param admins who may see and delete what is kept
record Mirroring(
    Optional<Upstream> upstream, Optional<Mirror> mirror, MirrorLog log, List<AddressRange> admins)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  Optional<ContentSource> source() {
    return mirror.isPresent()
        ? mirror.map(ContentSource.class::cast)
        : upstream.map(ContentSource.class::cast);
  }

  Handler around(Handler files, Executor virtualThreads) {
    return mirror.isPresent() ? new CachePage(files, mirror.get(), admins, virtualThreads) : files;
  }

  /// Responses that are being made of it break off.
  @Override
  public void close() {
    mirror.ifPresent(
        open -> {
          close(open);
          LOG.info("mirror stopped {}", log.totals());
        });
    upstream.ifPresent(Upstream::close);
  }

  private static void close(Mirror mirror) {
    try {
      mirror.close();
    } catch (IOException e) {
      LOG.warn("cannot leave the cache reason={}", LogText.of(e.toString()));
    }
  }
}
