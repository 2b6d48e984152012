package dev.bootbus.schema.go;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;

/// The front end's side of the Go original: `Config.Read` of `backend/nats`.
public final class GoRequester implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Connection connection;
  private final String subject;

  public GoRequester(String server, String subject) throws IOException, InterruptedException {
    this.connection = Nats.connect(server);
    this.subject = subject;
  }

  /// @param mac as Go prints it; the empty text is a nil address
  public GoOutcome read(String mac, String traceparent) throws InterruptedException {
    return send(
        encode(
            UUID.randomUUID().toString(),
            "org.tinkerbell.dhcp.backend.nats.read",
            mac,
            traceparent));
  }

  /// Any bytes in place of a request.
  GoOutcome send(byte[] request) throws InterruptedException {
    Message reply = connection.request(subject, request, TIMEOUT);
    return reply == null
        ? new GoOutcome.Rejected("failed to get reply: context deadline exceeded")
        : decode(reply.getData());
  }

  static byte[] encode(String id, String type, String mac, String traceparent) {
    String base64 = Base64.getEncoder().encodeToString(GoAddress.bytesOfMac(mac));
    return GoEvent.encode(
        id,
        type,
        "{\"MACAddress\":%s,\"Traceparent\":%s}"
            .formatted(mac.isEmpty() ? "null" : GoJson.quote(base64), GoJson.quote(traceparent)));
  }

  public static GoOutcome decode(byte[] reply) {
    try {
      return GoMessage.decode(GoEvent.data(reply));
    } catch (GoFailure e) {
      return e.isPanic() ? new GoOutcome.Panic(e.reason()) : new GoOutcome.Rejected(e.reason());
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
