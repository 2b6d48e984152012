package dev.bootbus.probe.explain;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.probe.dhcp.OptionText;
import dev.bootbus.schema.Explanation;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The fields of a reply, with their names, values and origins.
final class Fields {
  /// @param name for people: `option 51, lease time`
  record Shown(String field, String name, String value, String from, String detail) {}

  private Fields() {}

  /// Those that say something: what is unset in the header is left out.
  static List<Shown> of(DhcpMessage message, List<Explanation.Field> fields) {
    Map<Integer, OptionText> options =
        OptionText.of(message.options(), OptionText.isPxe(message)).stream()
            .collect(Collectors.toMap(OptionText::code, option -> option, (first, _) -> first));
    List<Shown> shown = new ArrayList<>();
    for (Explanation.Field field : fields) {
      Optional.ofNullable(isCode(field.field()) ? options.get(code(field)) : null)
          .map(option -> shown(field, option))
          .or(() -> header(message, field))
          .ifPresent(shown::add);
    }
    return shown;
  }

  private static boolean isCode(String field) {
    return field.matches("\\d{1,3}");
  }

  private static int code(Explanation.Field field) {
    return Integer.parseInt(field.field());
  }

  private static Shown shown(Explanation.Field field, OptionText option) {
    String name = "option %s, %s".formatted(field.field(), option.name());
    String value = option.parts().isEmpty() ? option.value() : parts(option);
    return new Shown(field.field(), name, value, field.from(), field.detail());
  }

  private static String parts(OptionText option) {
    return option.parts().stream()
        .map(part -> "%d %s %s".formatted(part.code(), part.name(), part.value()).strip())
        .collect(Collectors.joining("; "));
  }

  private static Optional<Shown> header(DhcpMessage message, Explanation.Field field) {
    String value = value(message, field.field());
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(new Shown(field.field(), field.field(), value, field.from(), field.detail()));
  }

  private static String value(DhcpMessage message, String field) {
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
}
