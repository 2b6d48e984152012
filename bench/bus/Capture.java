import dev.bootbus.schema.Bus;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// `Capture URL FOLDER`: lets the SDK ask and answer once, and writes what went over the wire to
/// `FOLDER/request.json` and `FOLDER/response.json`, for those who send ready bytes.
public final class Capture {
  private static final Duration SOON = Duration.ofSeconds(10);

  private Capture() {}

  public static void main(String[] args) throws Exception {
    Connection spy = Nats.connect(args[0]);
    Subscription requests = spy.subscribe("bench.sdk");
    Subscription responses = spy.subscribe("_INBOX.bench-asker.>");
    spy.flush(SOON);
    try (Bus answering = Bus.connect(Samples.settings("bench-responder", args[0]), state -> {});
        Bus asking = Bus.connect(Samples.settings("bench-asker", args[0]), state -> {})) {
      answering.answerDhcp("bench", Samples::answer);
      Asker.awaitAnswer(() -> asking.ask(Samples.request(1)));
      Files.write(Path.of(args[1], "request.json"), requests.nextMessage(SOON).getData());
      byte[] response = responses.nextMessage(SOON).getData();
      while (response.length == 0) { // nobody was there yet
        response = responses.nextMessage(SOON).getData();
      }
      Files.write(Path.of(args[1], "response.json"), response);
    }
    spy.close();
  }
}
