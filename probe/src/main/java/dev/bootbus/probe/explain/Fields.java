package dev.bootbus.probe.explain;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.ClasslessRoute;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.Explanation;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The fields of a reply, with their names, values and origins.
final class Fields {
  /// @param name for people: `option 51, lease time`
  record Shown(String field, String name, String value, String from, String detail) {}

  private static final Map<Integer, String> NAMES =
      Stream.of(
              "1 subnet mask;3 routers;6 name servers;12 host name;15 domain name;16 swap server",
              "17 root path;26 MTU;28 broadcast address;42 time servers;43 vendor specific",
              "51 lease time;52 overload;53 message type;54 server identifier;56 message",
              "58 renewal time;59 rebinding time;60 vendor class;61 client identifier",
              "66 TFTP server;67 boot file;72 web servers;82 relay agent information",
              "93 architecture;97 machine identifier;118 subnet selection;119 domain search",
              "121 routes;150 TFTP servers;175 iPXE;209 configuration file;210 path prefix")
          .flatMap(line -> Stream.of(line.split(";")))
          .map(entry -> entry.split(" ", 2))
          .collect(Collectors.toUnmodifiableMap(e -> Integer.parseInt(e[0]), e -> e[1]));

  private static final Map<Integer, Option<?>> SHAPES =
      Stream.<Option<?>>of(
              Option.SUBNET_MASK,
              Option.ROUTERS,
              Option.NAME_SERVERS,
              Option.SWAP_SERVER,
              Option.INTERFACE_MTU,
              Option.BROADCAST_ADDRESS,
              Option.NTP_SERVERS,
              Option.LEASE_TIME,
              Option.OVERLOAD,
              Option.SERVER_ID,
              Option.RENEWAL_TIME,
              Option.REBINDING_TIME,
              Option.WWW_SERVERS,
              Option.CLIENT_ARCH,
              Option.CLIENT_UUID,
              Option.SUBNET_SELECTION,
              Option.DOMAIN_SEARCH,
              Option.TFTP_SERVERS,
              Option.CLASSLESS_ROUTES)
          .collect(Collectors.toUnmodifiableMap(Option::code, option -> option));

  private Fields() {}

  /// Those that say something: what is unset in the header is left out.
  static List<Shown> of(DhcpMessage message, List<Explanation.Field> fields) {
    List<Shown> shown = new ArrayList<>();
    for (Explanation.Field field : fields) {
      String value = value(message, field.field());
      if (!value.isEmpty()) {
        shown.add(
            new Shown(field.field(), name(field.field()), value, field.from(), field.detail()));
      }
    }
    return shown;
  }

  private static boolean isCode(String field) {
    return field.matches("\\d{1,3}");
  }

  private static String name(String field) {
    if (!isCode(field)) {
      return field;
    }
    String name = NAMES.getOrDefault(Integer.parseInt(field), "");
    return "option " + field + (name.isEmpty() ? "" : ", " + name);
  }

  private static String value(DhcpMessage message, String field) {
    if (isCode(field)) {
      int code = Integer.parseInt(field);
      return message.options().raw(code).map(raw -> value(message.options(), code, raw)).orElse("");
    }
    return switch (field) {
      case "op" -> Integer.toString(message.op());
      case "xid" -> HexFormat.of().toHexDigits((int) message.xid());
      case "flags" -> message.wantsBroadcast() ? "broadcast" : "";
      case "ciaddr" -> shown(message.ciaddr());
      case "yiaddr" -> shown(message.yiaddr());
      case "siaddr" -> shown(message.siaddr());
      case "giaddr" -> shown(message.giaddr());
      case "chaddr" ->
          HexFormat.ofDelimiter(":")
              .formatHex(message.chaddr().toArray(), 0, Math.min(message.hlen(), 16));
      case "sname" -> message.sname();
      case "file" -> message.file();
      default -> "";
    };
  }

  private static String shown(Inet4Address address) {
    return address.equals(DhcpMessage.NO_ADDRESS) ? "" : address.getHostAddress();
  }

  private static String value(Options options, int code, Bytes raw) {
    if (code == Option.MESSAGE_TYPE.code()) {
      return options
          .get(Option.MESSAGE_TYPE)
          .flatMap(MessageType::of)
          .map(MessageType::name)
          .orElse(raw.toString());
    }
    Option<?> known = SHAPES.get(code);
    if (known != null) {
      return options.get(known).map(Fields::text).orElse(raw.toString());
    }
    String text = new String(raw.toArray(), StandardCharsets.ISO_8859_1).replaceFirst("\0$", "");
    boolean plain = !text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    return plain ? text : raw.toString();
  }

  private static String text(Object value) {
    return switch (value) {
      case Inet4Address address -> address.getHostAddress();
      case List<?> list -> list.stream().map(Fields::text).collect(Collectors.joining(" "));
      case ClasslessRoute route -> route.toString();
      default -> Terminal.printable(value.toString());
    };
  }
}
