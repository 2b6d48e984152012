package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The lines that operators read.
class JournalTest {
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.ofLiteral("192.168.77.100"), 1234);
  private static final Duration TIME = Duration.ofMillis(900);
  private static final Traceparent TRACE = Traceparent.fresh();
  private static final String TRACED = " trace=" + TRACE.traceId();

  private final Logger logger = (Logger) LoggerFactory.getLogger("tftp-server");
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final Journal journal = new Journal(_ -> {}, new SimpleMeterRegistry());

  @BeforeEach
  void listen() {
    written.start();
    logger.setLevel(Level.DEBUG);
    logger.setAdditive(false);
    logger.addAppender(written);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(written);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private static Call call(String filename) {
    return new Call(filename, PEER, "1234-1", new Step(TRACE, null));
  }

  private List<String> lines() {
    return written.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  @Test
  void sent() {
    Traffic traffic = new Traffic(850528, 1468, 4, 0);

    journal.ended(call("ipxe.efi"), new Outcome(Ending.SENT, "", traffic), true, TIME);

    assertThat(lines())
        .containsExactly(
            "INFO sent file=ipxe.efi peer=192.168.77.100:1234 bytes=850528 ms=900 blksize=1468"
                + " windowsize=4 resent=0"
                + TRACED);
  }

  @Test
  void failedBeforeAnythingWasSent() {
    Outcome outcome = new Outcome(Ending.NOT_FOUND, "file not found: x y", Traffic.NONE);

    journal.ended(call("x y"), outcome, false, TIME);

    assertThat(lines())
        .containsExactly(
            "INFO failed file=\"x y\" peer=192.168.77.100:1234 reason=not-found"
                + " detail=\"file not found: x y\" ms=900"
                + TRACED);
  }

  @Test
  void failedOnTheWay() {
    Outcome outcome =
        new Outcome(Ending.NO_ACK, "no ACK after block 3", new Traffic(2048, 512, 1, 5));

    journal.ended(call("big"), outcome, true, TIME);

    assertThat(lines())
        .containsExactly(
            "WARN failed file=big peer=192.168.77.100:1234 reason=no-ack"
                + " detail=\"no ACK after block 3\" bytes=2048 ms=900 blksize=512 windowsize=1"
                + " resent=5"
                + TRACED);
  }

  @Test
  void askingForTheSizeOnlyIsNoNews() {
    Outcome probe =
        new Outcome(Ending.ABORTED_BY_CLIENT, "error 8: enough", new Traffic(0, 512, 1, 0));
    Outcome later =
        new Outcome(Ending.ABORTED_BY_CLIENT, "error 0: no", new Traffic(512, 512, 1, 0));

    journal.ended(call("a"), probe, false, TIME);
    journal.ended(call("a"), later, true, TIME);

    assertThat(lines()).first().asString().startsWith("DEBUG aborted file=a");
    assertThat(lines()).last().asString().startsWith("INFO aborted file=a");
  }

  @Test
  void dropsAreLimitedByReason() {
    for (int i = 0; i < 1000; i++) {
      journal.dropped(DropReason.MALFORMED, PEER, "opcode 9 is unknown");
    }
    journal.dropped(DropReason.BUSY, PEER, "server busy");

    assertThat(lines())
        .hasSize(LogLimit.LINES + 1)
        .contains(
            "WARN dropped reason=malformed peer=192.168.77.100:1234"
                + " detail=\"opcode 9 is unknown\" withheld=0");
    assertThat(journal.count(DropReason.MALFORMED)).isEqualTo(1000);
  }

  @Test
  void totalsNameWhatHappened() {
    assertThat(journal.totals()).isEmpty();

    journal.ended(call("a"), new Outcome(Ending.SENT, "", Traffic.NONE), true, TIME);
    journal.ended(call("a"), new Outcome(Ending.NO_ACK, "", Traffic.NONE), false, TIME);
    journal.dropped(DropReason.WRITE_REQUEST, PEER, "");

    assertThat(journal.totals()).isEqualTo("sent=1 no-ack=1 write-request=1");
  }
}
