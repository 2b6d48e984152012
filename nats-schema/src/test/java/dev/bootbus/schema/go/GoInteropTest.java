package dev.bootbus.schema.go;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.go.GoOutcome.NoRecord;
import dev.bootbus.schema.go.GoResponder.Asked;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bootbus and the Go original over a real nats-server, each of them as front end and as backend.
class GoInteropTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String GO_TYPE = "org.tinkerbell.backend.read";
  private static final MacAddress KNOWN = MacAddress.parse(GoRecord.GOLDEN.mac());
  private static final MacAddress UNKNOWN = MacAddress.parse("02:00:00:00:00:01");
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-";
  private static final String TRACEPARENT = TRACE + "b7ad6b7169203331-01";
  private static final Facts FACTS =
      new Facts(
          Mode.DHCP,
          "DISCOVER",
          0xFFFF_FFFFL,
          List.of(7),
          "PXEClient:Arch:00007",
          List.of("iPXE"),
          "564d4c41-4200-4077-8000-000000000010",
          "01080027294e67",
          "<h>&",
          null,
          null,
          null,
          Inet4Address.ofLiteral("192.168.78.1"),
          Inet4Address.ofLiteral("192.168.79.0"),
          "0104deadbeef",
          "eth0");
  private static final Dhcp GOLDEN_DHCP =
      new Dhcp(
          KNOWN,
          ip("192.168.2.199"),
          ip("255.255.255.0"),
          ip("192.168.2.1"),
          List.of(ip("1.1.1.1"), ip("8.8.8.8")),
          "pxe-virtualbox",
          "example.com",
          ip("192.168.2.255"),
          List.of(ip("132.163.96.2")),
          86400,
          List.of("example.com", "example.net"));
  private static final DhcpResponse GOLDEN =
      new DhcpResponse.Answer(
          GOLDEN_DHCP, new Netboot(true, GoRecord.GOLDEN.ipxeScriptUrl()), Extensions.NONE);
  private static final DhcpResponse NOT_FOUND = new DhcpResponse.Error(404, "mac not found");

  private static NatsServer nats;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    nats = NatsServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    nats.close();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static Inet4Address ip(String text) {
    return Inet4Address.ofLiteral(text);
  }

  private <T extends AutoCloseable> T opened(T each) {
    open.add(each);
    return each;
  }

  private Bus bus(BusSettings settings) {
    Bus bus = opened(Bus.connect(settings.withServers(nats.url()), state -> {}));
    connectionOf(bus);
    return bus;
  }

  private static Connection connectionOf(Bus bus) {
    CompletableFuture<Connection> connection = new CompletableFuture<>();
    bus.onConnection(connection::complete);
    return connection.orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private static BusSettings on(String subject) {
    return BusSettings.of("gopeer").withSubjects(Subjects.DEFAULT.withDhcp(subject));
  }

  private GoResponder goBackend(String subject, Function<Asked, Optional<String>> answers)
      throws Exception {
    return opened(new GoResponder(nats.url(), subject, answers));
  }

  /// The example's responder: one machine is known.
  private static Function<Asked, Optional<String>> example(GoShape shape) {
    return asked ->
        Optional.of(
            asked.mac().equals(GoRecord.GOLDEN.mac())
                ? shape.answer(GoRecord.GOLDEN)
                : shape.error(404, "mac not found"));
  }

  @ParameterizedTest
  @EnumSource(GoShape.class)
  void aFrontEndReadsEveryShapeOfAGoBackend(GoShape shape) throws Exception {
    GoResponder backend = goBackend("tinkerbell.dhcp", example(shape));
    Bus frontEnd = bus(on("tinkerbell.dhcp").withDhcpType(GO_TYPE));

    DhcpResponse known = frontEnd.ask(new DhcpRequest(KNOWN, TRACEPARENT, FACTS));
    DhcpResponse unknown = frontEnd.ask(new DhcpRequest(UNKNOWN, "", Facts.NONE));

    // the bare shape has no room for netboot, which it does not allow then, nor for an error
    boolean bare = shape == GoShape.BARE_DHCP;
    assertThat(known)
        .isEqualTo(
            bare ? new DhcpResponse.Answer(GOLDEN_DHCP, Netboot.DENIED, Extensions.NONE) : GOLDEN);
    assertThat(unknown)
        .isEqualTo(
            bare ? new DhcpResponse.Answer(Dhcp.NONE, Netboot.DENIED, Extensions.NONE) : NOT_FOUND);
    assertThat(backend.ignored()).isEmpty();
    assertThat(backend.asked()).extracting(Asked::mac).containsExactly("" + KNOWN, "" + UNKNOWN);
    assertThat(backend.asked().getFirst().traceparent()).startsWith(TRACE);
  }

  @ParameterizedTest
  @CsvSource({
    "bootbus.v1.dhcp, ''",
    "tinkerbell.dhcp, ''",
    "tinkerbell.dhcp, org.tinkerbell.backend.read",
    "dhcp, org.tinkerbell.dhcp.backend.nats.read",
  })
  void bothDirectionsWorkOnEverySubject(String subject, String type) throws Exception {
    goBackend(subject, example(GoShape.NESTED_BY_POINTER));
    BusSettings settings = on(subject).withDhcpType(type);
    assertThat(bus(settings).ask(new DhcpRequest(KNOWN, "", FACTS))).isEqualTo(GOLDEN);
    close();
    open.clear();

    GoRequester frontEnd = backendFor(settings, request -> GOLDEN);
    assertThat(frontEnd.read("" + KNOWN, TRACEPARENT))
        .isEqualTo(new GoOutcome.Accepted(GoRecord.GOLDEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "02",
        "02:00:00:00:00:00:00:01",
        "80:00:02:08:fe:80:00:00:00:00:00:00:00:00" + ":11:22:33:44:55:66"
      })
  void addressesOfOtherLengthsAreAskedFor(String mac) throws Exception {
    GoResponder backend = goBackend("dhcp", example(GoShape.NESTED_BY_POINTER));

    DhcpResponse response =
        bus(on("dhcp")).ask(new DhcpRequest(MacAddress.parse(mac), "", Facts.NONE));

    assertThat(response).isEqualTo(NOT_FOUND);
    assertThat(backend.asked()).extracting(Asked::mac).containsExactly(mac);
  }

  /// A backend of ours, in service, and a Go front end that asks it.
  private GoRequester backendFor(BusSettings settings, Bus.DhcpHandler handler) throws Exception {
    bus(settings).answerDhcp("group", handler);
    GoRequester frontEnd = opened(new GoRequester(nats.url(), settings.subjects().dhcp()));
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> !(frontEnd.read("", "") instanceof GoOutcome.Rejected));
    return frontEnd;
  }

  @Test
  void aGoFrontEndReadsAnAnswerWithNothingInIt() throws Exception {
    DhcpResponse nothing = new DhcpResponse.Answer(Dhcp.NONE, Netboot.DENIED, Extensions.NONE);

    GoRequester frontEnd = backendFor(on("bootbus.v1.dhcp"), request -> nothing);

    assertThat(frontEnd.read("" + KNOWN, "")).isEqualTo(new GoOutcome.Accepted(GoRecord.EMPTY));
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 403, 409, 429, 503, 0, -1})
  void aGoFrontEndTakesAnErrorOfAnyCodeForOne(int code) throws Exception {
    GoRequester frontEnd =
        backendFor(on("bootbus.v1.dhcp"), request -> new DhcpResponse.Error(code, ""));

    assertThat(frontEnd.read("" + KNOWN, "")).isEqualTo(new NoRecord(code, "error " + code));
  }

  @Test
  void aGoFrontEndTakesTheFailureOfAHandlerForAnError() throws Exception {
    GoRequester frontEnd =
        backendFor(
            on("bootbus.v1.dhcp"),
            request -> {
              throw new IllegalStateException("a bug");
            });

    assertThat(frontEnd.read("" + KNOWN, ""))
        .isInstanceOfSatisfying(NoRecord.class, error -> assertThat(error.code()).isEqualTo(500));
  }

  @Test
  void aGoFrontEndSeesWhateverWasSaid() throws Exception {
    long seed = System.nanoTime();
    System.out.println("GoInteropTest seed " + seed);
    RandomResponses random = new RandomResponses(new Random(seed));
    Map<MacAddress, DhcpResponse> said = new ConcurrentHashMap<>();
    GoRequester frontEnd =
        backendFor(
            on("tinkerbell.dhcp").withDhcpType(GO_TYPE),
            request -> said.getOrDefault(request.mac(), NOT_FOUND));
    for (int i = 0; i < 1_000; i++) {
      MacAddress mac = random.mac();
      said.put(mac, random.next(mac));

      assertThat(frontEnd.read("" + mac, i % 2 == 0 ? "" : TRACEPARENT))
          .as("seed " + seed + " " + said.get(mac))
          .isEqualTo(RandomResponses.seen(said.get(mac)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "null",
        "[]",
        "{}",
        "{'specversion':'1.0'}",
        "{'specversion':'1.0','data':7}",
        "{'specversion':'9','data':{}}",
        "{'specversion':'1.0','data':{'MACAddress':'<&\u2028>'}}",
        "{'specversion':'1.0','data':{'MACAddress':'\\ud800'}}",
        "{'specversion':'1.0','data':{'MACAddress':[256]}}",
        "{'specversion':'1.0','data':{'MACAddress':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}}",
        "{'specversion':'1.0','data':{'ClientArch':['x']}}",
      })
  void aMalformedRequestGetsAnErrorThatGoReads(String request) throws Exception {
    GoRequester frontEnd = backendFor(on("bootbus.v1.dhcp"), asked -> GOLDEN);

    GoOutcome outcome = frontEnd.send(request.replace('\'', '"').getBytes(StandardCharsets.UTF_8));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            NoRecord.class,
            error -> {
              assertThat(error.code()).isEqualTo(400);
              assertThat(error.message()).isNotBlank();
            });
  }

  @Test
  void anEchoOfHalfASurrogatePairIsReadByGo() throws Exception {
    GoRequester frontEnd =
        backendFor(
            on("bootbus.v1.dhcp"),
            request -> new DhcpResponse.Error(404, "unknown: " + request.facts().hostname()));

    assertThat(
            frontEnd.send(
                "{\"specversion\":\"1.0\",\"data\":{\"Hostname\":\"\\ud83dx\"}}".getBytes()))
        .isEqualTo(new NoRecord(404, "unknown: \uFFFDx"));
  }

  @Test
  void ofTwoGoBackendsWithoutAQueueGroupTheFirstIsHeard() throws Exception {
    List<GoResponder> backends = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      backends.add(
          goBackend(
              "dhcp",
              asked ->
                  Optional.of(
                      GoShape.NESTED_BY_POINTER.answer(
                          GoRecord.GOLDEN.withMac(asked.mac()).withHostname(name)))));
    }
    Bus frontEnd = bus(on("dhcp"));
    for (int i = 0; i < 100; i++) {
      MacAddress mac = MacAddress.of(new byte[] {2, 0, 0, 0, 0, (byte) i});

      // an answer for another machine would be refused
      assertThat(frontEnd.ask(new DhcpRequest(mac, "", Facts.NONE)))
          .isInstanceOfSatisfying(
              DhcpResponse.Answer.class,
              answer -> {
                assertThat(answer.dhcp().mac()).isEqualTo(mac);
                assertThat(answer.dhcp().hostname()).isIn("one", "two");
              });
    }
    for (GoResponder backend : backends) {
      await().atMost(SOON).until(() -> backend.asked().size() == 100);
    }
  }

  @Test
  void aSilentGoBackendIsATimeoutAtTheDeadline() throws Exception {
    Duration deadline = Duration.ofMillis(300);
    GoResponder backend = goBackend("dhcp", asked -> Optional.empty());
    Bus frontEnd = bus(on("dhcp").withDeadline(deadline));
    long start = System.nanoTime();

    BackendUnavailableException e =
        catchThrowableOfType(
            BackendUnavailableException.class,
            () -> frontEnd.ask(new DhcpRequest(KNOWN, "", Facts.NONE)));

    assertThat(e.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(deadline, deadline.plusSeconds(2));
    assertThat(backend.asked()).hasSize(1);
  }

  @Test
  void aGoBackendIsSilentOnWhatItCannotRead() throws Exception {
    GoResponder backend = goBackend("dhcp", example(GoShape.NESTED_BY_POINTER));
    Connection connection = connectionOf(bus(on("dhcp")));
    byte[] colons =
        "{\"specversion\":\"1.0\",\"data\":{\"MACAddress\":\"08:00:27:29:4e:67\"}}".getBytes();

    assertThat(connection.request("dhcp", colons, Duration.ofMillis(300))).isNull();

    assertThat(backend.ignored()).containsExactly("illegal base64 data");
  }
}
