package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/// What a client says (RFC 2131 §4.4.1, table 5).
public final class ClientMessage {
  private static final int ETHERNET = 1;

  /// Table 5: what says what the client wishes has no place in these.
  private static final Set<MessageType> WITHOUT_WISHES =
      EnumSet.of(MessageType.DECLINE, MessageType.RELEASE);

  private ClientMessage() {}

  /// @param ciaddr the address that the client has and uses, else 0.0.0.0
  /// @param more options 50 and 54, and what only this message has
  public static DhcpMessage of(
      MessageType type, Identity identity, long xid, int secs, Inet4Address ciaddr, Options more) {
    Inet4Address none = DhcpMessage.NO_ADDRESS;
    byte[] mac = identity.mac().bytes();
    boolean broadcast = identity.broadcast() && !WITHOUT_WISHES.contains(type);
    return new DhcpMessage(
        DhcpMessage.BOOTREQUEST,
        ETHERNET,
        mac.length,
        0,
        xid,
        secs,
        broadcast ? DhcpMessage.BROADCAST : 0,
        ciaddr,
        none,
        none,
        none,
        Bytes.of(Arrays.copyOf(mac, DhcpMessage.CHADDR_SIZE)),
        "",
        "",
        join(options(type, identity), more));
  }

  private static Options options(MessageType type, Identity identity) {
    Options.Builder options = Options.builder().put(Option.MESSAGE_TYPE, type.code());
    if (WITHOUT_WISHES.contains(type)) {
      identity.others().raw(Option.CLIENT_ID.code()).ifPresent(put(options, Option.CLIENT_ID));
      return options.build();
    }
    identity.others().codes().forEach(code -> copy(identity.others(), code, options));
    if (identity.maxMessageSize() > 0) {
      options.put(Option.MAX_MESSAGE_SIZE, identity.maxMessageSize());
    }
    if (!identity.parameterList().isEmpty()) {
      options.put(Option.PARAMETER_LIST, identity.parameterList());
    }
    if (!identity.architectures().isEmpty()) {
      options.put(Option.CLIENT_ARCH, identity.architectures());
    }
    identity.vendorClass().ifPresent(text -> options.put(Option.VENDOR_CLASS, text));
    identity.networkInterface().ifPresent(bytes -> options.put(Option.CLIENT_NDI, bytes));
    identity.userClass().ifPresent(put(options, Option.USER_CLASS));
    identity.uuid().ifPresent(uuid -> options.put(Option.CLIENT_UUID, uuid));
    return options.build();
  }

  private static Consumer<Bytes> put(Options.Builder options, Option<?> option) {
    return bytes -> options.put(option.code(), bytes);
  }

  private static void copy(Options from, int code, Options.Builder to) {
    from.raw(code).ifPresent(value -> to.put(code, value));
  }

  /// @param more replaces what is in `options`
  static Options join(Options options, Options more) {
    Options.Builder joined = Options.builder();
    options.codes().forEach(code -> copy(options, code, joined));
    more.codes().forEach(code -> copy(more, code, joined));
    return joined.build();
  }
}
