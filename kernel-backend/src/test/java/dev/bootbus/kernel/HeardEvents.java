package dev.bootbus.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.kernel.store.UnreadableRecordException;
import dev.bootbus.schema.EventKind;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Every event of one kind that is published while this is open, as it stands on the bus.
public final class HeardEvents implements AutoCloseable {
  private final List<ObjectNode> heard = new CopyOnWriteArrayList<>();
  private final Connection connection;
  private final Dispatcher dispatcher;

  public HeardEvents(Backends backends, EventKind kind) throws Exception {
    connection = backends.connection();
    dispatcher =
        connection.createDispatcher(
            message -> {
              try {
                heard.add(Records.read(message.getData()));
              } catch (UnreadableRecordException e) {
                throw new IllegalStateException(e);
              }
            });
    dispatcher.subscribe(backends.subjects().event() + "." + kind.token());
    connection.flush(Duration.ofSeconds(5));
  }

  List<ObjectNode> all() {
    return heard;
  }

  public int count() {
    return heard.size();
  }

  /// One field of the data of each, as text.
  List<String> each(String field) {
    return heard.stream().map(event -> event.path("data").path(field).asText()).toList();
  }

  /// Events that nats-server has before this are heard by then.
  public void flush() throws Exception {
    connection.flush(Duration.ofSeconds(5));
  }

  @Override
  public void close() {
    connection.closeDispatcher(dispatcher);
  }
}
