package dev.bootbus.probe.bus;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.PlainConnection;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A connection to the bus that asks, and answers nobody.
public final class BusView implements AutoCloseable {
  private static final int MAX_REPLIES = 256;
  private static final int NO_RESPONDERS = 503;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_MESSAGE = 1 << 20;
  private static final String INFO = "$SRV.INFO";

  /// Services answer this one at once, however much they have to do.
  private static final Duration INFO_TIME = Duration.ofSeconds(1);

  private static final Duration INFO_QUIET = Duration.ofMillis(400);

  public static final ObjectMapper JSON =
      new ObjectMapper(
          new JsonFactoryBuilder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_DEPTH)
                      .maxDocumentLength(MAX_MESSAGE)
                      .build())
              .build());

  /// One subject that a NATS service (ADR-32) says it answers on.
  ///
  /// @param service its name
  /// @param dryRuns whether it says that it keeps nothing of a dry run
  public record Endpoint(String service, String name, String subject, boolean dryRuns) {}

  private final Connection connection;

  private BusView(Connection connection) {
    this.connection = connection;
  }

  /// @throws IOException with one sentence for the operator, where there is no nats-server or it
  ///     refuses the login
  /// @throws IllegalArgumentException if a URL or a file cannot be used
  public static BusView open(BusSettings settings) throws IOException, InterruptedException {
    return new BusView(PlainConnection.open(settings, 0));
  }

  public Connection connection() {
    return connection;
  }

  /// Asks all who listen, and waits for as many of them as are expected.
  ///
  /// @param expected answers, after which nobody is waited for
  /// @param patience for all of them
  /// @param quiet for the next one, when one has come
  public Asked all(String subject, byte[] question, int expected, Duration patience, Duration quiet)
      throws InterruptedException {
    String inbox = connection.createInbox();
    Subscription replies = connection.subscribe(inbox);
    String refusal = String.valueOf(connection.getLastError());
    try {
      connection.publish(subject, inbox, question);
      List<byte[]> all = new ArrayList<>();
      long end = System.nanoTime() + patience.toNanos();
      while (all.size() < Math.min(expected, MAX_REPLIES)) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        left = all.isEmpty() || left.compareTo(quiet) < 0 ? left : quiet;
        Message reply = left.isPositive() ? replies.nextMessage(left) : null;
        if (reply == null) {
          break;
        }
        if (reply.isStatusMessage() && reply.getStatus().getCode() == NO_RESPONDERS) {
          return new Asked.Nobody();
        }
        all.add(reply.getData());
      }
      return all.isEmpty() ? nothing(refusal) : new Asked.Answered(all);
    } finally {
      replies.unsubscribe();
    }
  }

  private Asked nothing(String before) {
    String error = String.valueOf(connection.getLastError());
    return !error.equals(before) && error.contains("Permissions Violation")
        ? new Asked.Refused(error)
        : new Asked.Silence();
  }

  /// What all services say that they answer; nothing where we may not ask.
  public List<Endpoint> endpoints() throws InterruptedException {
    List<Endpoint> endpoints = new ArrayList<>();
    if (all(INFO, new byte[0], MAX_REPLIES, INFO_TIME, INFO_QUIET)
        instanceof Asked.Answered(var replies)) {
      for (byte[] reply : replies) {
        JsonNode service = read(reply).orElse(MissingNode.getInstance());
        for (JsonNode endpoint : service.path("endpoints")) {
          endpoints.add(
              new Endpoint(
                  service.path("name").asText(),
                  endpoint.path("name").asText(),
                  endpoint.path("subject").asText(),
                  endpoint.path("metadata").path("dry-run").asText().equals("yes")));
        }
      }
    }
    return endpoints;
  }

  /// Empty for what is no JSON.
  public static Optional<JsonNode> read(byte[] json) {
    try {
      return Optional.ofNullable(JSON.readTree(json));
    } catch (IOException e) {
      return Optional.empty();
    }
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
