package dev.bootbus.schema;

import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import dev.bootbus.schema.FileRequest.Protocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Messages of every kind with random values.
///
/// @param density how likely a field is set: 1 sets every one
record RandomMessages(RandomGenerator random, double density) {
  private static final List<String> PIECES =
      List.of(
          "a", "Z", "7", " ", "/", "<&>", "\"", "\\", "\n", "\u0000", "é", "\u2028", "🖥", "%41");
  private static final List<String> URLS =
      List.of(
          "http://10.0.0.1/boot.ipxe",
          "https://boot.netboot.xyz:8443/ipxe/menu.ipxe?a=1&b=2#top",
          "HTTP://h/a%20b/${mac:hexhyp}.ipxe?",
          "tftp://[2001:db8::1]/x%2Fy.ipxe#%41",
          "mailto:x@y",
          "/boot.ipxe");

  DhcpRequest dhcpRequest() {
    return new DhcpRequest(
        maybe(this::mac, MacAddress.NONE), traceparent(), facts(), maybe(() -> true, false));
  }

  private Facts facts() {
    return new Facts(
        maybe(() -> Mode.PROXY, Mode.DHCP),
        maybe(() -> pick(List.of("DISCOVER", "REQUEST", "DECLINE", "RELEASE", "INFORM")), ""),
        maybe(() -> random.nextLong(1L << 32), -1L),
        maybe(() -> numbers(64, 1 << 16), List.of()),
        maybe(this::text, ""),
        maybe(() -> list(this::text), List.of()),
        maybe(() -> uuid(), ""),
        maybe(() -> hex(1 + random.nextInt(255)), ""),
        maybe(this::text, ""),
        maybeAddress(),
        maybeAddress(),
        maybeAddress(),
        maybeAddress(),
        maybeAddress(),
        maybe(() -> hex(1 + random.nextInt(255)), ""),
        maybe(this::text, ""));
  }

  DhcpResponse.Answer dhcpAnswer() {
    return new DhcpResponse.Answer(
        dhcp(), new Netboot(maybe(() -> true, false), maybe(() -> pick(URLS), "")), extensions());
  }

  DhcpResponse.Error dhcpError() {
    return new DhcpResponse.Error(400 + random.nextInt(200), maybe(this::text, ""));
  }

  private Dhcp dhcp() {
    return new Dhcp(
        maybe(this::mac, MacAddress.NONE),
        maybeAddress(),
        maybe(() -> Addresses.mask(random.nextInt(33)), null),
        maybeAddress(),
        maybe(() -> list(this::address), List.of()),
        maybe(this::text, ""),
        maybe(this::text, ""),
        maybeAddress(),
        maybe(() -> list(this::address), List.of()),
        maybe(() -> random.nextLong(1, 1L << 32), 0L),
        maybe(() -> list(this::text), List.of()));
  }

  private Extensions extensions() {
    return new Extensions(
        maybe(this::options, Map.of()),
        maybe(this::text, ""),
        maybeAddress(),
        maybe(this::text, ""),
        maybe(() -> random.nextLong(1, 1L << 32), 0L),
        maybe(() -> true, false));
  }

  private Map<Integer, OptionValue> options() {
    Map<Integer, OptionValue> options = new TreeMap<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      OptionValue value =
          random.nextBoolean()
              ? new OptionValue.Text(text())
              : new OptionValue.Bytes(numbers(255, 256));
      options.put(random.nextInt(1, 255), value);
    }
    return options;
  }

  FileRequest fileRequest() {
    return new FileRequest(
        String.join("/", list(() -> text().replace("/", "-"))),
        pick(List.of(Protocol.values())),
        anyAddress(),
        maybe(this::mac, MacAddress.NONE),
        traceparent(),
        maybe(this::text, ""),
        maybe(this::size, 0L),
        maybe(this::version, ""),
        maybe(() -> true, false),
        maybe(() -> numbers(64, 1 << 16), List.of()));
  }

  FileAnswer.Content fileContent() {
    FileAnswer.Body body =
        random.nextBoolean()
            ? new FileAnswer.Body.Text(maybe(this::text, ""))
            : FileAnswer.Body.Bytes.of(bytes(random.nextInt(20)));
    return new FileAnswer.Content(
        body,
        pick(List.of("text/plain", "text/plain; charset=utf-8")),
        maybe(() -> OptionalLong.of(size()), OptionalLong.empty()),
        maybe(() -> true, false),
        maybe(this::version, ""));
  }

  private long size() {
    return 1 + random.nextLong(FileAnswer.MAX_SIZE);
  }

  private String version() {
    return pick(List.of("a", "1763728614-5f2c", "W/x", "x".repeat(128)));
  }

  FileAnswer fileError() {
    return switch (random.nextInt(4)) {
      case 0 -> new FileAnswer.NotFound(text());
      case 1 -> new FileAnswer.Denied(text());
      case 2 -> new FileAnswer.NotReady(text(), Duration.ofSeconds(random.nextInt(100_000)));
      default -> new FileAnswer.Failed(400 + random.nextInt(200), text());
    };
  }

  BootEvent event() {
    return event(pick(List.of(EventKind.values())));
  }

  BootEvent event(EventKind kind) {
    return new BootEvent(
        kind,
        instant(),
        maybe(this::mac, MacAddress.NONE),
        maybe(this::anyAddress, null),
        maybe(() -> uuid(), ""),
        maybe(() -> hex(4), ""),
        traceparent(),
        maybe(() -> pick(List.of("backend-no-responders", "no-ack", "404")), ""),
        maybe(this::text, ""),
        eventFacts(kind));
  }

  private Map<EventFact, Object> eventFacts(EventKind kind) {
    Map<EventFact, Object> facts = new EnumMap<>(EventFact.class);
    for (EventFact fact : kind.facts()) {
      if (random.nextDouble() < density) {
        facts.put(fact, value(fact));
      }
    }
    return facts;
  }

  private Object value(EventFact fact) {
    if (fact.type() == String.class) {
      return text();
    }
    // 400 is also a status, a block size and an architecture
    return fact.type() == Double.class ? (Object) random.nextDouble(1e6) : (Object) 400L;
  }

  Envelope envelope() {
    return new Envelope(
        uuid(),
        "/bootbus/test",
        "dev.bootbus.test",
        maybe(this::text, ""),
        maybe(this::instant, null),
        traceparent());
  }

  private Instant instant() {
    return Instant.ofEpochSecond(random.nextLong(1L << 32), random.nextInt(1_000_000_000));
  }

  private <T extends @org.jspecify.annotations.Nullable Object> T maybe(
      Supplier<? extends T> set, T unset) {
    return random.nextDouble() < density ? set.get() : unset;
  }

  private @org.jspecify.annotations.Nullable Inet4Address maybeAddress() {
    return maybe(this::address, null);
  }

  private String traceparent() {
    return maybe(() -> Traceparent.fresh().toString(), "");
  }

  private Inet4Address address() {
    return Addresses.of(bytes(4), 0);
  }

  private InetAddress anyAddress() {
    try {
      return InetAddress.getByAddress(bytes(random.nextBoolean() ? 4 : 16));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private MacAddress mac() {
    return MacAddress.of(bytes(1 + random.nextInt(20)));
  }

  private String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private String hex(int length) {
    return java.util.HexFormat.of().formatHex(bytes(length));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.append(pick(PIECES));
    }
    return text.toString();
  }

  private List<Integer> numbers(int most, int bound) {
    return random.ints(1 + random.nextInt(most), 0, bound).boxed().toList();
  }

  private <T> List<T> list(Supplier<T> element) {
    return IntStream.rangeClosed(0, random.nextInt(4)).mapToObj(_ -> element.get()).toList();
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /// @param message one of [Contract#MESSAGES]
  byte[] written(String message) {
    boolean error = random.nextInt(4) == 0;
    return switch (message) {
      case "dhcp-request" -> DhcpJson.write(envelope(), dhcpRequest());
      case "dhcp-response" -> DhcpJson.write(envelope(), error ? dhcpError() : dhcpAnswer());
      case "file-request" -> FileJson.write(envelope(), fileRequest());
      case "file-answer" -> FileJson.write(envelope(), error ? fileError() : fileContent());
      case "event" -> EventJson.write("/bootbus/test", event());
      default -> throw new IllegalArgumentException(message);
    };
  }
}
