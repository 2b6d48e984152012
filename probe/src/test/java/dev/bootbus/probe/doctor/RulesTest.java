package dev.bootbus.probe.doctor;

import static dev.bootbus.probe.fetch.PathSearch.Fate.ARRIVED;
import static dev.bootbus.probe.fetch.PathSearch.Fate.LOST;
import static dev.bootbus.probe.fetch.PathSearch.Fate.TOO_LARGE;
import static dev.bootbus.probe.fetch.PathSearch.Fate.UNSEEN;
import static dev.bootbus.probe.fetch.PathSearch.Way.FROM;
import static dev.bootbus.probe.fetch.PathSearch.Way.TO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.bus.BusView.Endpoint;
import dev.bootbus.probe.doctor.Facts.Address;
import dev.bootbus.probe.doctor.Facts.Explained;
import dev.bootbus.probe.doctor.Facts.Socket;
import dev.bootbus.probe.fetch.PathSearch;
import dev.bootbus.probe.fetch.ServerTime;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each row: what is observed, and what is wrong with it; a healthy place has nothing.
class RulesTest {

  private static Inet4Address ip(String text) {
    return Inet4Address.ofLiteral(text);
  }

  private static Facts.Wire wire(boolean exists, boolean up, int mtu, String... addresses) {
    List<Address> all = Arrays.stream(addresses).map(text -> new Address(ip(text), 24)).toList();
    return new Facts.Wire("eth0", exists, Set.of("eth0", "lo"), up, mtu, all);
  }

  private static Facts.Sockets sockets(Socket... taken) {
    return new Facts.Sockets(List.of(taken));
  }

  private static Facts.Servers servers(List<String> heard, List<String> ours) {
    return new Facts.Servers(
        heard.stream().map(RulesTest::ip).toList(),
        Set.copyOf(ours.stream().map(RulesTest::ip).toList()),
        Optional.empty());
  }

  private static Endpoint backend(boolean dryRuns) {
    return new Endpoint("kernel-backend", "dhcp", "bootbus.v1.dhcp", dryRuns);
  }

  private static Explained explained(String reason, String offered) {
    return new Explained(
        "host eth0",
        "eth0",
        Optional.of(ip("10.0.0.1")),
        reason,
        "",
        offered.isEmpty() ? Optional.empty() : Optional.of(ip(offered)));
  }

  private static Facts.Bus bus(boolean asked, List<Endpoint> endpoints, Explained... all) {
    return new Facts.Bus("", endpoints, asked, List.of(all));
  }

  private static Facts.File file(Duration ahead, Cause... causes) {
    return new Facts.File(
        "http://10.0.0.1/ipxe.efi",
        "1 byte",
        Arrays.stream(causes).map(cause -> new Finding(cause, "")).toList(),
        Optional.ofNullable(ahead).map(by -> time(by, null)));
  }

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /// @param begins days from now on, for ten days
  private static ServerTime time(Duration ahead, @Nullable Integer begins) {
    return new ServerTime(
        NOW,
        NOW.plus(ahead),
        Optional.ofNullable(begins)
            .map(days -> NOW.plus(Duration.ofDays(days)))
            .map(start -> new ServerTime.Validity(start, start.plus(Duration.ofDays(10)))));
  }

  private static Check path(PathSearch.Way way, PathSearch.Tried... tried) {
    return Rules.path(new PathSearch.Seen("10.0.0.1", way, List.of(tried)));
  }

  private static PathSearch.Tried tried(int size, PathSearch.Fate fate) {
    return new PathSearch.Tried(size, fate);
  }

  private static Facts.Firewall firewall(String rules, boolean tracked, boolean helper) {
    return new Facts.Firewall(rules, tracked, helper);
  }

  private static Facts.Events events(Map<String, Long> counts) {
    return new Facts.Events(true, "", Duration.ofHours(1), 10, true, counts, List.of());
  }

  private static Arguments row(String why, Check check, Cause... found) {
    return Arguments.of(why, check, List.of(found));
  }

  static Stream<Arguments> rows() {
    Facts.Wire good = wire(true, true, 1500, "10.0.0.1");
    List<Endpoint> there = List.of(backend(true));
    return Stream.of(
        row("healthy", Rules.wire(good)),
        row("jumbo frames", Rules.wire(wire(true, true, 9000, "10.0.0.1"))),
        row("misspelt", Rules.wire(wire(false, false, 0)), Cause.INTERFACE_MISSING),
        row("no cable", Rules.wire(wire(true, false, 1500, "10.0.0.1")), Cause.INTERFACE_DOWN),
        row("no address", Rules.wire(wire(true, true, 1500)), Cause.ADDRESS_MISSING),
        row(
            "in a tunnel",
            Rules.wire(wire(true, true, 1450, "10.0.0.1")),
            Cause.INTERFACE_MTU_SMALL),
        row("no router", Rules.routing(new Facts.Routing(List.of(), 0))),
        row("one router", Rules.routing(new Facts.Routing(List.of("10.0.0.254 on eth0"), 2))),
        row(
            "two routers",
            Rules.routing(new Facts.Routing(List.of("10.0.0.254 on eth0", "10.1.0.1 on eth1"), 0)),
            Cause.ROUTES_AMBIGUOUS),
        row(
            "RFC 3704 §2.2",
            Rules.routing(new Facts.Routing(List.of(), 1)),
            Cause.RP_FILTER_STRICT),
        row("nothing runs", Rules.ports(sockets())),
        row("ours", Rules.ports(sockets(new Socket("UDP", 67, "java (pid 7)", true)))),
        row(
            "dnsmasq",
            Rules.ports(
                sockets(
                    new Socket("UDP", 67, "dnsmasq (pid 7)", false),
                    new Socket("UDP", 69, "dnsmasq (pid 7)", false))),
            Cause.PORT_TAKEN,
            Cause.PORT_TAKEN),
        row(
            "not root",
            Rules.ports(sockets(new Socket("UDP", 67, "", false))),
            Cause.PORTS_UNNAMED),
        row("no rules", Rules.firewall(firewall("", true, false), List.of())),
        row(
            "accepts",
            Rules.firewall(firewall("udp dport { 67, 69 } accept\n", true, false), List.of())),
        row(
            "drops others",
            Rules.firewall(
                firewall("udp dport 53 drop\ntcp dport 69 drop\nudp dport 6900 drop", false, false),
                List.of())),
        row(
            "drops TFTP",
            Rules.firewall(
                firewall("  udp dport 69 counter packets 3 drop", false, false), List.of()),
            Cause.FIREWALL_DROPS),
        row(
            "drops a set",
            Rules.firewall(firewall("udp dport { 53, 67-68, 69 } drop", false, false), List.of()),
            Cause.FIREWALL_DROPS),
        row("TFTP comes", Rules.firewall(firewall("", true, false), List.of(file(null)))),
        row(
            "TFTP's data do not",
            Rules.firewall(
                firewall("", true, false), List.of(file(null, Cause.TFTP_DATA_FILTERED))),
            Cause.CONNECTION_TRACKED),
        row(
            "though there is a helper",
            Rules.firewall(
                firewall("", true, true), List.of(file(null, Cause.TFTP_DATA_FILTERED)))),
        row("comes back", Rules.broadcasts(new Facts.Broadcasts(true, ""))),
        row(
            "does not",
            Rules.broadcasts(new Facts.Broadcasts(false, "Receive timed out")),
            Cause.BROADCAST_LOST),
        row("RFC 2131 §3.1: nobody", Rules.servers(servers(List.of(), List.of("10.0.0.1")))),
        row("ours", Rules.servers(servers(List.of("10.0.0.1"), List.of("10.0.0.1")))),
        row("one, of nobody we know", Rules.servers(servers(List.of("10.0.0.2"), List.of()))),
        row(
            "not ours",
            Rules.servers(servers(List.of("10.0.0.2"), List.of("10.0.0.1"))),
            Cause.FOREIGN_DHCP_SERVER),
        row(
            "two",
            Rules.servers(servers(List.of("10.0.0.1", "10.0.0.2"), List.of())),
            Cause.FOREIGN_DHCP_SERVER),
        row(
            "IEEE 802.1D-1998 §8.4",
            Rules.servers(
                new Facts.Servers(
                    List.of(ip("10.0.0.1")),
                    Set.of(),
                    Optional.of(new Finding(Cause.FORWARDS_LATE, "")))),
            Cause.FORWARDS_LATE),
        row("the same twice", Rules.servers(servers(List.of("10.0.0.2", "10.0.0.2"), List.of()))),
        row("healthy", Rules.bus(bus(true, there, explained("", "10.0.0.100")))),
        row(
            "no nats-server",
            Rules.bus(new Facts.Bus("no nats-server at x", List.of(), false, List.of())),
            Cause.NATS_UNREACHABLE),
        row("no services", Rules.bus(bus(false, List.of())), Cause.BACKEND_UNSEEN),
        row("no front end", Rules.bus(bus(true, there)), Cause.EXPLAIN_NOBODY),
        row("not asked", Rules.bus(bus(false, List.of(backend(false))))),
        row(
            "no backend",
            Rules.bus(bus(true, there, explained("backend-no-responders", ""))),
            Cause.BACKEND_MISSING),
        row(
            "it hangs",
            Rules.bus(bus(true, there, explained("backend-timeout", ""))),
            Cause.NATS_SILENT),
        row("it says no", Rules.bus(bus(true, there, explained("backend-error", "")))),
        row("in the subnet", pool(bus(true, there, explained("", "10.0.0.100")), good)),
        row(
            "in another",
            pool(bus(true, there, explained("", "10.0.1.100")), good),
            Cause.SUBNET_WITHOUT_POOL),
        row("fetched", Rules.file(file(null))),
        row("clocks agree", Rules.file(file(Duration.ofSeconds(-2)))),
        row("ahead", Rules.file(file(Duration.ofHours(2))), Cause.CLOCK_WRONG),
        row("behind", Rules.file(file(Duration.ofDays(-3000))), Cause.CLOCK_WRONG),
        row("expired", Rules.file(file(null, Cause.TLS_EXPIRED)), Cause.TLS_EXPIRED),
        row("full blocks", path(FROM, tried(1500, ARRIVED))),
        row("the server sends no larger ones", path(FROM, tried(1056, ARRIVED))),
        row("no file", path(FROM, tried(1500, UNSEEN))),
        row("not about size", path(FROM, tried(1500, LOST), tried(544, LOST))),
        row(
            "a tunnel that says nothing",
            path(FROM, tried(1500, LOST), tried(544, ARRIVED), tried(1024, ARRIVED)),
            Cause.MTU_TOO_SMALL),
        row("closed ports are silent", path(TO, tried(1500, LOST), tried(544, LOST))),
        row(
            "RFC 1191 §4",
            path(TO, tried(1500, TOO_LARGE), tried(544, ARRIVED)),
            Cause.PATH_MTU_SMALL),
        row("all well", Rules.events(events(Map.of()))),
        row(
            "refused",
            Rules.events(events(Map.of("dhcp-server.refused netboot-denied", 3L))),
            Cause.BOOTS_FAILED),
        row(
            "not allowed",
            Rules.events(
                new Facts.Events(
                    false, "denied", Duration.ofHours(1), 0, false, Map.of(), List.of())),
            Cause.NATS_REFUSES));
  }

  private static Check pool(Facts.Bus bus, Facts.Wire wire) {
    return Rules.pool(bus, wire).orElseThrow();
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("rows")
  void finds(String why, Check check, List<Cause> found) {
    assertThat(check.findings())
        .as(why)
        .extracting(Finding::cause)
        .containsExactlyElementsOf(found);
    assertThat(check.said()).isNotBlank();
    assertThat(check.state().equals("ok")).isEqualTo(found.isEmpty());
  }

  @Test
  void there_is_no_pool_to_judge_where_nothing_is_offered_or_the_interface_is_another() {
    Facts.Bus nothing = bus(true, List.of(), explained("backend-error", ""));
    Facts.Bus elsewhere =
        bus(
            true,
            List.of(),
            new Explained("h", "eth1", Optional.empty(), "", "", Optional.of(ip("10.9.0.1"))));

    assertThat(Rules.pool(nothing, wire(true, true, 1500, "10.0.0.1"))).isEmpty();
    assertThat(Rules.pool(elsewhere, wire(true, true, 1500, "10.0.0.1"))).isEmpty();
  }

  @Test
  void the_most_frequent_reasons_come_first_and_only_some() {
    Map<String, Long> counts =
        Map.of("a", 1L, "b", 9L, "c", 2L, "d", 3L, "e", 4L, "f", 5L, "g", 1L);

    assertThat(Rules.events(events(counts)).findings().getFirst().detail())
        .isEqualTo("b 9×, f 5×, e 4×, d 3×, c 2×");
  }

  static Stream<Arguments> clocks() {
    return Stream.of(
        Arguments.of(
            400, 395, "ours is 400 days behind the server's, and only by the server's its"),
        Arguments.of(
            -400, -405, "ours is 400 days ahead of the server's, and only by the server's"),
        Arguments.of(400, -5, "the server's is 400 days ahead of ours, and only by ours its"),
        Arguments.of(-400, -5, "the server's is 400 days behind ours, and only by ours its"),
        Arguments.of(3, -1, "the server's is 3 days ahead of ours; its certificate holds by both"),
        Arguments.of(
            3, 30, "the server's is 3 days ahead of ours; its certificate holds by neither"),
        Arguments.of(3, null, "the server's is 3 days ahead of ours"));
  }

  @ParameterizedTest
  @MethodSource
  void clocks(int daysAhead, @Nullable Integer begins, String said) {
    Facts.File file =
        new Facts.File(
            "https://10.0.0.1/x",
            "",
            List.of(),
            Optional.of(time(Duration.ofDays(daysAhead), begins)));

    assertThat(Rules.file(file).findings()).hasSize(1);
    assertThat(Rules.file(file).findings().getFirst().detail()).startsWith(said);
  }

  @Test
  void the_largest_that_passes_and_the_smallest_that_does_not_are_named() {
    Check narrow =
        path(
            FROM,
            tried(1500, LOST),
            tried(544, ARRIVED),
            tried(1020, ARRIVED),
            tried(1404, LOST),
            tried(1400, ARRIVED));

    assertThat(narrow.findings().getFirst().detail())
        .isEqualTo(
            "packets of 1400 bytes come from 10.0.0.1, of 1404 get lost without a word:"
                + " --max-blksize 1368");
  }

  @Test
  void what_was_not_looked_at_is_not_judged() {
    assertThat(Rules.of(Facts.NONE)).isEmpty();
  }
}
