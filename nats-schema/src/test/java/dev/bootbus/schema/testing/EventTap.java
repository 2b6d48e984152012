package dev.bootbus.schema.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.schema.EventKind;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// Everything published below one subject, as somebody hears it who knows only NATS and
// CloudEvents.
public final class EventTap implements AutoCloseable {
  /// One event, read by the CloudEvents SDK, which refuses what is none.
  public record Heard(String subject, CloudEvent event, JsonNode data) {
    /// A field of the data as text, or the empty text.
    public String text(String key) {
      return data.path(key).asText();
    }

    public String traceparent() {
      return String.valueOf(event.getExtension("traceparent"));
    }

    /// The names of all its data.
    public Set<String> keys() {
      return data.properties().stream().map(entry -> entry.getKey()).collect(Collectors.toSet());
    }
  }

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final Connection connection;
  private final String subject;

  public EventTap(NatsServer nats) throws IOException, InterruptedException {
    this(nats, "bootbus.v1.event");
  }

  public EventTap(NatsServer nats, String subject) throws IOException, InterruptedException {
    this.subject = subject;
    connection =
        Nats.connect(
            new Options.Builder().server(nats.url()).errorListener(new ErrorListener() {}).build());
    connection.createDispatcher(this::hear).subscribe(subject + ".>");
    try {
      connection.flush(SOON);
    } catch (TimeoutException e) {
      throw new IOException(e);
    }
  }

  private void hear(Message message) {
    CloudEvent event = new JsonFormat().deserialize(message.getData());
    try {
      JsonNode data = JSON.readTree(Objects.requireNonNull(event.getData()).toBytes());
      heard.add(new Heard(message.getSubject(), event, data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Heard> heard() {
    return List.copyOf(heard);
  }

  public List<Heard> heard(EventKind kind) {
    return heard.stream().filter(one -> one.subject().endsWith("." + kind.token())).toList();
  }

  /// Forgets what was heard.
  public void clear() {
    heard.clear();
  }

  /// Waits for so many events, of these kinds in this order, and looks at what all of an event's
  /// kind have in common.
  public List<Heard> await(EventKind... kinds) {
    Awaitility.await().atMost(SOON).until(() -> heard.size() >= kinds.length);
    List<Heard> all = heard();
    assertThat(all)
        .extracting(Heard::subject)
        .containsExactly(
            Stream.of(kinds).map(k -> subject + "." + k.token()).toArray(String[]::new));
    for (int i = 0; i < kinds.length; i++) {
      check(all.get(i), kinds[i]);
    }
    return all;
  }

  private static void check(Heard one, EventKind kind) {
    assertThat(one.event().getType()).isEqualTo(kind.type());
    assertThat(one.event().getSource()).hasToString("/bootbus/" + kind.service());
    assertThat(one.event().getDataContentType()).isEqualTo("application/json");
    assertThat(one.event().getTime()).isNotNull();
    assertThat(one.text("Outcome")).isEqualTo(kind.outcome().name());
    assertThat(one.traceparent()).contains("-" + one.text("TraceID") + "-");
    assertThat(String.valueOf(one.event().getSubject()))
        .isEqualTo(one.data().has("MACAddress") ? one.text("MACAddress") : "null");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
