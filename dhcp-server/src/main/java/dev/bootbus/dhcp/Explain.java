package dev.bootbus.dhcp;

import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Declined;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Released;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.runtime.LogText;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.ApiReply;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.ExplainRequest;
import dev.bootbus.schema.Explanation;
import dev.bootbus.schema.MalformedMessageException;
import dev.bootbus.schema.ServiceTerms;
import io.nats.client.NUID;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Says what a packet would be answered that nobody has sent: by the same steps as [DhcpServer],
/// but nothing is sent, counted, logged, told or remembered, and the backend is asked for a dry
/// run.
final class Explain {
  /// Of a packet; more is no DHCP message that a link would carry.
  private static final int MAX_PACKET = 65_507;

  /// Questions at once; each takes as long as the backend.
  private static final int MAX_IN_FLIGHT = 8;

  private static final Duration SLACK = Duration.ofSeconds(1);

  private final Supplier<List<Scope>> scopes;
  private final Memory memory;
  private final Backend backend;
  private final Meanings meanings = Meanings.ofThePage();

  /// @param scopes that are served now
  /// @param memory of machines, which is only looked into
  Explain(Supplier<List<Scope>> scopes, Memory memory, Backend backend) {
    this.scopes = scopes;
    this.memory = memory;
    this.backend = backend;
  }

  /// Answers on the bus from now on. In a queue group of its own, so that every front end
  /// answers.
  ///
  /// @param deadline for the backend
  void answerOn(Bus bus, Duration deadline) {
    ServiceTerms terms =
        ServiceTerms.of("dhcp-server-" + NUID.nextGlobal())
            .withDescription("Says what it would answer to a packet")
            .withMaxInFlight(MAX_IN_FLIGHT)
            .withDeadline(deadline.plus(SLACK));
    bus.answerApi(terms, ExplainRequest.SUBJECT, false, this::answer);
  }

  private ApiReply answer(byte[] question) throws MalformedMessageException {
    return ApiReply.of(explain(ExplainRequest.read(question)).json());
  }

  /// @throws MalformedMessageException if the question holds no hex digits, or too many
  Explanation explain(ExplainRequest request) throws MalformedMessageException {
    Bytes payload = payload(request.packet());
    List<CompletableFuture<Explanation.Answer>> answers = new ArrayList<>();
    for (Scope scope : scopes.get()) {
      if (request.network().isEmpty() || request.network().equals(scope.listen().network())) {
        answers.add(explain(request, payload, scope));
      }
    }
    return new Explanation(host(), answers.stream().map(CompletableFuture::join).toList());
  }

  private static Bytes payload(String hex) throws MalformedMessageException {
    if (hex.isEmpty() || hex.length() > 2 * MAX_PACKET) {
      throw new MalformedMessageException("packet has %d hex digits".formatted(hex.length()));
    }
    try {
      return Bytes.of(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("packet is not in hex digits");
    }
  }

  private static String host() {
    try {
      return LogText.printable(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return "";
    }
  }

  private CompletableFuture<Explanation.Answer> explain(
      ExplainRequest request, Bytes payload, Scope scope) {
    int number = request.bootService() ? scope.listen().proxyPort() : scope.listen().port();
    Spot spot = new Spot(scope, number, meanings);
    DhcpMessage message;
    try {
      message = DhcpMessage.decode(payload);
    } catch (MalformedPacketException e) {
      String why = String.valueOf(e.getMessage());
      return CompletableFuture.completedFuture(spot.silence(DropReason.MALFORMED, why, "", ""));
    }
    Client client = Client.of(message);
    return scope.rehearsed(client.mac(), memory).entrySet().stream()
        .filter(port -> port.getKey().number() == number)
        .findFirst()
        .map(Map.Entry::getValue)
        .map(
            terms ->
                explain(spot, terms.on(Nowhere.SOCKET), packet(request, payload, spot, client)))
        .orElseGet(() -> CompletableFuture.completedFuture(spot.nothing(client)));
  }

  /// Who sends from where it says it is; nobody forges here.
  private static Packet packet(ExplainRequest request, Bytes payload, Spot spot, Client client) {
    DhcpMessage message = client.message();
    boolean relayed = !message.giaddr().equals(DhcpMessage.NO_ADDRESS);
    Inet4Address from = relayed ? message.giaddr() : message.ciaddr();
    int port = relayed ? spot.scope().listen().port() : spot.scope().listen().clientPort();
    String network = spot.scope().listen().network();
    Datagram datagram =
        new Datagram(
            payload,
            new InetSocketAddress(from, port),
            request.unicast(),
            network,
            System.nanoTime());
    return new Packet(datagram, client, Step.fresh());
  }

  private CompletableFuture<Explanation.Answer> explain(Spot spot, Port port, Packet packet) {
    return switch (port.intent(packet)) {
      case Ignore(DropReason reason) ->
          CompletableFuture.completedFuture(spot.silence(reason, "", packet));
      case Asked asked -> {
        DhcpRequest question = port.question(packet).asDryRun();
        yield port.asking(backend)
            .ask(question)
            .handle(
                (response, failure) ->
                    spot.answer(port, packet, port.reply(asked, response, failure), response))
            .toCompletableFuture();
      }
    };
  }

  /// Where the packet would come in, and how what becomes of it there is told.
  private record Spot(Scope scope, int number, Meanings meanings) {

    /// Nobody listens there.
    Explanation.Answer nothing(Client client) {
      String why =
          scope.mode() == ScopeMode.OFF
              ? "this interface is switched off"
              : "this port is not open";
      return answer(
          "silence", "", why, "", "", client.clientClass().label(), "", List.of(), List.of());
    }

    Explanation.Answer silence(DropReason reason, String detail, String client, String note) {
      return answer("silence", reason.key(), detail, "", "", client, note, List.of(), List.of());
    }

    Explanation.Answer silence(DropReason reason, String detail, Packet packet) {
      return silence(reason, detail, packet.client().clientClass().label(), "");
    }

    Explanation.Answer answer(
        Port port, Packet packet, Reply reply, @Nullable DhcpResponse response) {
      String client = packet.client().clientClass().label();
      String note =
          response instanceof DhcpResponse.Answer answer ? answer.extensions().message() : "";
      return switch (reply) {
        case Silence(DropReason reason, String detail) -> silence(reason, detail, client, note);
        case Noted noted -> noted(noted, client, note);
        case Sent sent -> sent(port, packet, sent, response, note);
      };
    }

    private Explanation.Answer noted(Noted noted, String client, String note) {
      String outcome =
          switch (noted) {
            case Declined _ -> "decline";
            case Released _ -> "release";
          };
      String detail = noted.address().getHostAddress();
      return answer(outcome, "", detail, "", "", client, note, List.of(), List.of());
    }

    private Explanation.Answer sent(
        Port port, Packet packet, Sent sent, @Nullable DhcpResponse response, String note) {
      List<String> remarks = new ArrayList<>();
      String outcome =
          switch (sent) {
            case Offer offer -> {
              remarks.addAll(offer.remarks());
              before(offer, port, response).forEach(remarks::add);
              yield "offer";
            }
            case Ack ack -> {
              remarks.addAll(ack.remarks());
              yield "ack";
            }
            case Nak _ -> "nak";
          };
      DhcpResponse decidedBy = response == null ? DhcpResponse.unknown("nobody answers") : response;
      String label = packet.client().clientClass().firmwareLabel();
      return answer(
          outcome,
          BootEvents.reason(sent),
          "",
          HexFormat.of().formatHex(sent.message().encode().toArray()),
          shown(port.delivery().of(sent.message(), packet.datagram().source())),
          packet.client().clientClass().label(),
          note,
          remarks,
          new Provenance(scope.boot(), label, decidedBy).of(sent));
    }

    /// What a real offer waits for.
    private static List<String> before(Offer offer, Port port, @Nullable DhcpResponse response) {
      List<String> before = new ArrayList<>();
      if (port.conflictCheck().isPositive()
          && response instanceof DhcpResponse.Answer answer
          && answer.extensions().probe()
          && offer.message().giaddr().equals(DhcpMessage.NO_ADDRESS)) {
        before.add("first it would ask the link whether somebody has the address");
      }
      if (port.delay().isPositive()) {
        before.add("it would be held back for %d ms".formatted(port.delay().toMillis()));
      }
      return before;
    }

    private static String shown(Destination destination) {
      return switch (destination) {
        case Destination.Relay(Inet4Address address, int port) ->
            "the relay %s, port %d".formatted(address.getHostAddress(), port);
        case Destination.Unicast(Inet4Address address, int port) ->
            "%s, port %d".formatted(address.getHostAddress(), port);
        case Destination.Broadcast(int port) -> "everybody, port %d".formatted(port);
        case Destination.LinkLayer(Inet4Address address, var mac, int port) ->
            "%s at %s, port %d; or everybody where no frames can be sent"
                .formatted(address.getHostAddress(), mac, port);
      };
    }

    private Explanation.Answer answer(
        String outcome,
        String reason,
        String detail,
        String packet,
        String sentTo,
        String client,
        String note,
        List<String> remarks,
        List<Explanation.Field> fields) {
      return new Explanation.Answer(
          scope.listen().network(),
          scope.listen().own().getHostAddress(),
          scope.mode().toString(),
          number,
          outcome,
          reason,
          meanings.ofReason(reason),
          detail,
          packet,
          sentTo,
          client,
          note,
          remarks,
          fields);
    }
  }

  /// Nothing comes from there, and nothing goes there.
  private enum Nowhere implements DhcpSocket {
    SOCKET;

    @Override
    public List<Datagram> receive() {
      return List.of();
    }

    @Override
    public void send(Bytes payload, Destination destination) {}

    @Override
    public void close() {}
  }
}
