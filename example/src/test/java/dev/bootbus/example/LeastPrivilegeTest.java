package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `deploy/nats/nats-server.conf` lets no user do more than its service needs.
class LeastPrivilegeTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private static NatsServer nats;

  @BeforeAll
  static void start() throws IOException {
    nats = BusUser.server();
  }

  @AfterAll
  static void stop() throws IOException {
    nats.close();
  }

  enum Way {
    PUBLISH("Publish") {
      @Override
      void go(Connection connection, String subject) {
        connection.publish(subject, new byte[0]);
      }
    },
    /// to a subject, and where a second word follows, in that queue group
    SUBSCRIBE("Subscription") {
      @Override
      void go(Connection connection, String subject) {
        String[] words = subject.split(" ");
        var dispatcher = connection.createDispatcher(message -> {});
        if (words.length == 2) {
          dispatcher.subscribe(words[0], words[1]);
        } else {
          dispatcher.subscribe(subject);
        }
      }
    };

    private final String violation;

    Way(String violation) {
      this.violation = violation;
    }

    abstract void go(Connection connection, String subject);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvFileSource(resources = "/forbidden.csv", numLinesToSkip = 1)
  void isRefused(String name, Way way, String subject) throws Exception {
    try (BusUser user = new BusUser(nats, name)) {
      way.go(user.connection(), subject);

      await().atMost(SOON).until(() -> !user.errors().isEmpty());
      assertThat(user.errors())
          .singleElement()
          .asString()
          .startsWith(
              "Permissions Violation for %s to \"%s\""
                  .formatted(way.violation, subject.split(" ")[0]));
    }
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvFileSource(resources = "/allowed.csv", numLinesToSkip = 1)
  void isAllowed(String name, Way way, String subject) throws Exception {
    try (BusUser user = new BusUser(nats, name)) {
      way.go(user.connection(), subject);

      user.connection().flush(SOON); // what is refused is said before the answer to this
      assertThat(user.errors()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"kernel-backend", "backend"})
  void whoeverIsAskedMayAnswerOnce(String name) throws Exception {
    try (BusUser asker = new BusUser(nats, "dhcp-server");
        BusUser backend = new BusUser(nats, name)) {
      backend
          .connection()
          .createDispatcher(
              question -> {
                answer(backend.connection(), question, "first");
                answer(backend.connection(), question, "second");
              })
          .subscribe("bootbus.v1.dhcp", "bootbus-kernel-backend");
      backend.connection().flush(SOON);

      Message answer = asker.connection().request("bootbus.v1.dhcp", new byte[0], SOON);

      assertThat(new String(answer.getData(), StandardCharsets.UTF_8)).isEqualTo("first");
      await().atMost(SOON).until(() -> !backend.errors().isEmpty());
      assertThat(backend.errors()).singleElement().asString().contains("_INBOX.dhcp-server.");
    }
  }

  private static void answer(Connection connection, Message question, String text) {
    connection.publish(question.getReplyTo(), text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anObserverSeesTheEventsOfAService() throws Exception {
    try (BusUser observer = new BusUser(nats, "observer");
        BusUser service = new BusUser(nats, "http-server")) {
      var events = observer.connection().subscribe("bootbus.v1.event.>");
      observer.connection().flush(SOON);

      service.connection().publish("bootbus.v1.event.http-server.served", new byte[0]);

      Message event = events.nextMessage(SOON);
      assertThat(event.getSubject()).isEqualTo("bootbus.v1.event.http-server.served");
    }
  }

  @Test
  void nobodyGetsInWithoutAPassword() {
    assertThatThrownBy(() -> Nats.connect(nats.url())).isInstanceOf(AuthenticationException.class);
  }
}
