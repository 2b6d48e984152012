package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How a process meets the bus. [#of] gives the defaults, the `with` methods change one thing.
///
/// @param clientName shown by `nats server report connections`; also the end of the CloudEvents
///     source, `/bootbus/dhcp-server`. Letters, digits, `-` and `_`
/// @param servers nats-server URLs, separated by commas
/// @param dhcpType CloudEvents type of DHCP messages in both directions, for Go peers; empty for
///     `dev.bootbus.dhcp.request` and `dev.bootbus.dhcp.response`
/// @param deadline how long to wait for one answer
/// @param events whether [Bus#publish] publishes
/// @param meters where the bus counts
public record BusSettings(
    String clientName,
    String servers,
    Access access,
    Subjects subjects,
    String dhcpType,
    Duration deadline,
    AnswerCache answerCache,
    boolean events,
    MeterRegistry meters) {

  public static final String DEFAULT_SERVER = "nats://127.0.0.1:4222";

  /// Firmware asks again after 4 s, and iPXE waits only 2 s for a ProxyDHCP offer.
  public static final Duration DEFAULT_DEADLINE = Duration.ofMillis(800);

  private static final Duration LONGEST_DEADLINE = Duration.ofMinutes(1);

  public BusSettings {
    requireNonNull(servers, "servers is null");
    if (!clientName.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "a client name is made of letters, digits, '-' and '_', not: " + clientName);
    }
    if (!deadline.isPositive() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
      throw new IllegalArgumentException("not a time to wait: " + deadline.toMillis() + " ms");
    }
  }

  public static BusSettings of(String clientName) {
    return new BusSettings(
        clientName,
        DEFAULT_SERVER,
        Access.OPEN,
        Subjects.DEFAULT,
        "",
        DEFAULT_DEADLINE,
        AnswerCache.AS_TOLD,
        true,
        Metrics.globalRegistry);
  }

  /// As the environment says; see [BusEnvironment] for the names.
  ///
  /// @throws IllegalArgumentException with one sentence that names the variable
  public static BusSettings from(String clientName, Map<String, String> environment) {
    return new BusEnvironment(environment).settings(clientName);
  }

  public BusSettings withServers(String urls) {
    return new BusSettings(
        clientName, urls, access, subjects, dhcpType, deadline, answerCache, events, meters);
  }

  public BusSettings withAccess(Access to) {
    return new BusSettings(
        clientName, servers, to, subjects, dhcpType, deadline, answerCache, events, meters);
  }

  public BusSettings withSubjects(Subjects on) {
    return new BusSettings(
        clientName, servers, access, on, dhcpType, deadline, answerCache, events, meters);
  }

  public BusSettings withDhcpType(String type) {
    return new BusSettings(
        clientName, servers, access, subjects, type, deadline, answerCache, events, meters);
  }

  public BusSettings withDeadline(Duration time) {
    return new BusSettings(
        clientName, servers, access, subjects, dhcpType, time, answerCache, events, meters);
  }

  public BusSettings withAnswerCache(AnswerCache cache) {
    return new BusSettings(
        clientName, servers, access, subjects, dhcpType, deadline, cache, events, meters);
  }

  public BusSettings withEvents(boolean published) {
    return new BusSettings(
        clientName, servers, access, subjects, dhcpType, deadline, answerCache, published, meters);
  }

  public BusSettings withMeters(MeterRegistry registry) {
    return new BusSettings(
        clientName, servers, access, subjects, dhcpType, deadline, answerCache, events, registry);
  }

  String source() {
    return "/bootbus/" + clientName;
  }

  String requestType() {
    return dhcpType.isEmpty() ? "dev.bootbus.dhcp.request" : dhcpType;
  }

  String responseType() {
    return dhcpType.isEmpty() ? "dev.bootbus.dhcp.response" : dhcpType;
  }

  /// The servers as they may be shown: without what a URL may hold before its `@`.
  public String shownServers() {
    return Arrays.stream(servers.split(","))
        .map(BusSettings::shown)
        .collect(Collectors.joining(","));
  }

  static String shown(String url) {
    return url.replaceFirst("^(\\w+://)?.*@", "$1");
  }

  /// Whom the certificate of a server must name: the host of its URL. Servers of a cluster tell
  /// each other's addresses, which certificates seldom hold; for these it is the first host named
  /// in a URL, as in the other NATS clients.
  String certifiedName(String host) {
    List<String> hosts =
        Arrays.stream(servers.split(","))
            .map(url -> shown(url.strip()).replaceFirst("^\\w+://", ""))
            .map(place -> place.replaceFirst("(:\\d+)?/?$", ""))
            .toList();
    if (hosts.contains(host) || !isAddress(host)) {
      return host;
    }
    return hosts.stream().filter(name -> !isAddress(name)).findFirst().orElse(host);
  }

  private static boolean isAddress(String host) {
    return host.startsWith("[") || host.matches("[0-9.]+");
  }

  /// For logs: without secrets.
  @Override
  public String toString() {
    return "bus servers=%s client=%s login=%s tls=%s"
        .formatted(
            shownServers(),
            clientName,
            access.login().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT),
            access.tls().equals(Access.Tls.SYSTEM) ? "system" : "files");
  }
}
