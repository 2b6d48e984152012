package dev.bootbus.schema.go;

import dev.bootbus.schema.go.GoJson.Arr;
import dev.bootbus.schema.go.GoJson.Bool;
import dev.bootbus.schema.go.GoJson.Member;
import dev.bootbus.schema.go.GoJson.Null;
import dev.bootbus.schema.go.GoJson.Num;
import dev.bootbus.schema.go.GoJson.Obj;
import dev.bootbus.schema.go.GoJson.Text;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// The backend's side of the Go original: `responder` of its example. It is in no queue group, and
/// does not reply to what it cannot read.
public final class GoResponder implements AutoCloseable {
  private static final String TYPE = "org.tinkerbell.backend.read";

  /// What it understood of a request.
  ///
  /// @param mac as Go prints it
  public record Asked(String mac, String traceparent) {}

  private final Connection connection;
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final Queue<String> ignored = new ConcurrentLinkedQueue<>();

  /// @param answers the `data` for a request; nothing where it is not to reply
  public GoResponder(String server, String subject, Function<Asked, Optional<String>> answers)
      throws IOException, InterruptedException, TimeoutException {
    connection = Nats.connect(server);
    connection.createDispatcher(message -> take(message, answers)).subscribe(subject);
    connection.flush(Duration.ofSeconds(5));
  }

  private void take(Message message, Function<Asked, Optional<String>> answers) {
    try {
      Asked request = decode(message.getData());
      asked.add(request);
      answers
          .apply(request)
          .map(data -> GoEvent.encode(UUID.randomUUID().toString(), TYPE, data))
          .ifPresent(bytes -> connection.publish(message.getReplyTo(), bytes));
    } catch (GoFailure e) {
      ignored.add(e.reason());
    }
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /// Why requests got no reply.
  public List<String> ignored() {
    return List.copyOf(ignored);
  }

  static Asked decode(byte[] request) throws GoFailure {
    byte[] mac = {};
    String traceparent = "";
    GoJson data = GoEvent.data(request);
    if (!(data instanceof Obj) && !(data instanceof Null)) {
      throw GoFailure.error("cannot unmarshal into Go value of type nats.DHCPRequest");
    }
    for (Member member : data instanceof Obj(List<Member> members) ? members : List.<Member>of()) {
      if (member.is("MACAddress")) {
        mac = bytes(member.value());
      } else if (member.is("Traceparent") && !(member.value() instanceof Null)) {
        if (!(member.value() instanceof Text(String text))) {
          throw GoFailure.error("cannot unmarshal into field Traceparent of type string");
        }
        traceparent = text;
      }
    }
    return new Asked(GoAddress.mac(mac), traceparent);
  }

  /// A `[]byte`: base64, numbers, or null.
  private static byte[] bytes(GoJson value) throws GoFailure {
    return switch (value) {
      case Null _ -> new byte[0];
      case Text(String text) -> GoEvent.base64(text);
      case Arr(List<GoJson> elements) -> {
        byte[] bytes = new byte[elements.size()];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = uint8(elements.get(i));
        }
        yield bytes;
      }
      case Num _, Bool _, Obj _ ->
          throw GoFailure.error("cannot unmarshal into field MACAddress of type net.HardwareAddr");
    };
  }

  private static byte uint8(GoJson value) throws GoFailure {
    if (value instanceof Null) {
      return 0;
    }
    if (value instanceof Num(String digits)
        && digits.matches("\\d{1,3}")
        && Integer.parseInt(digits) <= 255) {
      return (byte) Integer.parseInt(digits);
    }
    throw GoFailure.error("cannot unmarshal into field MACAddress of type uint8");
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
