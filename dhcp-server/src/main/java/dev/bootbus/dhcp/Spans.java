package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Declined;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Released;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.runtime.tracing.Span;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.runtime.tracing.Tracing;
import java.net.Inet4Address;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// Tells of each packet that a machine meant for us as a span.
final class Spans {
  static final Spans NONE = new Spans(Tracing.OFF, false);

  private final Tracing tracing;
  private final boolean names;
  private final BootTraces boots = new BootTraces(InstantSource.system());

  /// @param names whether names of files may end in the trace
  Spans(Tracing tracing, boolean names) {
    this.tracing = tracing;
    this.names = names;
  }

  Step begin(Client client) {
    return tracing.isOn() ? boots.step(client) : Step.fresh();
  }

  DhcpMessage marked(Sent sent, Packet packet) {
    return tracing.isOn() ? TraceWords.into(sent.message(), packet, names) : sent.message();
  }

  void sent(Sent sent, Packet packet) {
    if (!tracing.isOn()) {
      return;
    }
    switch (sent) {
      case Offer(DhcpMessage message, BootOptions boot, _, _) ->
          given("offer", sent, packet, message, boot);
      case Ack(DhcpMessage message, BootOptions boot, _, _) ->
          given("ack", sent, packet, message, boot);
      case Nak _ -> tell("nak", BootEvents.reason(sent), "", packet, new LinkedHashMap<>());
    }
  }

  private void given(
      String outcome, Sent sent, Packet packet, DhcpMessage message, BootOptions boot) {
    Map<String, Object> facts = new LinkedHashMap<>();
    if (!message.yiaddr().equals(DhcpMessage.NO_ADDRESS)) {
      facts.put("bootbus.address", message.yiaddr().getHostAddress());
    }
    if (boot instanceof Load(String file, _, _)) {
      facts.put("bootbus.boot.file", file);
    }
    tell(outcome, BootEvents.reason(sent), "", packet, facts);
  }

  void noted(Noted noted, Packet packet) {
    if (!tracing.isOn()) {
      return;
    }
    switch (noted) {
      case Declined(Inet4Address address, _) -> noted("decline", address, packet);
      case Released(Inet4Address address) -> noted("release", address, packet);
    }
  }

  private void noted(String outcome, Inet4Address address, Packet packet) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("bootbus.address", address.getHostAddress());
    tell(outcome, "", "", packet, facts);
  }

  /// As with events, only if the packet was for us.
  void silence(DropReason reason, Packet packet) {
    if (tracing.isOn() && BootEvents.kind(reason).isPresent()) {
      tell("silence", reason.key(), reason.key(), packet, new LinkedHashMap<>());
    }
  }

  private void tell(
      String outcome, String reason, String error, Packet packet, Map<String, Object> facts) {
    Client client = packet.client();
    String type = client.messageType().map(MessageType::name).orElse("BOOTP");
    facts.put("network.protocol.name", "dhcp");
    facts.put("network.interface.name", packet.datagram().network());
    facts.put("bootbus.mac", client.name());
    facts.put("bootbus.dhcp.type", type);
    facts.put("bootbus.dhcp.xid", HexFormat.of().toHexDigits((int) client.message().xid()));
    facts.put("bootbus.client.class", client.clientClass().label());
    facts.put("bootbus.outcome", outcome);
    facts.put("bootbus.reason", reason);
    tracing.ended(
        Span.endingNow(
            "DHCP " + type, Span.Kind.SERVER, packet.step(), packet.nanos(), facts, error));
  }
}
