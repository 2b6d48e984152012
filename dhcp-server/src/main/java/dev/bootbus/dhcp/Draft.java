package dev.bootbus.dhcp;

import dev.bootbus.dhcp.ClientClass.Firmware;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.dhcp.wire.Options.Field;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
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

  /// What only this class may say, lest header and options contradict each other.
  static final Set<Integer> OWNED =
      Set.of(
          Option.REQUESTED_ADDRESS.code(),
          Option.LEASE_TIME.code(),
          Option.OVERLOAD.code(),
          Option.MESSAGE_TYPE.code(),
          Option.SERVER_ID.code(),
          Option.PARAMETER_LIST.code(),
          Option.MAX_MESSAGE_SIZE.code(),
          Option.CLIENT_ID.code(),
          Option.TFTP_SERVER_NAME.code(),
          Option.BOOT_FILE_NAME.code(),
          Option.RELAY_AGENT_INFO.code(),
          Option.SUBNET_SELECTION.code());

  /// Without options 51, 1 and 3 an answer is worth nothing; what is only given back leaves them
  /// room, six bytes each.
  private static final int MUST_HAVE = 18;

  private static final Field[] FIELDS = Field.values();
  private static final int NONE = -1;

  private final DhcpMessage request;
  private final Options.Builder options = Options.builder();
  private final Origins origins = new Origins();
  private final Set<String> remarks = new LinkedHashSet<>();
  private final int[] room = new int[FIELDS.length]; // bytes left in each of FIELDS
  private int flags;
  private Inet4Address siaddr = DhcpMessage.NO_ADDRESS;
  private String sname = "";
  private String file = "";

  private Draft(DhcpMessage request) {
    this.request = request;
    this.flags = request.flags() & DhcpMessage.BROADCAST;
    Arrays.fill(room, NONE);
    room[Field.OPTIONS.ordinal()] = maxSize(request) - DhcpMessage.HEADER_SIZE - END;
  }

  /// What the client takes, in bytes of the DHCP message.
  static int maxSize(DhcpMessage request) {
    int said = request.options().get(Option.MAX_MESSAGE_SIZE).orElse(MIN_DATAGRAM);
    return Math.clamp(said, MIN_DATAGRAM, MAX_DATAGRAM) - IP_AND_UDP;
  }

  /// With what every reply owes: our identity (RFC 2131 §4.3.1), and the client's and the relay's
  /// own words back to them (RFC 6842 §3, RFC 3046 §2.2; but for a NAK RFC 4578 §2.3, RFC 3011 §2).
  /// The header's share of this is in [#message].
  ///
  /// @param self our address, which is our identity unless the relay has another one for us
  static Draft replyTo(DhcpMessage request, MessageType type, Inet4Address self) {
    Draft draft = new Draft(request);
    draft.add(Origin.RULE, Option.MESSAGE_TYPE, type.code());
    draft.add(Origin.SERVER, Option.SERVER_ID, Client.serverId(request, self));
    draft.echo(Option.RELAY_AGENT_INFO).echo(Option.CLIENT_ID);
    return type == MessageType.NAK
        ? draft
        : draft.echo(Option.SUBNET_SELECTION).echo(Option.CLIENT_UUID);
  }

  private Draft echo(Option<?> option) {
    if (!request.options().isMalformed(option)) {
      request
          .options()
          .raw(option.code())
          .ifPresent(
              value -> {
                room[Field.OPTIONS.ordinal()] -= MUST_HAVE;
                add(Origin.CLIENT, option.code(), value);
                room[Field.OPTIONS.ordinal()] += MUST_HAVE;
              });
    }
    return this;
  }

  /// From here on, what does not fit into `options` may go into `file` and `sname`, if nothing else
  /// is there (RFC 2131 §4.1). Not for boot ROMs and loaders: some read these two fields whatever
  /// option 52 says.
  Draft overload(ClientClass client) {
    boolean readsHeader = client.isBootClient() && client.firmware() != Firmware.HTTP;
    int overload = Options.encodedSize(Byte.BYTES);
    if (!readsHeader && room[Field.OPTIONS.ordinal()] >= overload) {
      room[Field.OPTIONS.ordinal()] -= overload;
      room[Field.FILE.ordinal()] = file.isEmpty() ? DhcpMessage.FILE_SIZE - END : NONE;
      room[Field.SNAME.ordinal()] = sname.isEmpty() ? DhcpMessage.SNAME_SIZE - END : NONE;
    }
    return this;
  }

  /// Adds the option if it has a value.
  <T> Draft add(Origin origin, Option<T> option, @Nullable T value) {
    Bytes bytes = value == null ? Bytes.EMPTY : option.shape().write(value);
    return bytes.length() == 0 ? this : add(origin, option.code(), bytes);
  }

  Draft add(Origin origin, int code, Bytes value) {
    if (options.has(code)) {
      return this;
    }
    if (!Option.isSound(code, value)) {
      return remark("bad value for " + code);
    }
    int size = Options.encodedSize(value.length());
    for (Field field : FIELDS) {
      if (size <= room[field.ordinal()]) {
        options.put(code, value, field);
        origins.put(code, origin);
        room[field.ordinal()] -= size;
        return this;
      }
    }
    return remark("no room for " + code);
  }

  Draft remark(String remark) {
    remarks.add(remark);
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

  /// Adds what somebody gave by code, unless it is not his to say.
  Draft addForeign(int code, @Nullable Bytes value) {
    return value == null || OWNED.contains(code) ? this : add(Origin.BY_CODE, code, value);
  }

  /// A relay has to broadcast a NAK, since the client's address is in doubt (RFC 2131 §4.3.2).
  Draft broadcastByRelay() {
    if (!request.giaddr().equals(DhcpMessage.NO_ADDRESS)) {
      flags = DhcpMessage.BROADCAST;
    }
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

  Origins origins() {
    return origins;
  }

  /// What is not as it was wished: `no room for 119`.
  List<String> remarks() {
    return List.copyOf(remarks);
  }
}
