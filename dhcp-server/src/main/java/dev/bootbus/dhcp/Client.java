package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.dhcp.wire.RelayAgentInfo;
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The machine that sent a packet. Here the wire's `chaddr` becomes the bus's `mac`.
///
/// @param mac its hardware address, or [MacAddress#NONE] if the packet's field does not hold it, as
///     with InfiniBand (RFC 4390 §2.1)
/// @param loads how often it was given the same loader of late, before this packet
public record Client(MacAddress mac, ClientClass clientClass, DhcpMessage message, int loads) {

  public static Client of(DhcpMessage message) {
    return new Client(mac(message), ClientClass.of(message), message, 0);
  }

  Client withLoads(int count) {
    return new Client(mac, clientClass, message, count);
  }

  private static MacAddress mac(DhcpMessage message) {
    return message.hlen() > DhcpMessage.CHADDR_SIZE
        ? MacAddress.NONE
        : MacAddress.of(Arrays.copyOf(message.chaddr().toArray(), message.hlen()));
  }

  /// Whether anything says which machine this is.
  public boolean isIdentified() {
    return !mac.isNone() || message.options().has(Option.CLIENT_ID);
  }

  /// The hardware address for the log, or the client identifier where there is none.
  public String name() {
    return mac.isNone() ? "id-" + hex(message.options(), Option.CLIENT_ID) : mac.toString();
  }

  public Optional<MessageType> messageType() {
    return message.options().get(Option.MESSAGE_TYPE).flatMap(MessageType::of);
  }

  /// Option 97 as text, or the empty text.
  public String uuid() {
    return message.options().get(Option.CLIENT_UUID).map(UUID::toString).orElse("");
  }

  /// What we are called in option 54: our own address, unless the relay has another one for us
  /// (RFC 5107 §4), as it does to see renewals too.
  static Inet4Address serverId(DhcpMessage message, Inet4Address self) {
    return RelayAgentInfo.of(message).serverIdOverride().filter(Destination::isHost).orElse(self);
  }

  /// The relay's word on the subnet goes before the client's (RFC 3527 §3).
  private static @Nullable Inet4Address linkAddress(DhcpMessage message) {
    return RelayAgentInfo.of(message)
        .linkSelection()
        .or(() -> message.options().get(Option.SUBNET_SELECTION))
        .filter(Destination::isHost)
        .orElse(null);
  }

  /// What the backend is asked for this packet.
  ///
  /// @param network interface that the packet came in by
  /// @param trace that the packet began
  public DhcpRequest question(Mode mode, String network, Traceparent trace) {
    Options options = message.options();
    return new DhcpRequest(
        mac,
        trace.toString(),
        facts(
            mode,
            messageType(),
            options.get(Option.REQUESTED_ADDRESS).orElse(null),
            options.get(Option.SERVER_ID).orElse(null),
            network));
  }

  /// What the backend is told in the machine's place, when somebody else has the address that it
  /// was to be offered.
  ///
  /// @param question that led to the offer
  DhcpRequest declining(DhcpMessage offer, DhcpRequest question) {
    return new DhcpRequest(
        mac,
        question.traceparent(),
        facts(
            question.facts().mode(),
            Optional.of(MessageType.DECLINE),
            offer.yiaddr(),
            offer.options().get(Option.SERVER_ID).orElse(null),
            question.facts().network()));
  }

  private Facts facts(
      Mode mode,
      Optional<MessageType> type,
      @Nullable Inet4Address requested,
      @Nullable Inet4Address server,
      String network) {
    Options options = message.options();
    return new Facts(
        mode,
        type.map(MessageType::name).orElse(""),
        message.xid(),
        options.get(Option.CLIENT_ARCH).orElse(List.of()),
        LogText.printable(options.get(Option.VENDOR_CLASS).orElse("")),
        options.get(Option.USER_CLASS).orElse(List.of()).stream().map(LogText::printable).toList(),
        uuid(),
        hex(options, Option.CLIENT_ID),
        LogText.printable(options.get(Option.HOST_NAME).orElse("")),
        requested,
        server,
        set(message.ciaddr()),
        set(message.giaddr()),
        linkAddress(message),
        hex(options, Option.RELAY_AGENT_INFO),
        network);
  }

  private static String hex(Options options, Option<Bytes> option) {
    return options.get(option).map(Bytes::toString).orElse("");
  }

  private static @Nullable Inet4Address set(Inet4Address address) {
    return address.equals(DhcpMessage.NO_ADDRESS) ? null : address;
  }
}
