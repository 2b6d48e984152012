import dev.bootbus.schema.Bus;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import java.nio.file.Files;
import java.nio.file.Path;

/// `Responder sdk|plain|bare URL FOLDER`: answers until it is killed.
///
/// sdk reads each request and writes each answer. The other two publish the bytes of
/// `FOLDER/response.json`, whatever is asked.
public final class Responder {
  private Responder() {}

  public static void main(String[] args) throws Exception {
    String kind = args[0];
    if (kind.equals("sdk")) {
      Bus bus = Bus.connect(Samples.settings("bench-responder", args[1]), System.err::println);
      bus.answerDhcp("bench", Samples::answer);
    } else {
      byte[] response = Files.readAllBytes(Path.of(args[2], "response.json"));
      Connection connection = Nats.connect(args[1]);
      Dispatcher dispatcher =
          connection.createDispatcher(message -> connection.publish(message.getReplyTo(), response));
      dispatcher.subscribe("bench." + kind, "bench");
    }
    Thread.currentThread().join();
  }
}
