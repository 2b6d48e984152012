package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import dev.bootbus.schema.ExplainRequest;
import dev.bootbus.schema.Explanation;
import dev.bootbus.schema.MalformedMessageException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.helpers.NOPLogger;

/// What is explained is what a real packet gets.
class ExplainTest {
  private static final Inet4Address SERVER = Machines.SERVER;
  private static final int DHCP_PORT = 67;
  private static final int BOOT_SERVICE = 4011;

  private final Memory memory = new Memory();
  private final List<DhcpRequest> asked = new ArrayList<>();
  private DhcpResponse answer = Machines.ANSWER;

  private CompletableFuture<DhcpResponse> ask(DhcpRequest request) {
    asked.add(request);
    return CompletableFuture.completedFuture(answer);
  }

  private static Scope scope(ScopeMode mode, BootSettings settings) {
    TokenBuckets.Rate any = TokenBuckets.Rate.UNLIMITED;
    return scope(mode, settings, new RateLimit.Settings(any, any, any));
  }

  private static Scope scope(ScopeMode mode, BootSettings settings, RateLimit.Settings limits) {
    return new Scope(
        new Listen("eth0", SERVER, DHCP_PORT, 68, BOOT_SERVICE),
        mode,
        settings,
        Admission.EVERYONE,
        limits,
        Duration.ZERO,
        Duration.ZERO);
  }

  private Explanation.Answer explain(Scope scope, Bytes packet, int port, boolean unicast)
      throws MalformedMessageException {
    String hex = HexFormat.of().formatHex(packet.toArray());
    Explanation explanation =
        new Explain(() -> List.of(scope), memory, this::ask)
            .explain(new ExplainRequest(hex, "eth0", port == BOOT_SERVICE, unicast));
    assertThat(Explanation.class.cast(read(explanation))).isEqualTo(explanation);
    return explanation.answers().getFirst();
  }

  private static Explanation read(Explanation written) throws MalformedMessageException {
    return Explanation.read(written.json());
  }

  /// What a server sends that gets this packet from the wire.
  private String sent(Scope scope, Bytes packet, int port, String source) {
    WireSocket wire = new WireSocket().put(packet, source);
    Port served =
        scope.ports(memory).entrySet().stream()
            .filter(one -> one.getKey().number() == port)
            .findFirst()
            .orElseThrow()
            .getValue()
            .on(wire);
    Outcomes outcomes = new Outcomes(event -> {}, new SimpleMeterRegistry(), NOPLogger.NOP_LOGGER);
    new DhcpServer(served, this::ask, outcomes).serve();
    return wire.sent.stream()
        .map(one -> HexFormat.of().formatHex(one.payload().toArray()))
        .collect(Collectors.joining(" "));
  }

  /// Recorded packets of eighteen kinds of firmware and loaders, to a server in each mode.
  @ParameterizedTest
  @EnumSource(names = {"DHCP", "PROXY", "AUTO_PROXY"})
  void its_bytes_are_those_that_recorded_clients_get(ScopeMode mode) throws Exception {
    List<DhcpResponse> answers =
        List.of(
            Machines.ANSWER,
            Machines.with(Netboot.DENIED),
            Machines.with(
                new Extensions(
                    Map.of(209, new OptionValue.Text("pxelinux.cfg/x")),
                    "grub/core.0",
                    Inet4Address.ofLiteral("192.168.77.9"),
                    "",
                    0)),
            DhcpResponse.unknown("nobody knows it"),
            DhcpResponse.conflict("it is another's"));
    int replies = 0;
    for (BootSettings settings : List.of(Machines.SETTINGS, Machines.withMenu())) {
      Scope scope = scope(mode, settings);
      for (Golden.Packet packet : Golden.requests()) {
        for (DhcpResponse one : answers) {
          answer = one;
          int port = packet.port() == BOOT_SERVICE ? BOOT_SERVICE : DHCP_PORT;
          asked.clear();

          Explanation.Answer explained = explain(scope, packet.payload(), port, false);
          assertThat(asked).allMatch(DhcpRequest::isDryRun);
          String source = packet.message().ciaddr().getHostAddress();
          String sent = sent(scope, packet.payload(), port, source);

          assertThat(explained.packet()).as(packet.boot()).isEqualTo(sent);
          assertThat(explained.reason().isEmpty() || !explained.meaning().isEmpty()).isTrue();
          replies += sent.isEmpty() ? 0 : 1;
        }
      }
    }
    assertThat(replies).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # field   from      detail
          op,       rule,     ''
          xid,      client,   ''
          yiaddr,   backend,  DHCP.IPAddress
          siaddr,   setting,  --next-server
          giaddr,   rule,     unset
          file,     built-in, the boot file of efi-x64
          1,        backend,  DHCP.SubnetMask
          12,       backend,  DHCP.Hostname
          43,       rule,     what this firmware needs to boot from this answer
          51,       backend,  DHCP.LeaseTime
          53,       rule,     what kind of answer this is
          54,       server,   'its own address, --address'
          58,       rule,     'half of the lease, RFC 2131 §4.4.5'
          60,       rule,     this firmware boots only from an answer that says so
          67,       built-in, the boot file of efi-x64
          97,       client,   given back
          209,      backend,  Extensions.Options.209
          210,      setting,  --option 210
          """)
  void each_field_says_whose_word_it_is(String field, String from, String detail) throws Exception {
    answer = Machines.with(new Extensions(Map.of(209, new OptionValue.Text("x")), "", null, "", 0));
    TreeMap<Integer, Bytes> options = new TreeMap<>(Map.of(210, Bytes.ofHex("2f")));
    Scope scope = scope(ScopeMode.DHCP, Machines.settings(Machines.SCRIPT, options));

    assertThat(explain(scope, discover(), DHCP_PORT, false).fields())
        .contains(new Explanation.Field(field, from, detail));
  }

  private static Bytes discover() {
    return TestPacket.pxe(MessageType.DISCOVER, 7)
        .with(dev.bootbus.dhcp.wire.Option.PARAMETER_LIST, List.of(1, 3, 6, 12, 43, 60, 67))
        .message()
        .encode();
  }

  /// Whose word the boot file is, in BOOT.md's order.
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # arch, backend's script, backend's file, machine-file, from, detail
          ipxe,  '',                 '',     '',    setting,  --ipxe-script
          ipxe,  http://10.0.0.1/x,  '',     '',    backend,  Netboot.IPXEScriptURL
          rom,   '',                 a.efi,  b.efi, backend,  Extensions.BootFile
          rom,   '',                 '',     b.efi, setting,  --machine-file
          rom,   '',                 '',     '',    built-in, the boot file of efi-x64
          """)
  void the_boot_file_says_who_named_it(
      String client, String script, String file, String ofMachine, String from, String detail)
      throws Exception {
    answer =
        new DhcpResponse.Answer(Machines.DHCP, new Netboot(true, script), Machines.bootFile(file));
    BootPolicy policy =
        ofMachine.isEmpty()
            ? BootPolicy.DEFAULT
            : BootPolicy.DEFAULT.withMachines(Map.of(Machines.DHCP.mac(), ofMachine));
    TestPacket packet =
        client.equals("ipxe")
            ? TestPacket.ipxe(MessageType.DISCOVER, 7)
            : TestPacket.pxe(MessageType.DISCOVER, 7);
    Scope scope = scope(ScopeMode.DHCP, Machines.SETTINGS.with(policy));

    assertThat(explain(scope, packet.message().encode(), DHCP_PORT, false).fields())
        .contains(
            new Explanation.Field("file", from, detail), new Explanation.Field("67", from, detail));
  }

  @Test
  void every_option_of_every_answer_has_an_origin() throws Exception {
    for (ScopeMode mode : List.of(ScopeMode.DHCP, ScopeMode.PROXY)) {
      for (Golden.Packet packet : Golden.requests()) {
        Explanation.Answer explained =
            explain(scope(mode, Machines.withMenu()), packet.payload(), DHCP_PORT, false);

        assertThat(explained.fields())
            .filteredOn(field -> field.field().matches("\\d+"))
            .as(packet.boot())
            .noneMatch(field -> field.detail().isEmpty());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # what, outcome, reason, what OUTCOMES.md says of it begins with
          system,    silence, not-pxe,          'In proxy mode'
          reply,     silence, not-a-request,    '`op` says that it is a reply'
          no-type,   silence, no-message-type,  'No option 53'
          garbage,   silence, malformed,        'The bytes are not a DHCP message'
          unknown,   silence, backend-error,    'The backend said no'
          """)
  void silence_says_why_and_what_to_do(String what, String outcome, String reason, String meaning)
      throws Exception {
    answer = what.equals("unknown") ? DhcpResponse.unknown("nobody knows it") : answer;
    Bytes packet =
        switch (what) {
          case "system" -> TestPacket.of(MessageType.DISCOVER).message().encode();
          case "reply" -> TestPacket.pxe(MessageType.DISCOVER, 7).op(2).message().encode();
          case "no-type" -> TestPacket.bootp().message().encode();
          case "garbage" -> Bytes.ofHex("0102");
          default -> discover();
        };
    Explanation.Answer explained =
        explain(scope(ScopeMode.PROXY, Machines.SETTINGS), packet, DHCP_PORT, false);

    assertThat(explained.outcome()).isEqualTo(outcome);
    assertThat(explained.reason()).isEqualTo(reason);
    assertThat(explained.meaning()).startsWith(meaning).contains("\n- Do: ");
    assertThat(explained.packet()).isEmpty();
    assertThat(explained.fields()).isEmpty();
  }

  /// The machine is explained as often as anybody likes, and its loader is offered as often after
  /// that as if nobody had asked; and what a real machine has had shows.
  @Test
  void the_loop_breaker_is_looked_into_and_not_moved() throws Exception {
    Scope scope = scope(ScopeMode.DHCP, Machines.SETTINGS);
    for (int i = 0; i < 5; i++) {
      assertThat(explain(scope, discover(), DHCP_PORT, false).reason()).isEmpty();
    }
    for (int xid = 1; xid <= BootPolicy.DEFAULT_LOOP_LIMIT; xid++) {
      Bytes packet = TestPacket.pxe(MessageType.DISCOVER, 7).xid(xid).message().encode();
      sent(scope, packet, DHCP_PORT, "0.0.0.0");
    }

    assertThat(explain(scope, discover(), DHCP_PORT, false).reason()).isEqualTo("loader-loop");
    Bytes ipxe = TestPacket.ipxe(MessageType.DISCOVER, 7).message().encode();
    explain(scope, ipxe, DHCP_PORT, false); // a real one would end the count
    assertThat(explain(scope, discover(), DHCP_PORT, false).reason()).isEqualTo("loader-loop");
  }

  @Test
  void a_limit_is_not_used_up() throws Exception {
    Scope scope = scope(ScopeMode.DHCP, Machines.SETTINGS, RateLimit.Settings.DEFAULT);
    for (int i = 0; i < 1_000; i++) {
      assertThat(explain(scope, discover(), DHCP_PORT, false).outcome()).isEqualTo("offer");
    }
    assertThat(sent(scope, discover(), DHCP_PORT, "0.0.0.0")).isNotEmpty();
  }

  @Test
  void what_is_switched_off_says_so() throws Exception {
    Explanation.Answer off =
        explain(scope(ScopeMode.OFF, Machines.SETTINGS), discover(), DHCP_PORT, false);

    assertThat(off.outcome()).isEqualTo("silence");
    assertThat(off.detail()).isEqualTo("this interface is switched off");
  }

  @ParameterizedTest
  @CsvSource({"{}", "[]", "null", "7", "''", "{\"packet\":\"xy\"}", "{\"packet\":[1]}"})
  void hostile_questions_are_refused(String json) {
    assertThatThrownBy(
            () ->
                new Explain(() -> List.of(), memory, this::ask)
                    .explain(ExplainRequest.read(json.getBytes())))
        .isInstanceOf(MalformedMessageException.class);
  }
}
