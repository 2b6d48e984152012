package dev.bootbus.dhcp;

import static java.util.stream.Collectors.joining;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.lang.reflect.Modifier;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A message as text for people, and for comparison with the golden dumps.
final class Dump {
  private static final Map<Integer, Map.Entry<String, Option<?>>> NAMED = named();

  private Dump() {}

  private static Map<Integer, Map.Entry<String, Option<?>>> named() {
    Map<Integer, Map.Entry<String, Option<?>>> named = new TreeMap<>();
    Arrays.stream(Option.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .forEach(
            field -> {
              try {
                Option<?> option = (Option<?>) field.get(null);
                named.put(option.code(), Map.entry(field.getName(), option));
              } catch (IllegalAccessException e) {
                throw new AssertionError(e);
              }
            });
    return named;
  }

  static String of(DhcpMessage message) {
    return """
      op %d htype %d hlen %d hops %d xid %08x secs %d flags %04x
      ciaddr %s yiaddr %s siaddr %s giaddr %s
      chaddr %s sname "%s" file "%s"
    """
            .formatted(
                message.op(),
                message.htype(),
                message.hlen(),
                message.hops(),
                message.xid(),
                message.secs(),
                message.flags(),
                message.ciaddr().getHostAddress(),
                message.yiaddr().getHostAddress(),
                message.siaddr().getHostAddress(),
                message.giaddr().getHostAddress(),
                message.chaddr(),
                message.sname(),
                message.file())
        + options(message.options(), "    ");
  }

  private static String options(Options options, String indent) {
    return options.codes().stream()
        .map(code -> indent + option(options, code) + "\n")
        .collect(joining());
  }

  private static String option(Options options, int code) {
    Map.Entry<String, Option<?>> named = NAMED.get(code);
    String raw = options.raw(code).map(Bytes::toString).orElseThrow();
    if (named == null) {
      return code + " " + raw;
    }
    String value = options.get(named.getValue()).map(Dump::text).orElse("malformed " + raw);
    return code + " " + named.getKey() + " " + value;
  }

  private static String text(Object value) {
    return switch (value) {
      case Inet4Address address -> address.getHostAddress();
      case String text -> '"' + text + '"';
      case List<?> list -> list.stream().map(Dump::text).collect(joining(" "));
      case Options options ->
          options.codes().stream()
              .map(code -> code + "=" + options.raw(code).orElseThrow())
              .collect(joining(" "));
      default -> value.toString();
    };
  }
}
