package dev.bootbus.schema.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.BusState;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The asking side of the bus against whatever a backend may do to it.
class FrontEndTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofMillis(1000);
  private static NatsServer nats;
  private Bus bus;
  private int machines;

  @BeforeAll
  static void start() throws Exception {
    nats = NatsServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    nats.close();
  }

  @BeforeEach
  void connect() throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    bus =
        Bus.connect(
            settings("front-end").withDeadline(DEADLINE),
            state -> {
              if (state instanceof BusState.Connected) {
                connected.countDown();
              }
            });
    assertThat(connected.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @AfterEach
  void close() {
    bus.close();
  }

  private static BusSettings settings(String name) {
    return BusSettings.of(name).withServers(nats.url());
  }

  private Simulator simulator(Behaviour behaviour, Duration delay) throws Exception {
    return Simulator.start(
        settings("simulator"), behaviour, delay, Simulator.Machines.ALL, served -> {});
  }

  /// What comes of asking about a machine that was not asked about before.
  private String outcome() {
    MacAddress mac = MacAddress.of(new byte[] {0x52, 0x54, 0, 0, 0, (byte) (2 * ++machines)});
    try {
      return switch (bus.ask(new DhcpRequest(mac, "", Facts.NONE))) {
        case DhcpResponse.Answer answer ->
            answer.dhcp().mac().equals(mac)
                ? "answer " + answer.dhcp().ipAddress().getHostAddress()
                : "answer for another";
        case DhcpResponse.Error(int code, String message) -> "error %d %s".formatted(code, message);
      };
    } catch (BackendUnavailableException e) {
      return e.reason().name();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "good, answer 192.0.2.10",
    "slow, answer 192.0.2.10",
    "silent, TIMEOUT",
    "wrong-mac, BAD_REPLY",
    "huge, answer 192.0.2.10",
    "late, TIMEOUT",
    "double, answer 192.0.2.10",
    "malformed, BAD_REPLY",
    "not-json, BAD_REPLY",
    "error-404, error 404 nobody knows",
    "error-no-message, error 404 error 404",
    "flat, answer 192.0.2.10",
    "go, answer 192.0.2.10"
  })
  void bears(String word, String expected) throws Exception {
    Behaviour behaviour = Behaviour.parse(word);
    Duration delay = behaviour == Behaviour.SLOW ? Duration.ofMillis(50) : null;
    try (Simulator _ = simulator(behaviour, delay)) {
      assertThat(outcome()).startsWith(expected);
      assertThat(outcome()).startsWith(expected); // and the next machine is none the worse for it
    }
  }

  @Test
  void aLateAnswerIsNotTakenForTheNextMachine() throws Exception {
    try (Simulator late = simulator(Behaviour.LATE, DEADLINE.plusMillis(200))) {
      assertThat(outcome()).isEqualTo("TIMEOUT");
      await().atMost(SOON).until(() -> late.counts().containsKey(Behaviour.LATE));
    }
    try (Simulator _ = simulator(Behaviour.GOOD, null)) {
      assertThat(outcome()).isEqualTo("answer 192.0.2.10");
    }
  }

  @Test
  void aMixtureIsBorneInItsTurns() throws Exception {
    try (Simulator simulator = simulator(Behaviour.MIXED, null)) {
      assertThat(Stream.generate(this::outcome).limit(14))
          .map(outcome -> outcome.replaceFirst("(error 404).*", "$1"))
          .containsExactly(
              "answer 192.0.2.10", // good
              "answer 192.0.2.10", // slow
              "TIMEOUT", // silent
              "BAD_REPLY", // wrong-mac
              "answer 192.0.2.10", // huge
              "TIMEOUT", // late
              "answer 192.0.2.10", // double
              "BAD_REPLY", // malformed
              "BAD_REPLY", // not-json
              "error 404", // error-404
              "error 404", // error-no-message
              "answer 192.0.2.10", // flat
              "answer 192.0.2.10", // go
              "answer 192.0.2.10"); // good again
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(simulator.counts()).containsEntry(Behaviour.GOOD, 2).hasSize(13));
    }
  }
}
