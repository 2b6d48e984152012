package dev.bootbus.schema.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.PlainConnection;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.conformance.Report.Outcome;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Our own answering side is the first backend that the kit must pass.
class OwnResponderTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final byte[] OVERLAY = new byte[2 * FileAnswer.PIECE + 1];

  private static DhcpResponse answer(MacAddress mac) {
    if (!mac.equals(Judged.KNOWN)) {
      return DhcpResponse.unknown("nobody knows " + mac);
    }
    Inet4Address address = Inet4Address.ofLiteral(Judged.ADDRESS);
    Dhcp dhcp =
        new Dhcp(
            mac,
            address,
            Inet4Address.ofLiteral("255.255.255.0"),
            Inet4Address.ofLiteral("192.0.2.1"),
            List.of(Inet4Address.ofLiteral("192.0.2.53")),
            "node-1",
            "example.com",
            null,
            List.of(),
            3600,
            List.of("example.com"));
    Netboot netboot = new Netboot(true, "http://192.0.2.1/boot.ipxe?mac=52-54-00-ab-cd-10&a=b");
    return new DhcpResponse.Answer(dhcp, netboot, Extensions.NONE);
  }

  @Test
  void everythingThatABackendMustDoIsDone() throws Exception {
    try (NatsServer nats = NatsServer.start();
        Bus bus = Bus.connect(BusSettings.of("backend").withServers(nats.url()), state -> {})) {
      bus.answerDhcp("group", request -> answer(request.mac()));
      bus.answerFiles(
          "group",
          request ->
              switch (request.path()) {
                case "overlay" -> FileAnswer.Content.piece(request, OVERLAY, "a/b", "v1");
                default -> new FileAnswer.NotFound("no file " + request.path());
              });
      Connection kit = PlainConnection.open(BusSettings.of("kit").withServers(nats.url()), 0);
      try {
        Plan plan =
            Plan.of(Subjects.DEFAULT, BusSettings.DEFAULT_DEADLINE)
                .withKnown(Judged.KNOWN, Judged.ADDRESS)
                .withFile("overlay");
        await().atMost(SOON).until(() -> isAnswered(kit));

        Judged judged = Judged.by(kit, plan);

        assertThat(judged.names(Outcome.FAILED)).isEmpty();
        assertThat(judged.names(Outcome.SKIPPED)).isEmpty();
        assertThat(judged.names(Outcome.ADVISED)).isEmpty();
        assertThat(judged.line("file-pieces").detail()).isEqualTo("1,048,577 bytes in 3 pieces");
        assertThat(judged.line("at-once").detail()).startsWith("1,000 in ");
        assertThat(judged.line("in-time").detail()).startsWith("100 requests: p50 ");
      } finally {
        kit.close();
      }
    }
  }

  private static boolean isAnswered(Connection kit) throws InterruptedException {
    var conversation = new Conversation(kit, SOON);
    return List.of(Subjects.DEFAULT.dhcp(), Subjects.DEFAULT.file()).stream()
        .allMatch(subject -> came(conversation, subject));
  }

  private static boolean came(Conversation conversation, String subject) {
    try {
      return conversation.ask(subject, new byte[0]) instanceof Reply.Came;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
