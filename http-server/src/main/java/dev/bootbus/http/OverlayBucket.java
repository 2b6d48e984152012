package dev.bootbus.http;

import dev.bootbus.schema.Bus;
import dev.bootbus.schema.MacAddress;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.ObjectStoreManagement;
import io.nats.client.ObjectStoreOptions;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StorageType;
import java.io.IOException;
import java.io.InputStream;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Stores the overlays of machines in a bucket of the NATS object store, one for each, so that any
/// server has them and none keeps them on disk. A new one takes the place of the old when the last
/// byte of it is stored, and not before.
final class OverlayBucket {
  static final String NAME = "bootbus-apkovl";

  private static final Duration REQUEST_TIME = Duration.ofSeconds(3);
  private static final JetStreamOptions HASTY =
      JetStreamOptions.builder().requestTimeout(REQUEST_TIME).build();
  private static final int STREAM_NOT_FOUND = 10059;

  /// It cannot be stored now; the message is for the log and the machine.
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    UnavailableException(@Nullable String message) {
      super(message, null, false, false);
    }
  }

  private final String name;
  private volatile @Nullable Connection connection;

  private OverlayBucket(String name) {
    this.name = name;
  }

  static OverlayBucket of(Bus bus, String name) {
    OverlayBucket bucket = new OverlayBucket(name);
    bus.onConnection(connected -> bucket.connection = connected);
    return bucket;
  }

  /// @return its bytes
  /// @throws IOException if the body cannot be read; then nothing is stored
  long store(MacAddress mac, UploadBody body) throws IOException, UnavailableException {
    Connection now = connection;
    if (now == null || now.getStatus() != Connection.Status.CONNECTED) {
      throw new UnavailableException("there is no connection to the bus");
    }
    ObjectStoreOptions options = ObjectStoreOptions.builder(HASTY).build();
    try {
      makeIfAbsent(now.objectStoreManagement(options));
      return now.objectStore(name, options).put(mac.dashed(), (InputStream) body).getSize();
    } catch (JetStreamApiException | IllegalStateException e) {
      throw new UnavailableException(e.getMessage());
    } catch (IOException e) {
      body.throwIfBroken(); // else it is the bus
      throw new UnavailableException(e.getMessage());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void makeIfAbsent(ObjectStoreManagement buckets)
      throws IOException, JetStreamApiException {
    try {
      buckets.getStatus(name);
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != STREAM_NOT_FOUND) {
        throw e;
      }
      buckets.create(
          ObjectStoreConfiguration.builder(name)
              .description("Overlays that machines stored; the name is the MAC")
              .storageType(StorageType.File)
              .build());
    }
  }
}
