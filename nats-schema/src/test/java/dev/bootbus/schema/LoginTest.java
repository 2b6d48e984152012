package dev.bootbus.schema;

import static dev.bootbus.schema.testing.Authority.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.testing.NatsConfig;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.NKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logging in to a real nats-server in every way there is, and being refused.
class LoginTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final DhcpRequest REQUEST =
      new DhcpRequest(MacAddress.parse("52:54:00:77:00:10"), "", Facts.NONE);
  private static final String RIGHT = "the-right-secret";
  private static final String WRONG = "the-wrong-secret";

  @TempDir private Path folder;

  private static String user(String password) {
    return "authorization { users = [ { user: alice, password: \"%s\" } ] }".formatted(password);
  }

  private static Map<String, String> environment(NatsServer nats, String... more) {
    Map<String, String> environment =
        new java.util.HashMap<>(Map.of("BOOTBUS_NATS_URL", nats.url()));
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  private static void succeeds(NatsServer nats, String... how) {
    try (Listener listener = new Listener(environment(nats, how))) {
      listener.awaitConnected();
      assertThat(listener.told()).hasSize(1);
    }
  }

  /// @return what was told of it
  private static String fails(NatsServer nats, String... how) {
    try (Listener listener = new Listener(environment(nats, how))) {
      String told = listener.awaitTold("Authorization Violation");
      assertThat(told).startsWith("bus lost, connecting again until it is back: ").hasLineCount(1);
      assertThat(listener.all()).doesNotContain(RIGHT, WRONG);
      assertThat(listener.told()).noneMatch(BusState.Connected.class::isInstance).hasSize(1);
      return told;
    }
  }

  @Test
  void withAPassword() throws Exception {
    try (NatsServer nats = NatsServer.withConfig(user(RIGHT))) {
      succeeds(nats, "BOOTBUS_NATS_USER", "alice", "BOOTBUS_NATS_PASSWORD", RIGHT);
      String file = write(folder, "password", RIGHT + "\n");
      succeeds(nats, "BOOTBUS_NATS_USER", "alice", "BOOTBUS_NATS_PASSWORD_FILE", file);
      succeeds(nats, "BOOTBUS_NATS_URL", nats.url().replace("//", "//alice:" + RIGHT + "@"));

      assertThat(fails(nats, "BOOTBUS_NATS_USER", "alice", "BOOTBUS_NATS_PASSWORD", WRONG))
          .contains("user alice", "BOOTBUS_NATS_PASSWORD_FILE (--nats-password-file)");
      assertThat(fails(nats)).contains("it wants a login", "BOOTBUS_NATS_USER (--nats-user)");
      assertThat(fails(nats, "BOOTBUS_NATS_URL", nats.url().replace("//", "//a:" + WRONG + "@")))
          .contains("BOOTBUS_NATS_URL", nats.url());
    }
  }

  @Test
  void withAToken() throws Exception {
    try (NatsServer nats = NatsServer.withConfig("authorization { token: \"" + RIGHT + "\" }")) {
      succeeds(nats, "BOOTBUS_NATS_TOKEN", RIGHT);
      succeeds(nats, "BOOTBUS_NATS_TOKEN_FILE", write(folder, "token", RIGHT));

      assertThat(fails(nats, "BOOTBUS_NATS_TOKEN", WRONG)).contains("BOOTBUS_NATS_TOKEN_FILE");
    }
  }

  @Test
  void withAnNkey() throws Exception {
    NKey user = NKey.createUser(new SecureRandom());
    NKey stranger = NKey.createUser(new SecureRandom());
    String config =
        "authorization { users = [ { nkey: %s } ] }".formatted(new String(user.getPublicKey()));
    try (NatsServer nats = NatsServer.withConfig(config)) {
      String seed = write(folder, "seed", new String(user.getSeed()) + "\n");
      succeeds(nats, "BOOTBUS_NATS_NKEY", seed);

      String other = write(folder, "other", new String(stranger.getSeed()));
      assertThat(fails(nats, "BOOTBUS_NATS_NKEY", other))
          .contains("does not know the nkey in " + other)
          .doesNotContain(new String(stranger.getSeed()));
    }
  }

  @Test
  void withCredentialsOfAnOperator() throws Exception {
    Operator operator = new Operator();
    try (NatsServer nats = NatsServer.withConfig(operator.config())) {
      succeeds(nats, "BOOTBUS_NATS_CREDS", write(folder, "creds", operator.creds(null)));

      String creds = write(folder, "other", new Operator().creds(null));
      assertThat(fails(nats, "BOOTBUS_NATS_CREDS", creds))
          .contains("does not take the credentials in " + creds);
      assertThat(fails(nats)).contains("it wants a login");
    }
  }

  @Test
  void credentialsThatExpireAreToldAndReadAgainWhenRenewed() throws Exception {
    Operator operator = new Operator();
    try (NatsServer nats = NatsServer.withConfig(operator.config())) {
      String creds = write(folder, "creds", operator.creds(Duration.ofSeconds(2)));
      try (Listener listener = new Listener(environment(nats, "BOOTBUS_NATS_CREDS", creds))) {
        listener.awaitConnected();
        listener.awaitTold("User Authentication Expired");

        write(folder, "creds", operator.creds(null));
        listener.awaitConnected();
      }
    }
  }

  /// All that a bus does, before and after.
  @Test
  void aPasswordThatIsWrongForAWhileIsToldAndThenEverythingIsBack() throws Exception {
    List<Connection> attached = new CopyOnWriteArrayList<>();
    try (NatsServer nats = NatsServer.withConfig(user(RIGHT));
        Listener backend = new Listener(login(nats));
        Listener server = new Listener(login(nats))) {
      backend.bus().answerDhcp("group", request -> new DhcpResponse.Error(404, "nobody"));
      server.bus().onConnection(attached::add);
      awaitAnswer(server);

      nats.stop();
      nats.configure(NatsConfig.of(user(WRONG)));
      nats.restart();
      for (Listener listener : List.of(backend, server)) {
        listener.awaitTold("Authorization Violation");
      }
      // by then jnats has given up more than once
      await().atMost(SOON).until(() -> connections(nats) >= 6);

      nats.stop();
      nats.configure(NatsConfig.of(user(RIGHT)));
      nats.restart();
      awaitAnswer(server);

      assertThat(attached).hasSize(2);
      assertThat(server.told())
          .extracting(state -> state.getClass().getSimpleName())
          .containsExactly("Connected", "Disconnected", "Disconnected", "Connected");
    }
  }

  private static Map<String, String> login(NatsServer nats) {
    return environment(nats, "BOOTBUS_NATS_USER", "alice", "BOOTBUS_NATS_PASSWORD", RIGHT);
  }

  private static int connections(NatsServer nats) {
    return nats.log().split("authentication error", -1).length - 1;
  }

  private static void awaitAnswer(Listener listener) {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> listener.bus().ask(REQUEST) instanceof DhcpResponse.Error);
  }

  @Test
  void aPasswordFileIsReadAgainAfterARefusal() throws Exception {
    String file = write(folder, "password", RIGHT);
    try (NatsServer nats = NatsServer.withConfig(user(RIGHT));
        Listener listener =
            new Listener(
                environment(
                    nats, "BOOTBUS_NATS_USER", "alice", "BOOTBUS_NATS_PASSWORD_FILE", file))) {
      listener.awaitConnected();
      nats.stop();
      nats.configure(NatsConfig.of(user("a-new-one")));
      nats.restart();
      listener.awaitTold("Authorization Violation");

      write(folder, "password", "");
      listener.awaitTold("is empty");
      write(folder, "password", "a-new-one\n");
      listener.awaitConnected();
    }
  }

  @Test
  void whatAUserMayNotDoIsToldOnce() throws Exception {
    String config =
        """
        authorization { users = [ {
          user: alice, password: "%s"
          permissions: { publish: "bootbus.v1.event.>", subscribe: "_INBOX.listener.>" }
        } ] }
        """
            .formatted(RIGHT);
    try (NatsServer nats = NatsServer.withConfig(config);
        Listener listener = new Listener(login(nats))) {
      listener.awaitConnected();
      for (int i = 0; i < 3; i++) {
        assertThat(listener.refusal()).isEqualTo(BackendUnavailableException.Reason.TIMEOUT);
      }
      listener.bus().answerDhcp("group", request -> new DhcpResponse.Error(404, "nobody"));
      listener.awaitTold("Permissions Violation for Subscription to \"bootbus.v1.dhcp\"");

      listener.bus().onConnection(LoginTest::askForOtherInboxes);
      listener.awaitTold("Publish to \"_INBOX.other");
      listener.bus().onConnection(connection -> connection.publish("the.end", null));
      listener.awaitTold("Publish to \"the.end\"");

      assertThat(listener.told().stream().map(BusState::toString))
          .filteredOn(line -> line.contains("_INBOX.other"))
          .hasSize(1);
      assertThat(listener.told().stream().map(BusState::toString))
          .filteredOn(line -> line.contains("Publish to \"bootbus.v1.dhcp\""))
          .containsExactly(
              "bus refuses: Permissions Violation for Publish to \"bootbus.v1.dhcp\""
                  + " (see the permissions of this user)");
    }
  }

  private static void askForOtherInboxes(Connection connection) {
    for (int i = 0; i < 3; i++) {
      connection.publish("_INBOX.other." + i, null);
    }
  }
}
