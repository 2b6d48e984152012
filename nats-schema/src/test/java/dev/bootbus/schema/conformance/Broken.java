package dev.bootbus.schema.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A good backend that is wrong in one way.
///
/// @param to what it replies to one message
record Broken(Replying to) {
  private static final Replies GOOD = new Replies(Judged.MACHINES);

  /// One backend's way to reply.
  interface Replying {
    List<byte[]> to(Message message);
  }

  static byte[] good(Message message) {
    return GOOD.good(Asked.read(message.getData()));
  }

  static byte[] error(Message message, int code, String why) {
    return GOOD.error(Asked.read(message.getData()), code, why);
  }

  static String text(Message message) {
    return new String(message.getData(), StandardCharsets.UTF_8);
  }

  /// Replies as a good one, with the event changed where it answers for a machine.
  static Broken event(Consumer<ObjectNode> change) {
    return changed((event, isError) -> !isError, change);
  }

  /// The same for the object in `data`.
  static Broken data(Consumer<ObjectNode> change) {
    return event(event -> change.accept(event.withObject("/data")));
  }

  static Broken dhcp(Consumer<ObjectNode> change) {
    return data(data -> change.accept(data.withObject("/DHCP")));
  }

  /// Replies as a good one, with its errors changed.
  static Broken errors(Consumer<ObjectNode> change) {
    return changed((event, isError) -> isError, change);
  }

  private static Broken changed(
      BiFunction<ObjectNode, Boolean, Boolean> which, Consumer<ObjectNode> change) {
    return new Broken(
        message -> {
          byte[] good = good(message);
          try {
            ObjectNode event = (ObjectNode) Answer.MAPPER.readTree(good);
            boolean isError = event.at("/data/Error/Code").asInt() != 0;
            if (which.apply(event, isError)) {
              change.accept(event);
            }
            return List.of(event.toString().getBytes(StandardCharsets.UTF_8));
          } catch (IOException e) {
            throw new AssertionError("a good reply is JSON", e);
          }
        });
  }

  /// Does not reply to these.
  static Broken silentTo(Predicate<Message> which) {
    return new Broken(message -> which.test(message) ? List.of() : List.of(good(message)));
  }

  /// Answers these with an error.
  static Broken refuses(Predicate<Message> which) {
    return new Broken(
        message ->
            List.of(which.test(message) ? error(message, 400, "too much for me") : good(message)));
  }

  static Predicate<Message> says(String part) {
    return message -> text(message).contains(part);
  }

  Dispatcher start(Connection connection, String subject) throws Exception {
    Dispatcher dispatcher =
        connection.createDispatcher(
            message ->
                to.to(message).forEach(reply -> connection.publish(message.getReplyTo(), reply)));
    dispatcher.subscribe(subject);
    connection.flush(Duration.ofSeconds(5));
    return dispatcher;
  }
}
