package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ADDRESS;
import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DECLINE;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.INFORM;
import static dev.bootbus.dhcp.wire.MessageType.RELEASE;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.bootbus.dhcp.ConflictCheck.Verdict;
import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.RateLimit.Settings;
import dev.bootbus.dhcp.TokenBuckets.Rate;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.MacAddress;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// One packet, one outcome: counted once, logged in one line, told in one event or none, and all of
/// them have the same word for it.
class OutcomesTest {
  private static final Backend KNOWING = answering(ANSWER);
  private static final Set<EventKind> TELLS_WHY =
      Set.of(EventKind.DHCP_REFUSED, EventKind.BACKEND_SILENT, EventKind.DHCP_NAK);
  private static final String CLIENT = "192.168.77.115";
  private static final BootSettings WITH_MENU = Machines.withMenu();
  private static final Rate ONE = new Rate(1, 1);

  private final Logger logger = (Logger) LoggerFactory.getLogger("outcomes-test");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<BootEvent> events = new ArrayList<>();

  @BeforeEach
  void listen() {
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
  }

  private record Case(Responder responder, Backend backend, WireSocket wire, Admission admission) {
    Case(Responder responder, Backend backend, WireSocket wire) {
      this(responder, backend, wire, Admission.EVERYONE);
    }
  }

  private static Backend answering(DhcpResponse response) {
    return request -> CompletableFuture.completedFuture(response);
  }

  private static Case full(TestPacket packet) {
    return full(packet, KNOWING);
  }

  private static Case full(TestPacket packet, Backend backend) {
    return new Case(new FullDhcp(SETTINGS), backend, wire(packet));
  }

  private static Case proxy(TestPacket packet) {
    return proxy(packet, ANSWER);
  }

  private static Case proxy(TestPacket packet, Answer answer) {
    return new Case(new ProxyDhcp(SETTINGS), answering(answer), wire(packet));
  }

  private static Case unavailable(Reason reason) {
    BackendUnavailableException why = new BackendUnavailableException(reason, "so it is");
    return full(TestPacket.of(DISCOVER), request -> CompletableFuture.failedFuture(why));
  }

  private static WireSocket wire(TestPacket packet) {
    return new WireSocket().put(packet.message().encode(), CLIENT);
  }

  /// After one packet that was just within the limit.
  private static Case limited(Settings settings) {
    TestPacket packet = TestPacket.of(DISCOVER).giaddr("10.0.0.1").with(82, Bytes.ofHex("010105"));
    RateLimit limit = new RateLimit(settings);
    assertThat(limit.refusal(packet.client())).isEmpty();
    return new Case(new FullDhcp(SETTINGS), KNOWING, wire(packet), limit);
  }

  private static Case refused(Admission admission) {
    return new Case(new FullDhcp(SETTINGS), KNOWING, wire(TestPacket.of(DISCOVER)), admission);
  }

  private static Case of(DropReason reason) {
    return switch (reason) {
      case MALFORMED ->
          new Case(new FullDhcp(SETTINGS), KNOWING, new WireSocket().put(Bytes.EMPTY, CLIENT));
      case NOT_A_REQUEST -> full(TestPacket.of(DISCOVER).op(2));
      case BAD_ADDRESS -> full(TestPacket.of(DISCOVER).giaddr("127.0.0.1"));
      case NO_IDENTITY -> full(TestPacket.of(DISCOVER).hlen(0));
      case MALFORMED_OPTION -> full(TestPacket.of(DISCOVER).with(50, Bytes.ofHex("0a")));
      case NO_MESSAGE_TYPE -> full(TestPacket.bootp());
      case UNKNOWN_MESSAGE_TYPE -> full(TestPacket.bootp().with(53, Bytes.ofHex("0a")));
      case FROM_A_SERVER -> full(TestPacket.of(MessageType.OFFER));
      case TOO_MANY_HOPS -> full(TestPacket.of(DISCOVER).hops(17));
      case NO_CLIENT_ADDRESS -> full(TestPacket.of(INFORM));
      case NO_SERVER_ID -> full(TestPacket.of(DECLINE).with(Option.REQUESTED_ADDRESS, ADDRESS));
      case NO_REQUESTED_ADDRESS -> full(TestPacket.of(REQUEST));
      case OTHER_SERVER -> full(select().with(Option.SERVER_ID, ADDRESS));
      case NOT_PXE -> proxy(TestPacket.of(DISCOVER));
      case NOT_FOR_PROXY -> proxy(select());
      case WRONG_PORT ->
          new Case(new BootService(SETTINGS), KNOWING, wire(TestPacket.pxe(DISCOVER, 7)));
      case DENIED_MAC -> refused(new DenyList(MacPrefixes.of(List.of(TestPacket.MAC))));
      case NOT_ALLOWED_MAC -> refused(new AllowList(MacPrefixes.of(List.of("02:00:5e"))));
      case RATE_LIMITED_MAC -> limited(new Settings(ONE, Rate.UNLIMITED, Rate.UNLIMITED));
      case RATE_LIMITED_CIRCUIT -> limited(new Settings(Rate.UNLIMITED, ONE, Rate.UNLIMITED));
      case RATE_LIMITED_RELAY -> limited(new Settings(Rate.UNLIMITED, Rate.UNLIMITED, ONE));
      case FOREIGN_CIADDR -> full(TestPacket.of(REQUEST).ciaddr("192.168.77.116"));
      case BUSY -> unavailable(Reason.BUSY);
      case OVERFLOW -> new Case(new FullDhcp(SETTINGS), KNOWING, new WireSocket().drop());
      case BACKEND_DISCONNECTED -> unavailable(Reason.DISCONNECTED);
      case BACKEND_NO_RESPONDERS -> unavailable(Reason.NO_RESPONDERS);
      case BACKEND_TIMEOUT -> unavailable(Reason.TIMEOUT);
      case BACKEND_BAD_REPLY -> unavailable(Reason.BAD_REPLY);
      case BACKEND_ERROR ->
          full(TestPacket.of(DISCOVER), answering(new DhcpResponse.Error(404, "unknown")));
      case NO_ADDRESS ->
          full(
              TestPacket.of(DISCOVER),
              answering(new Answer(Dhcp.NONE, Machines.NETBOOT, Extensions.NONE)));
      case ADDRESS_IN_USE ->
          new Case(
              new FullDhcp(SETTINGS),
              answering(Machines.with(Extensions.TO_PROBE)),
              ProbedOffersTest.answering(new Verdict.InUse(MacAddress.NONE, false))
                  .put(TestPacket.of(DISCOVER).message().encode(), CLIENT));
      case NOT_A_BOOT_CLIENT ->
          throw new AssertionError("a proxy leaves these alone before anybody is asked");
      case NETBOOT_DENIED ->
          proxy(TestPacket.pxe(DISCOVER, 7), Machines.with(new Netboot(false, "")));
      case UNKNOWN_ARCHITECTURE -> proxy(TestPacket.pxe(DISCOVER, 0xFFFE));
      case NO_BOOT_FILE -> proxy(TestPacket.pxe(DISCOVER, 6));
      case BAD_BOOT_FILE -> proxy(TestPacket.pxe(DISCOVER, 7), booting("file:///x"));
      case WRONG_FIRMWARE -> proxy(TestPacket.pxe(DISCOVER, 7), booting("undionly.kpxe"));
      case LOADER_LOOP ->
          proxy(
              TestPacket.ipxe(DISCOVER, 7),
              Machines.with(new Netboot(true, "http://192.168.77.1/ipxe.efi")));
      case UNKNOWN_MENU_ITEM ->
          new Case(
              new BootService(WITH_MENU),
              KNOWING,
              wire(TestPacket.pxe(REQUEST, 7).with(43, Bytes.ofHex("470400630000ff"))));
      case SEND_FAILED ->
          new Case(
              new FullDhcp(SETTINGS),
              KNOWING,
              new WireSocket() {
                @Override
                public void send(Bytes payload, Destination destination) throws IOException {
                  throw new IOException("Network is unreachable");
                }
              }.put(TestPacket.of(DISCOVER).message().encode(), CLIENT));
      case FAILED ->
          full(
              TestPacket.of(DISCOVER),
              request -> {
                throw new IllegalStateException("a bug");
              });
    };
  }

  private static TestPacket select() {
    return TestPacket.of(REQUEST)
        .with(Option.SERVER_ID, SERVER)
        .with(Option.REQUESTED_ADDRESS, ADDRESS);
  }

  private static Answer booting(String file) {
    return Machines.with(Machines.bootFile(file));
  }

  private void run(Case of) {
    Outcomes outcomes = new Outcomes(events::add, meters, logger);
    Delivery delivery = new Delivery(Rule.DHCP, 67, 68);
    Duration check = Duration.ofMillis(300);
    Port port =
        new Port(of.wire(), of.responder(), delivery, of.admission(), Duration.ZERO, check, false);
    new DhcpServer(port, of.backend(), outcomes).serve();
  }

  /// Outcome, reason and count of what was counted at all.
  private List<Tuple> counted() {
    Collection<FunctionCounter> counters = meters.get("bootbus.dhcp.packets").functionCounters();
    return counters.stream()
        .filter(counter -> counter.count() > 0)
        .map(
            counter ->
                tuple(
                    counter.getId().getTag("outcome"),
                    counter.getId().getTag("reason"),
                    counter.count()))
        .toList();
  }

  private List<BootEvent> toldWhy() {
    return events.stream().filter(event -> TELLS_WHY.contains(event.kind())).toList();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_A_BOOT_CLIENT")
  void silence_has_one_word_for_its_reason_everywhere(DropReason reason) {
    run(of(reason));
    assertThat(counted()).containsExactly(tuple("silence", reason.key(), 1.0));
    assertThat(log.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .matches("silence reason=" + reason.key() + " .*");
    List<Tuple> told = BootEvents.kind(reason).map(k -> tuple(k, reason.key())).stream().toList();
    assertThat(toldWhy()).extracting(BootEvent::kind, BootEvent::reason).isEqualTo(told);
    assertThat(meters.get("bootbus.dhcp.reply.seconds").timers())
        .allMatch(timer -> timer.count() == 0);
  }

  private void assertAnswered(String outcome, String reason, String line) {
    assertThat(counted()).containsExactly(tuple(outcome, reason.isEmpty() ? "none" : reason, 1.0));
    assertThat(log.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains(line);
    assertThat(events).hasSize(2);
    assertThat(events.getLast().reason()).isEqualTo(reason);
    Timer timer = meters.get("bootbus.dhcp.reply.seconds").tag("type", outcome).timer();
    assertThat(timer.count()).isEqualTo(1);
    assertThat(timer.totalTime(TimeUnit.SECONDS)).isBetween(0.0, 5.0);
  }

  @Test
  void an_offer_needs_no_reason() {
    run(full(TestPacket.pxe(DISCOVER, 7)));
    assertAnswered("offer", "", "offer mac=" + TestPacket.MAC);
  }

  @Test
  void an_offer_says_why_there_is_nothing_to_boot() {
    run(full(TestPacket.pxe(DISCOVER, 7), answering(Machines.with(new Netboot(false, "")))));
    assertAnswered("offer", "netboot-denied", " no-boot=netboot-denied");
  }

  @Test
  void a_client_that_does_not_boot_misses_nothing() {
    run(full(select()));
    assertAnswered("ack", "", "ack mac=" + TestPacket.MAC);
  }

  @Test
  void a_nak_says_why() {
    run(full(select().with(Option.REQUESTED_ADDRESS, SERVER)));
    assertAnswered("nak", "other-address", " reason=other-address ");
  }

  private void assertNoted(String outcome, EventKind kind) {
    assertThat(counted()).containsExactly(tuple(outcome, "none", 1.0));
    assertThat(log.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .startsWith(outcome + " mac=" + TestPacket.MAC);
    assertThat(events).extracting(BootEvent::kind).containsExactly(kind);
  }

  @Test
  void a_decline_that_the_backend_notes_needs_no_answer() {
    TestPacket decline = TestPacket.of(DECLINE).with(Option.REQUESTED_ADDRESS, ADDRESS);
    run(full(decline.with(Option.SERVER_ID, SERVER)));
    assertNoted("decline", EventKind.DHCP_DECLINE);
  }

  @Test
  void a_release_that_the_backend_notes_needs_no_answer() {
    run(full(TestPacket.of(RELEASE).with(Option.SERVER_ID, SERVER).ciaddr(CLIENT)));
    assertNoted("release", EventKind.DHCP_RELEASE);
  }

  @Test
  void nobody_ends_the_lease_of_another() {
    run(full(TestPacket.of(RELEASE).with(Option.SERVER_ID, SERVER).ciaddr("192.168.77.9")));
    assertThat(counted()).containsExactly(tuple("silence", "foreign-ciaddr", 1.0));
  }

  @Test
  void a_flood_for_one_reason_hides_no_other_and_counts_all() {
    Case flood = full(TestPacket.of(DISCOVER).op(2));
    for (int i = 1; i < 10_000; i++) {
      flood.wire().put(TestPacket.of(DISCOVER).op(2).message().encode(), CLIENT);
    }
    flood.wire().put(TestPacket.of(INFORM).message().encode(), CLIENT);
    run(flood);
    assertThat(counted())
        .containsExactlyInAnyOrder(
            tuple("silence", "not-a-request", 10_000.0),
            tuple("silence", "no-client-address", 1.0));
    List<String> lines = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(lines).filteredOn(line -> line.contains("=not-a-request ")).hasSizeBetween(20, 25);
    assertThat(lines).filteredOn(line -> line.contains("=no-client-address ")).hasSize(1);
  }

  @Test
  void no_metric_names_a_machine() {
    run(full(TestPacket.pxe(DISCOVER, 7)));
    assertThat(meters.getMeters())
        .allSatisfy(
            meter ->
                assertThat(meter.getId().getTags())
                    .extracting(tag -> tag.getKey())
                    .isSubsetOf("outcome", "reason", "type", "le"));
  }
}
