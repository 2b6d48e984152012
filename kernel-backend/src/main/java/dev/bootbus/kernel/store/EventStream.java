package dev.bootbus.kernel.store;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The JetStream stream that captures the boot events of all services.
///
/// A process gives the stream its own limits once, when it starts; from then on it sees to it only
/// that there is one. So replicas with other limits do not undo each other's work for ever: the
/// last that was started has its way.
public final class EventStream implements Kept {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Duration REQUEST_TIME = Duration.ofSeconds(2); // a young cluster is slow
  private static final int STREAM_NOT_FOUND = 10059;
  private static final int NAME_IN_USE = 10058; // with other limits: somebody was faster

  /// An event has some hundred bytes; what is larger is nobody's event.
  private static final int MAX_EVENT = 64 * 1024;

  private final StreamConfiguration wanted;
  private final Absence absence = new Absence();
  private boolean settled;

  /// @param subject what the subjects of events begin with
  public EventStream(String name, String subject, EventLimits limits, int replicas) {
    wanted =
        StreamConfiguration.builder()
            .name(name)
            .description("Boot events of the Bootbus services")
            .subjects(subject + ".>")
            .storageType(StorageType.File)
            .discardPolicy(DiscardPolicy.Old)
            .maxAge(limits.age())
            .maxBytes(limits.bytes())
            .maximumMessageSize(MAX_EVENT)
            .replicas(replicas)
            .build();
  }

  @Override
  public void load(Connection connection) throws StoreUnavailableException {
    try {
      JetStreamManagement streams = streams(connection);
      StreamConfiguration found = findOrCreate(streams).getConfiguration();
      if (!settled && !isAsWanted(found)) {
        streams.updateStream(changed(found));
        tell("updated");
      }
      settled = true;
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  @Override
  public boolean isBehind(Connection connection) throws StoreUnavailableException {
    try {
      streams(connection).getStreamInfo(wanted.getName());
      absence.ended();
      return false;
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() == STREAM_NOT_FOUND) {
        return absence.isCertain();
      }
      throw unavailable(e);
    } catch (IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  private static JetStreamManagement streams(Connection connection) throws IOException {
    return connection.jetStreamManagement(
        JetStreamOptions.builder().requestTimeout(REQUEST_TIME).build());
  }

  private StreamInfo findOrCreate(JetStreamManagement streams)
      throws IOException, JetStreamApiException {
    try {
      return streams.getStreamInfo(wanted.getName());
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != STREAM_NOT_FOUND) {
        throw e;
      }
    }
    try {
      StreamInfo created = streams.addStream(wanted);
      tell("created");
      return created;
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != NAME_IN_USE) {
        throw e;
      }
      return streams.getStreamInfo(wanted.getName());
    }
  }

  private boolean isAsWanted(StreamConfiguration found) {
    return found.getSubjects().equals(wanted.getSubjects())
        && found.getDiscardPolicy() == wanted.getDiscardPolicy()
        && found.getMaxAge().equals(wanted.getMaxAge())
        && found.getMaxBytes() == wanted.getMaxBytes()
        && found.getMaximumMessageSize() == wanted.getMaximumMessageSize();
  }

  /// The stream as it is, but for what the flags say. Its storage cannot be changed, and servers
  /// to keep it may be more than this process was told of.
  private StreamConfiguration changed(StreamConfiguration found) {
    Duration window = found.getDuplicateWindow();
    return StreamConfiguration.builder(found)
        .subjects(wanted.getSubjects())
        .discardPolicy(wanted.getDiscardPolicy())
        .maxAge(wanted.getMaxAge())
        .maxBytes(wanted.getMaxBytes())
        .maximumMessageSize(wanted.getMaximumMessageSize())
        .duplicateWindow(window.compareTo(wanted.getMaxAge()) > 0 ? wanted.getMaxAge() : window)
        .build();
  }

  private void tell(String what) {
    LOG.info(
        "event stream {} name={} subjects={} age={} bytes={}",
        what,
        wanted.getName(),
        wanted.getSubjects().getFirst(),
        wanted.getMaxAge(),
        wanted.getMaxBytes());
  }

  private StoreUnavailableException unavailable(Exception e) {
    return new StoreUnavailableException("stream " + wanted.getName() + ": " + e.getMessage());
  }
}
