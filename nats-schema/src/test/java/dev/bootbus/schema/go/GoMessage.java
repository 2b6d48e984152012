package dev.bootbus.schema.go;

import dev.bootbus.schema.go.GoJson.Arr;
import dev.bootbus.schema.go.GoJson.Bool;
import dev.bootbus.schema.go.GoJson.Member;
import dev.bootbus.schema.go.GoJson.Null;
import dev.bootbus.schema.go.GoJson.Num;
import dev.bootbus.schema.go.GoJson.Obj;
import dev.bootbus.schema.go.GoJson.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `data.Message` with its own `UnmarshalJSON` methods. The one for `DHCP` walks a map, in no
/// order; here a panic comes before an error, so that the worst is found.
final class GoMessage {
  private static final Set<String> LISTS = Set.of("nameservers", "ntpservers", "domainsearch");

  private final Map<String, String> texts = new TreeMap<>();
  private final Map<String, List<String>> lists = new TreeMap<>();
  private long leaseTime;
  private boolean allowNetboot;
  private String ipxeScriptUrl = "";
  private long code;
  private String message = "";

  private GoMessage() {}

  static GoOutcome decode(GoJson data) throws GoFailure {
    GoMessage reading = new GoMessage();
    for (Member member : members(data)) {
      if (member.is("DHCP")) {
        reading.takeDhcp(member.value());
      } else if (member.is("Netboot")) {
        reading.takeNetboot(member.value());
      } else if (member.is("Error")) {
        reading.takeError(member.value());
      }
    }
    return reading.message.isEmpty()
        ? new GoOutcome.Accepted(reading.record())
        : new GoOutcome.NoRecord(reading.code, reading.message);
  }

  private GoRecord record() {
    return new GoRecord(
        text("macaddress"),
        text("ipaddress"),
        text("subnetmask"),
        text("defaultgateway"),
        list("nameservers"),
        text("hostname"),
        text("domainname"),
        text("broadcastaddress"),
        list("ntpservers"),
        leaseTime,
        list("domainsearch"),
        allowNetboot,
        ipxeScriptUrl);
  }

  private String text(String name) {
    return texts.getOrDefault(name, "");
  }

  private List<String> list(String name) {
    return lists.getOrDefault(name, List.of());
  }

  /// The members of what is decoded into a struct or a map; null leaves it as it is.
  private static List<Member> members(GoJson value) throws GoFailure {
    return switch (value) {
      case Obj(List<Member> members) -> members;
      case Null _ -> List.of();
      case Arr _, Bool _, Num _, Text _ ->
          throw GoFailure.error("cannot unmarshal " + value.getClass().getSimpleName());
    };
  }

  private void takeDhcp(GoJson value) throws GoFailure {
    Map<String, GoJson> map = new LinkedHashMap<>();
    for (Member member : members(value)) {
      checkNumbers(member.value());
      map.put(member.key(), member.value());
    }
    map.values().removeIf(v -> v instanceof Null || v.equals(new Text("")));
    for (var entry : map.entrySet()) {
      String key = entry.getKey().toLowerCase(Locale.ROOT);
      if (LISTS.contains(key) && !(entry.getValue() instanceof Arr)) {
        throw GoFailure.panic(entry.getKey() + ": interface conversion, not []interface {}");
      }
    }
    for (var entry : map.entrySet()) {
      takeDhcp(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue());
    }
  }

  /// Every number becomes a float64, wherever it stands.
  private static void checkNumbers(GoJson value) throws GoFailure {
    switch (value) {
      case Num number -> number.toFloat();
      case Arr(List<GoJson> elements) -> {
        for (GoJson element : elements) {
          checkNumbers(element);
        }
      }
      case Obj(List<Member> members) -> {
        for (Member member : members) {
          checkNumbers(member.value());
        }
      }
      case Null _, Bool _, Text _ -> {}
    }
  }

  private void takeDhcp(String key, GoJson value) throws GoFailure {
    switch (key) {
      case "macaddress" -> texts.put(key, GoAddress.mac(asText(key, value)));
      case "ipaddress", "defaultgateway", "broadcastaddress" ->
          texts.put(key, GoAddress.netaddr(asText(key, value)));
      case "subnetmask" -> takeMask(asText(key, value));
      case "hostname", "domainname" -> texts.put(key, asText(key, value));
      case "nameservers", "ntpservers" ->
          takeList(key, (Arr) value, elements -> elements.replaceAll(GoAddress::netIp));
      case "domainsearch" -> takeList(key, (Arr) value, elements -> {});
      case "leasetime" -> {
        if (!(value instanceof Num number)) {
          throw GoFailure.error("unable to type assert leasetime");
        }
        leaseTime = uint32(number.toFloat());
      }
      default -> throw GoFailure.error("unknown key: " + key);
    }
  }

  /// As amd64 does it: by way of int64, whose smallest number stands for all out of range.
  private static long uint32(double value) {
    boolean inRange = value >= -0x1p63 && value < 0x1p63;
    return inRange ? (long) value & 0xFFFF_FFFFL : 0;
  }

  private void takeMask(String text) throws GoFailure {
    String mask = GoAddress.netIp(text);
    if (!mask.matches("[0-9.]+")) {
      throw GoFailure.error("failed to parse subnetmask: " + text);
    }
    texts.put("subnetmask", mask);
  }

  private interface Change {
    void to(List<String> elements);
  }

  private void takeList(String key, Arr array, Change change) throws GoFailure {
    List<String> elements = new ArrayList<>();
    for (GoJson element : array.elements()) {
      elements.add(asText(key, element));
    }
    elements.removeIf(String::isEmpty);
    change.to(elements);
    lists.computeIfAbsent(key, _ -> new ArrayList<>()).addAll(elements);
  }

  private static String asText(String key, GoJson value) throws GoFailure {
    if (value instanceof Text(String text)) {
      return text;
    }
    throw GoFailure.error("unable to type assert " + key);
  }

  private void takeNetboot(GoJson value) throws GoFailure {
    boolean allow = false;
    NetUrl url = null;
    for (Member member : members(value)) {
      if (member.is("AllowNetboot") && !(member.value() instanceof Null)) {
        allow = bool(member.value());
      } else if (member.is("IPXEScriptURL")) {
        url =
            member.value() instanceof Null
                ? null
                : url(url == null ? NetUrl.EMPTY : url, members(member.value()));
      }
    }
    allowNetboot = allow;
    ipxeScriptUrl = url == null ? "" : url.toString();
  }

  private static NetUrl url(NetUrl before, List<Member> members) throws GoFailure {
    String[] parts = {
      before.scheme(), before.opaque(), before.host(), before.path(),
      before.rawPath(), before.rawQuery(), before.fragment(), before.rawFragment(),
    };
    List<String> names =
        List.of(
            "scheme", "opaque", "host", "path", "rawpath", "rawquery", "fragment", "rawfragment");
    boolean user = before.user();
    boolean omitHost = before.omitHost();
    boolean forceQuery = before.forceQuery();
    for (Member member : members) {
      String name = member.key().toLowerCase(Locale.ROOT);
      if (name.equals("user")) {
        members(member.value());
        user = !(member.value() instanceof Null);
      } else if (!(member.value() instanceof Null)) {
        if (names.contains(name)) {
          parts[names.indexOf(name)] = asText(name, member.value());
        } else if (name.equals("omithost")) {
          omitHost = bool(member.value());
        } else if (name.equals("forcequery")) {
          forceQuery = bool(member.value());
        }
      }
    }
    return new NetUrl(
        parts[0],
        parts[1],
        user,
        parts[2],
        parts[3],
        parts[4],
        omitHost,
        forceQuery,
        parts[5],
        parts[6],
        parts[7]);
  }

  private static boolean bool(GoJson value) throws GoFailure {
    if (value instanceof Bool(boolean yes)) {
      return yes;
    }
    throw GoFailure.error("cannot unmarshal into bool");
  }

  private void takeError(GoJson value) throws GoFailure {
    code = 0;
    message = "";
    for (Member member : members(value)) {
      if (member.value() instanceof Null) {
        continue;
      }
      if (member.is("Code")) {
        code = wholeNumber(member.value());
      } else if (member.is("Message")) {
        message = asText("message", member.value());
      }
    }
  }

  private static long wholeNumber(GoJson value) throws GoFailure {
    try {
      if (value instanceof Num(String literal)) {
        return Long.parseLong(literal);
      }
    } catch (NumberFormatException e) {
      // a fraction, an exponent, or too large
    }
    throw GoFailure.error("cannot unmarshal into int");
  }
}
