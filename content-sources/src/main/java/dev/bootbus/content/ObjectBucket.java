package dev.bootbus.content;

import dev.bootbus.schema.Bus;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.ObjectStoreOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectLink;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The objects of one bucket of the NATS object store; the name of an object is the whole path.
///
/// Chunks are got one by one, without a consumer, so that nothing stays behind at the nats-server
/// when a machine goes away, and it never sends more than was asked for.
public final class ObjectBucket implements ContentSource {
  private static final Duration REQUEST_TIME = Duration.ofSeconds(3);
  private static final JetStreamOptions HASTY =
      JetStreamOptions.builder().requestTimeout(REQUEST_TIME).build();
  private static final int STREAM_NOT_FOUND = 10059;
  private static final int MESSAGE_NOT_FOUND = 10037;

  private final String bucket;
  private volatile @Nullable Connection connection;

  private ObjectBucket(String bucket) {
    this.bucket = bucket;
  }

  /// @param bucket letters, digits, dashes and underscores
  /// @throws IllegalArgumentException with one sentence, if no bucket can have that name
  public static ObjectBucket of(Bus bus, String bucket) {
    checkName(bucket);
    ObjectBucket source = new ObjectBucket(bucket);
    bus.onConnection(connected -> source.connection = connected);
    return source;
  }

  static void checkName(String bucket) {
    if (!bucket.matches("[A-Za-z0-9_-]+")) {
      throw new IllegalArgumentException(
          "a bucket has a name of letters, digits, dashes and underscores");
    }
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    if (path.directory() || path.segments().isEmpty()) {
      return ContentSource.missing(path);
    }
    Connection now = connection;
    if (now == null || now.getStatus() != Connection.Status.CONNECTED) {
      return unavailable(path, "there is no connection to the bus");
    }
    try {
      return open(path, path.toString(), now, true);
    } catch (JetStreamApiException e) {
      return e.getApiErrorCode() == STREAM_NOT_FOUND
          ? new Answer.Missing("/%s is not here: there is no bucket %s.".formatted(path, bucket))
          : unavailable(path, e.getMessage());
    } catch (IOException | IllegalStateException e) {
      return unavailable(path, Reasons.of(e));
    }
  }

  private Answer open(BootPath path, String name, Connection now, boolean follow)
      throws IOException, JetStreamApiException {
    ObjectInfo info =
        now.objectStore(bucket, ObjectStoreOptions.builder(HASTY).build()).getInfo(name);
    if (info == null || info.isDeleted()) {
      return ContentSource.missing(path);
    }
    ObjectLink link = info.getLink();
    if (link == null) {
      Chunks chunks = new Chunks(now.jetStreamManagement(HASTY), info);
      return new Answer.Found(new ObjectContent(path, info, chunks));
    }
    if (!link.isObjectLink() || !bucket.equals(link.getBucket())) {
      return new Answer.Denied("/" + path + " is a link that leads out of the bucket.");
    }
    return follow
        ? open(path, link.getObjectName(), now, false)
        : new Answer.Denied("/" + path + " is a link to a link.");
  }

  private Answer unavailable(BootPath path, String why) {
    return new Answer.Unavailable(
        Fault.BACKEND, "/%s cannot be had from the bucket %s: %s.".formatted(path, bucket, why));
  }

  /// The chunks of one object as they lie in the stream of its bucket (NATS ADR-20).
  record Chunks(JetStreamManagement management, String stream, String subject) {
    Chunks(JetStreamManagement management, ObjectInfo info) {
      this(
          management, "OBJ_" + info.getBucket(), "$O." + info.getBucket() + ".C." + info.getNuid());
    }

    /// The first from this place in the stream on.
    ///
    /// @throws SourceFailedException if there is none any more, or it cannot be had
    MessageInfo from(long sequence, BootPath path) throws SourceFailedException {
      try {
        return management.getNextMessage(stream, sequence, subject);
      } catch (JetStreamApiException e) {
        throw new SourceFailedException(
            Fault.BACKEND,
            e.getApiErrorCode() == MESSAGE_NOT_FOUND
                ? "/" + path + " was replaced or deleted while it was read."
                : "/" + path + " cannot be read further: " + e.getMessage() + ".");
      } catch (IOException | IllegalStateException e) {
        throw new SourceFailedException(
            Fault.BACKEND, "/" + path + " cannot be read further: " + Reasons.of(e) + ".");
      }
    }
  }
}
