package dev.bootbus.probe.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.boot.Silence.Bus;
import dev.bootbus.probe.boot.Silence.Other;
import dev.bootbus.probe.boot.Silence.Port;
import dev.bootbus.probe.boot.Silence.Server;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Why nobody answers, told from what else is answered.
class SilenceTest {
  private static final String OTHER = "52:54:00:00:00:02";

  @ParameterizedTest(name = "INFORM {0}, other {2}, port {3}, script {4}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # it answers what needs no address
          192.0.2.1 | named    | -         | OPEN        | -   | POOL_EXHAUSTED
          192.0.2.1 | stranger | -         | OPEN        | -   | POOL_EXHAUSTED
          # a machine that has its lease is still answered
          192.0.2.1 | named    | 192.0.2.1 | OPEN        | -   | POOL_EXHAUSTED
          -         | named    | 192.0.2.1 | OPEN        | -   | MACHINE_UNKNOWN
          -         | stranger | 192.0.2.1 | UNKNOWN     | -   | MACHINE_UNKNOWN
          # nobody is answered, not even whom it knows
          -         | named    | -         | OPEN        | -   | BACKEND_SILENT
          # known machines only, or does it hang? nothing tells
          -         | stranger | -         | OPEN        | -   | NO_OFFER
          -         | stranger | -         | OPEN        | 503 | BACKEND_SILENT
          -         | named    | -         | CLOSED      | -   | SERVER_DOWN
          -         | named    | -         | UNREACHABLE | -   | SERVER_DOWN
          -         | stranger | -         | UNKNOWN     | -   | NO_OFFER
          """)
  void withoutTheBus(
      String informed, String other, String answered, Port port, String script, Cause cause) {
    Silence silence =
        new Silence(
            Optional.empty(),
            Optional.ofNullable(informed),
            new Other(OTHER, other.equals("named"), Optional.ofNullable(answered)),
            new Server(port == Port.UNKNOWN ? "" : "192.0.2.1", port),
            Optional.ofNullable(script),
            new Bus.Unasked());

    assertThat(silence.finding().cause()).isEqualTo(cause);
    assertThat(silence.finding().detail()).isNotBlank().doesNotContain(" port 67 of  ");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      textBlock =
          """
          backend-timeout, nobody answered in 800 ms, BACKEND_SILENT
          backend-no-responders, nobody listens, BACKEND_SILENT
          backend-error, 404 unknown machine, MACHINE_UNKNOWN
          backend-error, 503 pool exhausted: all 10 addresses are leased, POOL_EXHAUSTED
          no-address, null, POOL_EXHAUSTED
          denied-mac, 52:54:00:00:00:01, MACHINE_UNKNOWN
          busy, 1000 packets at once, NO_OFFER
          """)
  void theBusKnows(String reason, String message, Cause cause) {
    assertThat(withBus(new Bus.Says(reason, message)).finding())
        .satisfies(
            finding -> {
              assertThat(finding.cause()).isEqualTo(cause);
              assertThat(finding.detail()).contains(reason, message);
            });
  }

  @ParameterizedTest
  @CsvSource("no NATS at nats://192.0.2.1:4222")
  void aBusThatIsAwayIsTheCause(String why) {
    assertThat(withBus(new Bus.Away(why)).finding().cause()).isEqualTo(Cause.BACKEND_SILENT);
  }

  /// Spanning tree: while the rest was asked, the port began to forward.
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"192.0.2.1, -", "192.0.2.1, 192.0.2.1", "-, 192.0.2.1"})
  void whatIsAnsweredNowWasOnlyOutOfReach(String informed, String other) {
    Silence silence =
        new Silence(
            Optional.of("192.0.2.1"),
            Optional.ofNullable(informed),
            new Other(OTHER, false, Optional.ofNullable(other)),
            new Server("192.0.2.1", Port.OPEN),
            Optional.empty(),
            new Bus.Unasked());

    assertThat(silence.finding().cause()).isEqualTo(Cause.FORWARDS_LATE);
  }

  private static Silence withBus(Bus bus) {
    return new Silence(
        Optional.empty(),
        Optional.empty(),
        new Other(OTHER, false, Optional.of("192.0.2.1")),
        new Server("192.0.2.1", Port.OPEN),
        Optional.empty(),
        bus);
  }
}
