package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.testing.NatsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A nats-server that hangs and keeps its connections.
class StalledServerTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration DEADLINE = BusSettings.DEFAULT_DEADLINE;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void questionsEndAtTheirDeadlineAndWhatComesLaterIsIgnored() throws Exception {
    try (NatsServer nats = NatsServer.start();
        Bus answering =
            Bus.connect(BusSettings.of("answering").withServers(nats.url()), state -> {});
        Bus asking =
            Bus.connect(
                BusSettings.of("asking").withServers(nats.url()).withMeters(meters), state -> {});
        AskingSteadily load = new AskingSteadily(asking)) {
      answering.answerDhcp(
          "group",
          request ->
              DhcpResponse.address(
                  Dhcp.of(
                      request.mac(),
                      Inet4Address.ofLiteral("192.168.77.100"),
                      Addresses.mask(24),
                      60)));
      await().atMost(SOON).ignoreExceptions().until(() -> load.askOnce() != null);
      load.start();
      load.await(Duration.ofMillis(500));
      assertThat(load.failures()).isEmpty();
      load.forget();

      nats.pause();
      try {
        load.await(DEADLINE.plusMillis(700)); // jnats would end the connection after 4 s and more
      } finally {
        nats.resume();
      }
      assertThat(load.failures())
          .isNotEmpty()
          .extracting(BackendUnavailableException::reason)
          .containsOnly(Reason.TIMEOUT);
      assertThat(Duration.ofNanos(load.slowest())).isLessThan(DEADLINE.plusMillis(500));
      assertThat(load.underWay()).isLessThanOrEqualTo(ReplyInbox.MAX_IN_FLIGHT);

      long resumed = System.nanoTime();
      await().atMost(SOON).until(() -> load.answeredSince(resumed) > AskingSteadily.PER_SECOND);
      load.forget();
      load.await(Duration.ofMillis(500));
      assertThat(load.failures()).isEmpty();
      // the questions lay in nats-server or before it, and their answers came when nobody waited
      assertThat(ignored("late")).isPositive();
      assertThat(ignored("double")).isZero();
      assertThat(ignored("stray")).isZero();
    }
  }

  private double ignored(String reason) {
    return meters.get("bootbus.bus.replies.ignored").tag("reason", reason).counter().count();
  }
}
