package dev.bootbus.schema;

import static dev.bootbus.schema.GoValues.address;
import static dev.bootbus.schema.GoValues.addresses;
import static dev.bootbus.schema.GoValues.atMost;
import static dev.bootbus.schema.GoValues.mac;
import static dev.bootbus.schema.GoValues.mask;
import static dev.bootbus.schema.GoValues.shown;
import static dev.bootbus.schema.GoValues.texts;
import static dev.bootbus.schema.GoValues.writeText;
import static dev.bootbus.schema.GoValues.writeTexts;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The DHCP messages as JSON: written exactly as the Go original writes them, read in every shape
/// in which its peers are known to write them.
final class DhcpJson {
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
          "Interface",
          "DryRun");
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
          .and(
              "Extensions",
              Names.of("Options", "BootFile", "NextServer", "Message", "MaxAge", "Probe"));
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
          if (request.isDryRun()) {
            json.writeBooleanField("DryRun", true);
          }
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
    GoValues.writeNumbers(json, "ClientArch", facts.clientArch());
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

  static DhcpRequest readRequest(byte[] message) throws MalformedMessageException {
    Fields data = Json.readData(message, QUESTION_EVENT, QUESTION);
    JsonNode xid = field(data, "Xid");
    Facts facts =
        new Facts(
            text(field(data, "Mode")).equalsIgnoreCase("PROXY") ? Mode.PROXY : Mode.DHCP,
            text(field(data, "MessageType")),
            xid.isNumber() ? number(xid, "Xid", 0, MAX_UINT32) : -1,
            GoValues.numbers(field(data, "ClientArch"), "ClientArch"),
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
    return new DhcpRequest(
        mac(field(data, "MACAddress")),
        text(field(data, "Traceparent")),
        facts,
        field(data, "DryRun").asBoolean());
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
    if (extensions.probe()) {
      json.writeBooleanField("Probe", true);
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
        number(field(extensions, "MaxAge"), "Extensions.MaxAge", 0, MAX_UINT32),
        field(extensions, "Probe").asBoolean());
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
}
