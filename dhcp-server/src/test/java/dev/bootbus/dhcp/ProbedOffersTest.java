package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.ConflictCheck.Verdict;
import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.MacAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/// Which offers wait for a probe, and what becomes of them.
class ProbedOffersTest {
  private static final Duration CHECK = Duration.ofMillis(300);
  private static final Verdict IN_USE =
      new Verdict.InUse(MacAddress.parse("52:54:00:99:00:99"), false);

  /// A wire on which probes end at once.
  static final class Probed extends WireSocket {
    private final boolean frames;
    private final Verdict verdict;
    final List<Inet4Address> probes = new ArrayList<>();

    Probed(boolean frames, Verdict verdict) {
      this.frames = frames;
      this.verdict = verdict;
    }

    @Override
    public boolean sendsFrames() {
      return frames;
    }

    @Override
    public CompletionStage<Verdict> probe(
        Inet4Address address, MacAddress client, Duration patience) {
      assertThat(client).hasToString(TestPacket.MAC);
      assertThat(patience).isEqualTo(CHECK);
      probes.add(address);
      return CompletableFuture.completedFuture(verdict);
    }
  }

  static Probed answering(Verdict verdict) {
    return new Probed(true, verdict);
  }

  private final List<DhcpRequest> asked = new ArrayList<>();
  private final List<BootEvent> events = new ArrayList<>();
  private final Outcomes outcomes = new Outcomes(events::add, new SimpleMeterRegistry());

  private void serve(Probed wire, Duration check, Extensions extensions, TestPacket packet) {
    serve(wire, check, packet, CompletableFuture.completedFuture(Machines.with(extensions)));
  }

  /// @param noted what the backend says to a DECLINE
  private void serve(
      Probed wire, Duration check, TestPacket packet, CompletionStage<DhcpResponse> noted) {
    wire.put(packet.message().encode(), "0.0.0.0");
    Port port =
        new Port(
            wire,
            new FullDhcp(SETTINGS),
            new Delivery(Rule.DHCP, 67, 68),
            Admission.EVERYONE,
            Duration.ZERO,
            check,
            false);
    new DhcpServer(
            port,
            request -> {
              asked.add(request);
              return request.facts().messageType().equals("DECLINE")
                  ? noted
                  : noted.exceptionally(_ -> Machines.with(Extensions.TO_PROBE));
            },
            outcomes)
        .serve();
  }

  private static TestPacket discover() {
    return TestPacket.of(DISCOVER);
  }

  private static TestPacket select() {
    return TestPacket.of(REQUEST)
        .with(Option.SERVER_ID, SERVER)
        .with(Option.REQUESTED_ADDRESS, ADDRESS);
  }

  static final List<Arguments> WHEN =
      List.of(
          Arguments.of("RFC 2131 §2.2: a first offer", true, CHECK, true, discover(), 1),
          Arguments.of("switched off", true, Duration.ZERO, true, discover(), 0),
          Arguments.of("the machine had it before", true, CHECK, false, discover(), 0),
          Arguments.of("RFC 826: not behind a relay", true, CHECK, true, relayed(), 0),
          Arguments.of("no frames, no ARP", false, CHECK, true, discover(), 0),
          Arguments.of("RFC 2131 §4.3.2: not of a REQUEST", true, CHECK, true, select(), 0));

  private static TestPacket relayed() {
    return discover().giaddr("10.0.0.1");
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("WHEN")
  void which_offers_are_probed(
      String name, boolean frames, Duration check, boolean probe, TestPacket packet, int probes) {
    Probed wire = new Probed(frames, new Verdict.Free());
    serve(wire, check, probe ? Extensions.TO_PROBE : Extensions.NONE, packet);

    assertThat(wire.probes).hasSize(probes);
    assertThat(wire.sent).hasSize(1);
    assertThat(asked).hasSize(1);
  }

  @Test
  void an_address_in_use_is_declined_and_not_offered() {
    Probed wire = answering(IN_USE);
    serve(wire, CHECK, Extensions.TO_PROBE, discover());

    assertThat(wire.sent).isEmpty();
    assertThat(asked)
        .extracting(request -> request.facts().messageType())
        .containsExactly("DISCOVER", "DECLINE");
    DhcpRequest decline = asked.getLast();
    assertThat(decline.mac()).hasToString(TestPacket.MAC);
    assertThat(decline.facts().requestedAddress()).isEqualTo(ADDRESS);
    assertThat(decline.facts().serverId()).isEqualTo(SERVER);
    assertThat(decline.traceparent()).isEqualTo(asked.getFirst().traceparent());
    assertThat(outcomes.totals()).endsWith("nak=0 address-in-use=1");
    assertThat(events.getLast())
        .extracting(BootEvent::reason, BootEvent::message)
        .containsExactly("address-in-use", "192.168.77.115 is used by 52:54:00:99:00:99");
  }

  @Test
  void a_repeated_packet_tells_the_backend_nothing_new() {
    Probed wire = answering(new Verdict.InUse(MacAddress.parse("52:54:00:99:00:99"), true));
    serve(wire, CHECK, Extensions.TO_PROBE, discover());

    assertThat(wire.sent).isEmpty();
    assertThat(asked).hasSize(1);
    assertThat(outcomes.count(DropReason.ADDRESS_IN_USE)).isEqualTo(1);
  }

  @Test
  void what_is_not_known_to_be_free_is_not_offered() {
    Probed wire = answering(new Verdict.Unknown(DropReason.BUSY, "too many"));
    serve(wire, CHECK, Extensions.TO_PROBE, discover());

    assertThat(wire.sent).isEmpty();
    assertThat(outcomes.count(DropReason.BUSY)).isEqualTo(1);
  }

  @Test
  void it_is_told_when_the_backend_takes_no_note() {
    BackendUnavailableException why =
        new BackendUnavailableException(BackendUnavailableException.Reason.TIMEOUT, "so it is");
    serve(answering(IN_USE), CHECK, discover(), CompletableFuture.failedFuture(why));

    assertThat(events.getLast().message())
        .endsWith("52:54:00:99:00:99, and the backend does not know: so it is");
    assertThat(outcomes.count(DropReason.ADDRESS_IN_USE)).isEqualTo(1);
  }
}
