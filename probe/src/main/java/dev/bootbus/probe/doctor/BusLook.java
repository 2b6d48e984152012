package dev.bootbus.probe.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.boot.Hardware;
import dev.bootbus.probe.boot.MachineOptions;
import dev.bootbus.probe.boot.Program;
import dev.bootbus.probe.bus.Asked;
import dev.bootbus.probe.bus.BusView;
import dev.bootbus.probe.bus.BusView.Endpoint;
import dev.bootbus.probe.dhcp.ClientMessage;
import dev.bootbus.probe.doctor.Facts.Explained;
import dev.bootbus.probe.doctor.Facts.Happened;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.ExplainRequest;
import dev.bootbus.schema.Explanation;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.MalformedMessageException;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// Looks at the bus: who is there, what they would say, and what was told of late.
final class BusLook {
  private static final String EXPLAIN = "bootbus.v1." + ExplainRequest.SUBJECT;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration READING = Duration.ofSeconds(10);
  private static final Duration GAP = Duration.ofSeconds(2); // between two events of the past
  private static final int MAX_EVENTS = 100_000;
  private static final int MAX_TIMELINE = 500;
  private static final int MAX_REASONS = 1000;
  private static final int EFI_X64 = 7;

  private final BusView view;

  BusLook(BusView view) {
    this.view = view;
  }

  /// Asks the front ends for a machine that there is not, if no backend would write it down.
  Facts.Bus bus() throws InterruptedException {
    List<Endpoint> endpoints = view.endpoints();
    List<Endpoint> backends = endpoints.stream().filter(e -> e.name().equals("dhcp")).toList();
    if (backends.isEmpty() || !backends.stream().allMatch(Endpoint::dryRuns)) {
      return new Facts.Bus("", endpoints, false, List.of());
    }
    int frontEnds = (int) endpoints.stream().filter(e -> e.subject().equals(EXPLAIN)).count();
    MacAddress mac = MachineOptions.random();
    Hardware hardware = new Hardware(mac, MachineOptions.uuid(mac), OptionalInt.empty());
    DhcpMessage discover =
        ClientMessage.of(
            MessageType.DISCOVER,
            Program.UEFI_PXE.identity(hardware, EFI_X64),
            1,
            0,
            DhcpMessage.NO_ADDRESS,
            Options.EMPTY);
    String packet = HexFormat.of().formatHex(discover.encode().toArray());
    byte[] question = new ExplainRequest(packet, "", false, false).json();
    List<Explained> explained = new ArrayList<>();
    if (view.all(EXPLAIN, question, Math.max(1, frontEnds), PATIENCE, PATIENCE)
        instanceof Asked.Answered(List<byte[]> replies)) {
      replies.forEach(reply -> read(reply, explained));
    }
    return new Facts.Bus("", endpoints, true, List.copyOf(explained));
  }

  private static void read(byte[] reply, List<Explained> explained) {
    try {
      Explanation explanation = Explanation.read(reply);
      for (Explanation.Answer answer : explanation.answers()) {
        explained.add(
            new Explained(
                Terminal.printable(explanation.host() + " " + answer.network()).strip(),
                answer.network(),
                address(answer.address()),
                answer.reason(),
                Terminal.printable(answer.detail()),
                offered(answer.packet())));
      }
    } catch (MalformedMessageException e) {
      // it is none that we know
    }
  }

  private static Optional<Inet4Address> address(String text) {
    try {
      return Optional.of(Inet4Address.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Inet4Address> offered(String packet) {
    try {
      return packet.isEmpty()
          ? Optional.empty()
          : Optional.of(DhcpMessage.decode(Bytes.of(HexFormat.of().parseHex(packet))).yiaddr())
              .filter(address -> !address.equals(DhcpMessage.NO_ADDRESS));
    } catch (MalformedPacketException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Reads what was told, from the beginning of the window on.
  ///
  /// @param stream of events
  /// @param mac of the machine whose time-line is wanted
  Facts.Events events(String stream, String subject, Duration window, Optional<MacAddress> mac)
      throws InterruptedException {
    Map<String, Long> counts = new TreeMap<>();
    List<Happened> timeline = new ArrayList<>();
    long read = 0;
    boolean complete = false;
    try {
      JetStreamSubscription past = subscribe(stream, subject, window);
      try {
        long end = System.nanoTime() + READING.toNanos();
        while (read < MAX_EVENTS && System.nanoTime() < end) {
          Message message = past.nextMessage(GAP);
          if (message == null) {
            complete = past.getPendingMessageCount() == 0;
            break;
          }
          read++;
          take(message.getData(), counts, timeline, mac);
          if (message.metaData().pendingCount() == 0) {
            complete = true;
            break;
          }
        }
      } finally {
        past.unsubscribe();
      }
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      String why = String.valueOf(e.getMessage());
      return new Facts.Events(false, why, window, 0, false, Map.of(), List.of());
    }
    return new Facts.Events(true, "", window, read, complete, counts, List.copyOf(timeline));
  }

  private JetStreamSubscription subscribe(String stream, String subject, Duration window)
      throws IOException, JetStreamApiException {
    long there =
        view.connection()
            .jetStreamManagement()
            .getStreamInfo(stream)
            .getStreamState()
            .getMsgCount();
    ConsumerConfiguration since =
        ConsumerConfiguration.builder()
            .deliverPolicy(there == 0 ? DeliverPolicy.New : DeliverPolicy.ByStartTime)
            .startTime(there == 0 ? null : Instant.now().minus(window).atZone(ZoneOffset.UTC))
            .build();
    return view.connection()
        .jetStream()
        .subscribe(
            subject + ".>",
            PushSubscribeOptions.builder().ordered(true).stream(stream)
                .configuration(since)
                .build());
  }

  private static void take(
      byte[] event, Map<String, Long> counts, List<Happened> timeline, Optional<MacAddress> mac) {
    JsonNode json = BusView.read(event).orElse(null);
    if (json == null) {
      return;
    }
    JsonNode data = json.path("data");
    String what =
        Terminal.printable(
            json.path("type").asText().replaceFirst("^dev\\.bootbus\\.event\\.", ""));
    String reason = Terminal.printable(data.path("Reason").asText());
    String outcome = data.path("Outcome").asText();
    if (outcome.equals("REFUSED") || outcome.equals("FAILED")) {
      String key = reason.isEmpty() ? what : what + " " + reason;
      if (counts.size() < MAX_REASONS || counts.containsKey(key)) {
        counts.merge(key, 1L, Long::sum);
      }
    }
    boolean its =
        mac.isPresent() && mac.get().toString().equalsIgnoreCase(data.path("MACAddress").asText());
    if (its && timeline.size() < MAX_TIMELINE) {
      timeline.add(new Happened(when(json), what, reason, detail(data)));
    }
  }

  private static Instant when(JsonNode json) {
    try {
      return Instant.parse(json.path("time").asText());
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private static String detail(JsonNode data) {
    List<String> words = new ArrayList<>();
    for (String key :
        List.of("IPAddress", "ClientClass", "BootFile", "File", "Kernel", "Stage", "Message")) {
      String value = data.path(key).asText();
      if (!value.isEmpty()) {
        words.add(Terminal.printable(value));
      }
    }
    return String.join(" ", words);
  }
}
