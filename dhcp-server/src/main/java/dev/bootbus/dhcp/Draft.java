package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A reply while it is being put together. Options are added in order of importance: the first
/// value for a code stays, and what no longer fits into what the client takes is left out whole.
final class Draft {
  /// RFC 2132 §9.10: every client takes 576 bytes. More than an Ethernet frame would be fragmented,
  /// which boot ROMs cannot put together; OVMF says 65280, with its bytes in the wrong order.
  private static final int MIN_DATAGRAM = 576;
  private static final int MAX_DATAGRAM = 1500;

  /// Both sizes are meant with the IP and UDP headers (RFC 2131 §2).
  private static final int IP_AND_UDP = 28;
  private static final int END = 1;

  private final DhcpMessage request;
  private final Options.Builder options = Options.builder();
  private final Set<Integer> codes = new HashSet<>();
  private final List<Integer> leftOut = new ArrayList<>();
  private int room;
  private int flags;
  private Inet4Address siaddr = DhcpMessage.NO_ADDRESS;
  private String sname = "";
  private String file = "";

  private Draft(DhcpMessage request) {
    this.request = request;
    this.flags = request.flags() & DhcpMessage.BROADCAST;
    this.room = maxSize(request) - DhcpMessage.HEADER_SIZE - END;
  }

  private static int maxSize(DhcpMessage request) {
    int said = request.options().get(Option.MAX_MESSAGE_SIZE).orElse(MIN_DATAGRAM);
    return Math.clamp(said, MIN_DATAGRAM, MAX_DATAGRAM) - IP_AND_UDP;
  }

  /// With what every reply owes: our identity (RFC 2131 §4.3.1), and the client's and the relay's
  /// own words back to them (RFC 6842 §3, RFC 3046 §2.2, RFC 4578 §2.3). The header's share of this
  /// is in [#message].
  static Draft replyTo(DhcpMessage request, MessageType type, Inet4Address serverId) {
    Draft draft = new Draft(request);
    draft.add(Option.MESSAGE_TYPE, type.code()).add(Option.SERVER_ID, serverId);
    draft.echo(Option.RELAY_AGENT_INFO).echo(Option.CLIENT_ID).echo(Option.CLIENT_UUID);
    return draft;
  }

  private Draft echo(Option<?> option) {
    if (!request.options().isMalformed(option)) {
      request.options().raw(option.code()).ifPresent(value -> add(option.code(), value));
    }
    return this;
  }

  /// Adds the option if it has a value.
  <T> Draft add(Option<T> option, @Nullable T value) {
    Bytes bytes = value == null ? Bytes.EMPTY : option.shape().write(value);
    return bytes.length() == 0 ? this : add(option.code(), bytes);
  }

  /// The same, if the client asked for the option, or for nothing in particular (RFC 2131 §4.3.1).
  <T> Draft addIfWanted(Option<T> option, @Nullable T value) {
    Optional<List<Integer>> wanted = request.options().get(Option.PARAMETER_LIST);
    return wanted.isEmpty() || wanted.get().contains(option.code()) ? add(option, value) : this;
  }

  Draft add(int code, Bytes value) {
    int size = Options.encodedSize(value.length());
    if (codes.contains(code)) {
      return this;
    }
    if (size > room) {
      leftOut.add(code);
      return this;
    }
    codes.add(code);
    options.put(code, value);
    room -= size;
    return this;
  }

  /// Says what to boot.
  Draft boot(BootWords words) {
    words.addTo(this);
    return this;
  }

  /// @param nextServer `siaddr`
  /// @param serverName `sname`, or empty
  /// @param bootFile `file`, or empty
  void header(Inet4Address nextServer, String serverName, String bootFile) {
    siaddr = nextServer;
    sname = serverName;
    file = bootFile;
  }

  /// A relay has to broadcast a NAK, since the client's address is in doubt (RFC 2131 §4.3.2).
  Draft broadcastByRelay() {
    flags = DhcpMessage.BROADCAST;
    return this;
  }

  /// The finished message.
  DhcpMessage message(Inet4Address ciaddr, Inet4Address yiaddr) {
    return new DhcpMessage(
        DhcpMessage.BOOTREPLY,
        request.htype(),
        request.hlen(),
        0,
        request.xid(),
        0,
        flags,
        ciaddr,
        yiaddr,
        siaddr,
        request.giaddr(),
        request.chaddr(),
        sname,
        file,
        options.build());
  }

  List<Integer> leftOut() {
    return List.copyOf(leftOut);
  }
}
