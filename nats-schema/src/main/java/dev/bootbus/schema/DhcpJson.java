package dev.bootbus.schema;

import static dev.bootbus.schema.Json.field;
import static dev.bootbus.schema.Json.number;
import static dev.bootbus.schema.Json.text;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import dev.bootbus.schema.Fields.Names;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The DHCP messages as JSON: written exactly as the Go original writes them, read in every shape
/// in which its peers are known to write them.
final class DhcpJson {
  private static final int MAX_LIST = 64;
  private static final long MAX_UINT32 = 0xFFFF_FFFFL;

  private static final Names QUESTION =
      Names.of(
          "MACAddress",
          "Traceparent",
          "Mode",
          "MessageType",
          "Xid",
          "ClientArch",
          "VendorClass",
          "UserClass",
          "UUID",
          "ClientID",
          "Hostname",
          "RequestedAddress",
          "ServerID",
          "ClientAddress",
          "RelayAddress",
          "LinkAddress",
          "RelayAgentInfo",
          "Interface");
  private static final Names QUESTION_EVENT = Json.eventOf(QUESTION);

  private static final Names DHCP =
      Names.of(
          "MACAddress",
          "IPAddress",
          "SubnetMask",
          "DefaultGateway",
          "NameServers",
          "Hostname",
          "DomainName",
          "BroadcastAddress",
          "NTPServers",
          "LeaseTime",
          "DomainSearch");
  private static final Names NETBOOT = Names.of("AllowNetboot").and("IPXEScriptURL", GoUrl.NAMES);
  private static final Names ERROR = Names.of("Code", "Message");

  /// Some peers write what the first three hold beside them instead.
  private static final Names ANSWER =
      DHCP.and(NETBOOT)
          .and(ERROR)
          .and("DHCP", DHCP)
          .and("Netboot", NETBOOT)
          .and("Error", ERROR)
          .and("Extensions", Names.of("Options", "BootFile", "NextServer", "Message", "MaxAge"));
  private static final Names ANSWER_EVENT = Json.eventOf(ANSWER);

  private DhcpJson() {}

  static byte[] write(Envelope envelope, DhcpRequest request) {
    return Json.write(
        envelope,
        json -> {
          json.writeFieldName("MACAddress");
          if (request.mac().isNone()) {
            json.writeNull();
          } else {
            json.writeString(Base64.getEncoder().encodeToString(request.mac().bytes()));
          }
          json.writeStringField("Traceparent", request.traceparent());
          writeFacts(json, request.facts());
        });
  }

  private static void writeFacts(JsonGenerator json, Facts facts) throws IOException {
    if (facts.mode() != Mode.DHCP) {
      json.writeStringField("Mode", facts.mode().name());
    }
    writeText(json, "MessageType", facts.messageType());
    if (facts.xid() >= 0) {
      json.writeNumberField("Xid", facts.xid());
    }
    if (!facts.clientArch().isEmpty()) {
      json.writeArrayFieldStart("ClientArch");
      for (int arch : atMost(facts.clientArch())) {
        json.writeNumber(arch);
      }
      json.writeEndArray();
    }
    writeText(json, "VendorClass", facts.vendorClass());
    if (!facts.userClass().isEmpty()) {
      writeTexts(json, "UserClass", atMost(facts.userClass()));
    }
    writeText(json, "UUID", facts.uuid());
    writeText(json, "ClientID", facts.clientId());
    writeText(json, "Hostname", facts.hostname());
    writeText(json, "RequestedAddress", shown(facts.requestedAddress()));
    writeText(json, "ServerID", shown(facts.serverId()));
    writeText(json, "ClientAddress", shown(facts.ciaddr()));
    writeText(json, "RelayAddress", shown(facts.giaddr()));
    writeText(json, "LinkAddress", shown(facts.linkAddress()));
    writeText(json, "RelayAgentInfo", facts.relayAgentInfo());
    writeText(json, "Interface", facts.network());
  }

  /// A packet may repeat itself more often than a reader puts up with.
  private static <T> List<T> atMost(List<T> list) {
    return list.size() <= MAX_LIST ? list : list.subList(0, MAX_LIST);
  }

  static DhcpRequest readRequest(byte[] message) throws MalformedMessageException {
    Fields data = Json.readData(message, QUESTION_EVENT, QUESTION);
    List<Integer> clientArch = new ArrayList<>();
    for (JsonNode arch : elements(field(data, "ClientArch"))) {
      clientArch.add((int) number(arch, "ClientArch", 0, 0xFFFF));
    }
    JsonNode xid = field(data, "Xid");
    Facts facts =
        new Facts(
            text(field(data, "Mode")).equalsIgnoreCase("PROXY") ? Mode.PROXY : Mode.DHCP,
            text(field(data, "MessageType")),
            xid.isNumber() ? number(xid, "Xid", 0, MAX_UINT32) : -1,
            clientArch,
            text(field(data, "VendorClass")),
            texts(field(data, "UserClass")),
            text(field(data, "UUID")),
            text(field(data, "ClientID")),
            text(field(data, "Hostname")),
            address(field(data, "RequestedAddress"), "RequestedAddress"),
            address(field(data, "ServerID"), "ServerID"),
            address(field(data, "ClientAddress"), "ClientAddress"),
            address(field(data, "RelayAddress"), "RelayAddress"),
            address(field(data, "LinkAddress"), "LinkAddress"),
            text(field(data, "RelayAgentInfo")),
            text(field(data, "Interface")));
    return new DhcpRequest(mac(field(data, "MACAddress")), text(field(data, "Traceparent")), facts);
  }

  static byte[] write(Envelope envelope, DhcpResponse response) {
    return Json.write(
        envelope,
        json -> {
          switch (response) {
            case DhcpResponse.Answer(Dhcp dhcp, Netboot netboot, Extensions extensions) -> {
              writeDhcp(json, dhcp);
              writeNetboot(json, netboot);
              writeError(json, 0, "");
              writeExtensions(json, extensions);
            }
            case DhcpResponse.Error(int code, String why) -> {
              writeDhcp(json, Dhcp.NONE);
              writeNetboot(json, Netboot.DENIED);
              writeError(json, code, why);
            }
          }
        });
  }

  private static void writeDhcp(JsonGenerator json, Dhcp dhcp) throws IOException {
    json.writeObjectFieldStart("DHCP");
    json.writeStringField("MACAddress", readByGo(dhcp.mac()) ? dhcp.mac().toString() : "");
    json.writeStringField("IPAddress", shown(dhcp.ipAddress()));
    json.writeStringField("SubnetMask", shown(dhcp.subnetMask()));
    json.writeStringField("DefaultGateway", shown(dhcp.defaultGateway()));
    writeTexts(json, "NameServers", shown(dhcp.nameServers()));
    json.writeStringField("Hostname", dhcp.hostname());
    json.writeStringField("DomainName", dhcp.domainName());
    json.writeStringField("BroadcastAddress", shown(dhcp.broadcastAddress()));
    writeTexts(json, "NTPServers", shown(dhcp.ntpServers()));
    json.writeNumberField("LeaseTime", dhcp.leaseTime());
    writeTexts(json, "DomainSearch", dhcp.domainSearch());
    json.writeEndObject();
  }

  /// Go's `net.ParseMAC` refuses every other length, and with it the whole answer.
  private static boolean readByGo(MacAddress mac) {
    return switch (mac.bytes().length) {
      case 6, 8, 20 -> true;
      default -> false;
    };
  }

  private static void writeNetboot(JsonGenerator json, Netboot netboot) throws IOException {
    json.writeObjectFieldStart("Netboot");
    json.writeBooleanField("AllowNetboot", netboot.allowNetboot());
    json.writeFieldName("IPXEScriptURL");
    if (netboot.ipxeScriptUrl().isEmpty()) {
      json.writeNull();
    } else {
      GoUrl.parse(netboot.ipxeScriptUrl()).write(json);
    }
    json.writeEndObject();
  }

  static void writeError(JsonGenerator json, int code, String why) throws IOException {
    json.writeObjectFieldStart("Error");
    json.writeNumberField("Code", code);
    json.writeStringField("Message", why);
    json.writeEndObject();
  }

  private static void writeExtensions(JsonGenerator json, Extensions extensions)
      throws IOException {
    if (extensions.isNone()) {
      return;
    }
    json.writeObjectFieldStart("Extensions");
    if (!extensions.options().isEmpty()) {
      json.writeObjectFieldStart("Options");
      for (var option : extensions.options().entrySet()) {
        json.writeFieldName(option.getKey().toString());
        switch (option.getValue()) {
          case OptionValue.Text(String value) -> json.writeString(value);
          case OptionValue.Bytes(List<Integer> bytes) -> {
            json.writeStartArray();
            for (int b : bytes) {
              json.writeNumber(b);
            }
            json.writeEndArray();
          }
        }
      }
      json.writeEndObject();
    }
    writeText(json, "BootFile", extensions.bootFile());
    writeText(json, "NextServer", shown(extensions.nextServer()));
    writeText(json, "Message", extensions.message());
    if (extensions.maxAge() > 0) {
      json.writeNumberField("MaxAge", extensions.maxAge());
    }
    json.writeEndObject();
  }

  static DhcpResponse readResponse(byte[] message) throws MalformedMessageException {
    Fields data = Json.readData(message, ANSWER_EVENT, ANSWER);
    Fields said = data.object("Error").orElse(data);
    long code = number(field(said, "Code"), "Error.Code", Integer.MIN_VALUE, Integer.MAX_VALUE);
    String why = text(field(said, "Message"));
    if (code != 0 || !why.isEmpty()) {
      return new DhcpResponse.Error((int) code, why);
    }
    Optional<Fields> dhcp = data.object("DHCP");
    Optional<Fields> netboot = data.object("Netboot");
    boolean flat = dhcp.isEmpty() && netboot.isEmpty(); // the older shapes
    return new DhcpResponse.Answer(
        readDhcp(flat ? data : dhcp.orElseGet(() -> new Fields(DHCP))),
        readNetboot(flat ? data : netboot.orElseGet(() -> new Fields(NETBOOT))),
        readExtensions(data.object("Extensions")));
  }

  private static Dhcp readDhcp(Fields dhcp) throws MalformedMessageException {
    return new Dhcp(
        mac(field(dhcp, "MACAddress")),
        address(field(dhcp, "IPAddress"), "IPAddress"),
        mask(field(dhcp, "SubnetMask")),
        address(field(dhcp, "DefaultGateway"), "DefaultGateway"),
        addresses(field(dhcp, "NameServers")),
        text(field(dhcp, "Hostname")),
        text(field(dhcp, "DomainName")),
        address(field(dhcp, "BroadcastAddress"), "BroadcastAddress"),
        addresses(field(dhcp, "NTPServers")),
        number(field(dhcp, "LeaseTime"), "LeaseTime", 0, MAX_UINT32),
        texts(field(dhcp, "DomainSearch")));
  }

  private static Netboot readNetboot(Fields netboot) {
    return new Netboot(
        field(netboot, "AllowNetboot").asBoolean(),
        netboot
            .object("IPXEScriptURL")
            .map(url -> GoUrl.read(url).toString())
            .orElseGet(() -> text(field(netboot, "IPXEScriptURL"))));
  }

  private static Extensions readExtensions(Optional<Fields> said) throws MalformedMessageException {
    if (said.isEmpty()) {
      return Extensions.NONE;
    }
    Fields extensions = said.get();
    Map<Integer, OptionValue> options = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : field(extensions, "Options").properties()) {
      options.put(optionCode(entry.getKey()), optionValue(entry.getValue()));
    }
    return new Extensions(
        options,
        text(field(extensions, "BootFile")),
        address(field(extensions, "NextServer"), "NextServer"),
        text(field(extensions, "Message")),
        number(field(extensions, "MaxAge"), "Extensions.MaxAge", 0, MAX_UINT32));
  }

  private static int optionCode(String key) throws MalformedMessageException {
    if (key.matches("\\d{1,3}")) {
      int code = Integer.parseInt(key);
      if (code >= 1 && code <= 254) {
        return code;
      }
    }
    throw new MalformedMessageException("not a DHCP option code: " + Json.brief(key));
  }

  private static OptionValue optionValue(JsonNode value) throws MalformedMessageException {
    if (!value.isArray()) {
      return new OptionValue.Text(text(value));
    }
    List<Integer> bytes = new ArrayList<>();
    for (JsonNode b : value) {
      bytes.add((int) number(b, "a byte of an option", 0, 255));
    }
    return new OptionValue.Bytes(bytes);
  }

  /// Text with separators, base64, bare hex digits, or an array of numbers.
  static MacAddress mac(JsonNode node) throws MalformedMessageException {
    try {
      if (node.isArray()) {
        byte[] bytes = new byte[node.size()];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) number(node.get(i), "a byte of MACAddress", 0, 255);
        }
        return MacAddress.of(bytes);
      }
      String text = text(node);
      return isHex(text) ? MacAddress.parse(text) : MacAddress.of(Json.base64(text));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(
          "MACAddress: " + Json.brief(String.valueOf(e.getMessage())));
    }
  }

  /// Base64 of a hardware address has no separators, and no 12 characters without a `=`.
  private static boolean isHex(String text) {
    boolean digits = text.length() == 12;
    for (int i = 0; i < text.length(); i++) {
      if (MacAddress.isSeparator(text.charAt(i))) {
        return true;
      }
      digits = digits && HexFormat.isHexDigit(text.charAt(i));
    }
    return digits;
  }

  private static List<JsonNode> elements(JsonNode list) throws MalformedMessageException {
    if (list.isContainerNode()) {
      if (list.size() > MAX_LIST) {
        throw new MalformedMessageException("a list of " + list.size() + " elements");
      }
      List<JsonNode> elements = new ArrayList<>();
      list.forEach(elements::add);
      return elements;
    }
    return text(list).isEmpty() ? List.of() : List.of(list);
  }

  private static List<String> texts(JsonNode list) throws MalformedMessageException {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : elements(list)) {
      String text = text(element);
      if (!text.isEmpty()) {
        texts.add(text);
      }
    }
    return texts;
  }

  /// Elements that are no IPv4 addresses are left out: Go peers send `<nil>` and `?010203` for
  /// those.
  private static List<Inet4Address> addresses(JsonNode list) throws MalformedMessageException {
    List<Inet4Address> addresses = new ArrayList<>();
    for (JsonNode element : elements(list)) {
      Inet4Address address = Addresses.parse(text(element));
      if (address != null) {
        addresses.add(address);
      }
    }
    return addresses;
  }

  private static @Nullable Inet4Address address(JsonNode node, String name)
      throws MalformedMessageException {
    String text = text(node);
    if (text.isEmpty()) {
      return null;
    }
    Inet4Address address = Addresses.parse(text);
    if (address == null) {
      throw new MalformedMessageException(name + " is no IPv4 address: " + Json.brief(text));
    }
    return address;
  }

  /// Dotted, `/24`, or base64 of 4 or 16 bytes.
  private static @Nullable Inet4Address mask(JsonNode node) throws MalformedMessageException {
    String text = text(node);
    if (text.isEmpty()) {
      return null;
    }
    Inet4Address mask = Addresses.parse(text);
    if (mask == null && text.matches("/?([0-9]|[12][0-9]|3[0-2])")) {
      mask = Addresses.mask(Integer.parseInt(text.replace("/", "")));
    }
    if (mask == null) {
      byte[] bytes = Json.base64(text);
      mask =
          switch (bytes.length) {
            case 4 -> Addresses.of(bytes, 0);
            case 16 -> Addresses.of(bytes, 12);
            default -> null;
          };
    }
    if (mask == null || !Addresses.isMask(mask)) {
      throw new MalformedMessageException("SubnetMask is none: " + Json.brief(text));
    }
    return mask;
  }

  static void writeText(JsonGenerator json, String name, String text) throws IOException {
    if (!text.isEmpty()) {
      json.writeStringField(name, text);
    }
  }

  /// An array, or null where it would be empty, as Go writes a nil slice.
  private static void writeTexts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    if (texts.isEmpty()) {
      json.writeNullField(name);
      return;
    }
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static String shown(@Nullable Inet4Address address) {
    return address == null ? "" : address.getHostAddress();
  }

  private static List<String> shown(List<Inet4Address> addresses) {
    List<String> texts = new ArrayList<>(addresses.size());
    for (Inet4Address address : addresses) {
      texts.add(address.getHostAddress());
    }
    return texts;
  }
}
