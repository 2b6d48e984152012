package dev.bootbus.kernel.catalogue;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has a catalogue read again when its files have changed and are left alone since, so that none
/// is read half-written. It looks at them from time to time: what a kernel tells of changes does
/// not reach network file systems, nor what a link leads to.
public final class CatalogueWatch implements AutoCloseable {
  public static final Duration EVERY = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  private final LiveCatalogue catalogue;
  private final Duration every;
  private final Semaphore wakeUps = new Semaphore(0);
  private volatile boolean closed;
  private volatile boolean now;

  private CatalogueWatch(LiveCatalogue catalogue, Duration every) {
    this.catalogue = catalogue;
    this.every = every;
  }

  /// @param every how often it looks
  public static CatalogueWatch start(LiveCatalogue catalogue, Duration every) {
    CatalogueWatch watch = new CatalogueWatch(catalogue, every);
    Thread.ofVirtual().name("catalogue").start(watch::keep);
    return watch;
  }

  /// Reads them soon, changed or not.
  public void readNow() {
    now = true;
    wakeUps.release();
  }

  private void keep() {
    Fingerprint last = catalogue.fingerprint();
    try {
      while (!closed) {
        if (wakeUps.tryAcquire(every.toMillis(), TimeUnit.MILLISECONDS)) {
          wakeUps.drainPermits();
        }
        Fingerprint seen = catalogue.fingerprint();
        boolean settled = seen.equals(last) && !seen.equals(catalogue.readAs());
        last = seen;
        if (!closed && (settled || now)) {
          now = false;
          reload();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reload() {
    try {
      catalogue.reload();
    } catch (RuntimeException e) {
      LOG.error("catalogue kept as it was", e); // a fault of ours, and no reason to stop
    }
  }

  @Override
  public void close() {
    closed = true;
    wakeUps.release();
  }
}
