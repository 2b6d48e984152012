package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SCRIPT;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopBreakerTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong();
  private final LoaderMemory memory = new LoaderMemory(Duration.ofSeconds(60), now::get);
  private final LoopBreaker full = new LoopBreaker(new FullDhcp(SETTINGS), memory);

  private static String told(Responder responder, TestPacket packet, DhcpResponse response) {
    Asked asked = (Asked) responder.intent(packet.client(), false);
    return ((Sent) responder.reply(asked, response)).message().file();
  }

  private String discover(long xid) {
    return told(full, TestPacket.pxe(DISCOVER, 7).xid(xid), ANSWER);
  }

  @Test
  void after_three_loaders_there_is_a_script() {
    for (long xid = 1; xid <= 3; xid++) {
      assertThat(discover(xid)).isEqualTo("ipxe.efi");
      now.addAndGet(5 * SECOND);
    }
    assertThat(discover(4)).isEqualTo(SCRIPT);
    assertThat(discover(5)).isEqualTo(SCRIPT);
  }

  @Test
  void the_acknowledgement_says_what_the_offer_said() {
    for (long xid = 1; xid <= 4; xid++) {
      String offered = discover(xid);
      TestPacket select =
          TestPacket.pxe(REQUEST, 7)
              .xid(xid)
              .with(Option.SERVER_ID, Machines.SERVER)
              .with(Option.REQUESTED_ADDRESS, Machines.ADDRESS);
      Reply reply = full.reply((Asked) full.intent(select.client(), false), ANSWER);
      assertThat(((Ack) reply).message().file()).isEqualTo(offered);
    }
  }

  /// OVMF repeats a DISCOVER four times while nobody gives it an address.
  @Test
  void repeating_a_packet_is_one_try() {
    for (int i = 0; i < 10; i++) {
      assertThat(discover(1)).isEqualTo("ipxe.efi");
    }
  }

  @Test
  void a_minute_later_it_is_a_loader_again() {
    for (long xid = 1; xid <= 4; xid++) {
      discover(xid);
    }
    now.addAndGet(61 * SECOND);
    assertThat(discover(5)).isEqualTo("ipxe.efi");
  }

  @Test
  void a_loader_that_came_back_as_ipxe_was_no_loop() {
    for (long xid = 1; xid <= 10; xid++) {
      assertThat(discover(xid)).isEqualTo("ipxe.efi");
      assertThat(told(full, TestPacket.ipxe(DISCOVER, 7).xid(100 + xid), ANSWER)).isEqualTo(SCRIPT);
    }
  }

  @Test
  void a_machine_that_was_not_answered_did_not_loop() {
    for (long xid = 1; xid <= 10; xid++) {
      TestPacket packet = TestPacket.pxe(DISCOVER, 7).xid(xid);
      full.reply((Asked) full.intent(packet.client(), false), DhcpResponse.notNow("later"));
    }
    assertThat(discover(11)).isEqualTo("ipxe.efi");
  }

  @Test
  void another_loader_than_ipxe_may_be_loaded_for_ever() {
    DhcpResponse grub = Machines.with(Machines.bootFile("grub.efi"));
    for (long xid = 1; xid <= 10; xid++) {
      assertThat(told(full, TestPacket.pxe(DISCOVER, 7).xid(xid), grub)).isEqualTo("grub.efi");
    }
  }

  @Test
  void another_machine_is_another_matter() {
    for (long xid = 1; xid <= 4; xid++) {
      discover(xid);
    }
    TestPacket other = TestPacket.pxe(DISCOVER, 7).mac("52:54:00:77:00:99").xid(9);
    assertThat(told(full, other, ANSWER)).isEqualTo("ipxe.efi");
  }

  /// On port 4011 it would be given the loader again.
  @Test
  void the_script_is_in_the_offer_in_either_style() {
    BootSettings asking =
        SETTINGS.with(
            BootPolicy.DEFAULT.withProxyStyles(Map.of("efi-x64", ProxyStyle.BOOT_SERVICE)));
    LoopBreaker proxy = new LoopBreaker(new ProxyDhcp(asking), memory);
    for (long xid = 1; xid <= 3; xid++) {
      assertThat(told(proxy, TestPacket.pxe(DISCOVER, 7).xid(xid), ANSWER)).isEmpty();
    }
    assertThat(told(proxy, TestPacket.pxe(DISCOVER, 7).xid(4), ANSWER)).isEqualTo(SCRIPT);
  }

  @Test
  void zero_breaks_no_loop() {
    BootSettings settings = SETTINGS.with(BootPolicy.DEFAULT.withLoopLimit(0));
    LoopBreaker never = new LoopBreaker(new ProxyDhcp(settings), memory);
    for (long xid = 1; xid <= 10; xid++) {
      assertThat(told(never, TestPacket.pxe(DISCOVER, 0).xid(xid), ANSWER))
          .isEqualTo("undionly.kpxe");
    }
  }

  @Test
  void the_memory_is_bounded() {
    for (int i = 0; i < LoaderMemory.MAX_MACHINES + 10; i++) {
      String mac = "02:00:00:%02x:%02x:%02x".formatted(i >> 16, i >> 8 & 0xff, i & 0xff);
      memory.offered(TestPacket.pxe(DISCOVER, 7).mac(mac).client());
    }
    for (long xid = 1; xid <= 1000; xid++) {
      memory.offered(TestPacket.pxe(DISCOVER, 7).xid(xid).client());
    }
    assertThat(memory.size()).isEqualTo(LoaderMemory.MAX_MACHINES);
    assertThat(memory.before(TestPacket.pxe(DISCOVER, 7).xid(0).client())).isLessThan(100);
  }

  @Test
  void a_broken_loop_is_an_event() throws Exception {
    BlockingQueue<BootEvent> events = new LinkedBlockingQueue<>();
    try (RunningServer server = RunningServer.start(full, request -> ANSWER, events::add);
        TestClient client = new TestClient(server.port())) {
      for (long xid = 1; xid <= 4; xid++) {
        client.ask(TestPacket.pxe(DISCOVER, 7).xid(xid));
      }
      // events of different packets may overtake each other
      List<BootEvent> offers = offers(events, 4);
      offers.sort(Comparator.comparing(BootEvent::transaction));
      BootEvent last = offers.removeLast();
      assertThat(offers).allMatch(event -> event.reason().isEmpty());
      assertThat(last.reason()).isEqualTo("loader-loop");
      assertThat(last.facts().get(EventFact.URL)).isEqualTo(SCRIPT);
    }
  }

  private static List<BootEvent> offers(BlockingQueue<BootEvent> events, int count)
      throws InterruptedException {
    List<BootEvent> offers = new ArrayList<>();
    while (offers.size() < count) {
      BootEvent event = events.poll(5, TimeUnit.SECONDS);
      assertThat(event).as("an event in time").isNotNull();
      if (event.kind() == EventKind.DHCP_OFFER) {
        offers.add(event);
      }
    }
    return offers;
  }

  @ParameterizedTest
  @EnumSource
  void nobody_answers_means_unknown_in_auto_proxy(Reason reason) throws Exception {
    Set<Reason> nobody = EnumSet.of(Reason.DISCONNECTED, Reason.NO_RESPONDERS, Reason.TIMEOUT);
    DhcpRequest question = new DhcpRequest(Machines.DHCP.mac(), "", DhcpRequest.Facts.NONE);
    UnknownWithoutAnswer backend =
        new UnknownWithoutAnswer(
            request ->
                CompletableFuture.failedFuture(new BackendUnavailableException(reason, "no")));
    CompletableFuture<DhcpResponse> answer = backend.ask(question).toCompletableFuture();
    if (nobody.contains(reason)) {
      assertThat(answer.get()).isEqualTo(DhcpResponse.unknown("nobody answers: no"));
    } else {
      assertThatThrownBy(answer::get).hasCauseInstanceOf(BackendUnavailableException.class);
    }
  }

  @Test
  void both_modes_are_those_of_the_responder_inside() {
    LoopBreaker proxy = new LoopBreaker(new ProxyDhcp(SETTINGS), memory);
    assertThat(full.mode()).isEqualTo(new FullDhcp(SETTINGS).mode());
    assertThat(proxy.mode()).isEqualTo(new ProxyDhcp(SETTINGS).mode());
    TestPacket packet = TestPacket.pxe(DISCOVER, 0);
    assertThat(proxy.reply((Asked) proxy.intent(packet.client(), false), ANSWER))
        .isInstanceOf(Offer.class);
  }
}
