package dev.bootbus.schema.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Which values a front end can read, field by field.
final class Fields {
  private static final long MAX_UINT32 = 0xFFFF_FFFFL;

  private Fields() {}

  static Verdict judge(Answer answer) {
    List<String> wrong = wrong(answer);
    return wrong.isEmpty()
        ? Verdict.passed("all can be read")
        : Verdict.failed(
            String.join("; ", wrong), "Write these fields as the contract in the README says.");
  }

  private static List<String> wrong(Answer answer) {
    List<String> wrong = new ArrayList<>();
    for (String name : List.of("IPAddress", "DefaultGateway", "BroadcastAddress")) {
      JsonNode value = answer.dhcp(name);
      if (!Answer.isUnset(value) && !isAddress(value)) {
        wrong.add(name + " is no IPv4 address: " + Answer.brief(value.toString()));
      }
    }
    JsonNode mask = answer.dhcp("SubnetMask");
    if (!Answer.isUnset(mask) && !isMask(mask.asText(""))) {
      wrong.add("SubnetMask is none: " + Answer.brief(mask.toString()));
    }
    JsonNode time = answer.dhcp("LeaseTime");
    if (!Answer.isUnset(time) && !isUint32(time)) {
      wrong.add("LeaseTime is no number of seconds: " + Answer.brief(time.toString()));
    }
    JsonNode allow = answer.netboot("AllowNetboot");
    if (!Answer.isUnset(allow) && !allow.isBoolean()) {
      wrong.add("AllowNetboot is neither true nor false: " + Answer.brief(allow.toString()));
    }
    wrongOptions(answer, wrong);
    return wrong;
  }

  private static void wrongOptions(Answer answer, List<String> wrong) {
    JsonNode options = Answer.field(Answer.field(answer.data(), "Extensions"), "Options");
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      if (!option.getKey().matches("[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-4]")) {
        wrong.add("no DHCP option has the code " + Answer.brief(option.getKey()));
      }
      for (JsonNode b : option.getValue()) {
        if (!b.isInt() || b.intValue() < 0 || b.intValue() > 255) {
          wrong.add("option %s holds no bytes".formatted(option.getKey()));
          break;
        }
      }
    }
  }

  static boolean isAddress(JsonNode value) {
    try {
      Inet4Address.ofLiteral(value.asText(""));
      return value.asText().split("\\.").length == 4;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Dotted, a length, or base64 as older Go peers write it.
  private static boolean isMask(String text) {
    try {
      if (text.matches("/?(\\d|[12]\\d|3[0-2])")) {
        return true;
      }
      byte[] bytes =
          text.contains(".")
              ? Inet4Address.ofLiteral(text).getAddress()
              : Base64.getDecoder().decode(text);
      int bits = 0;
      for (byte b : bytes) {
        bits = bits << 8 | (b & 0xFF); // of 16 bytes, the last four are the mask
      }
      return (bytes.length == 4 || bytes.length == 16)
          && Integer.numberOfLeadingZeros(~bits) == Integer.bitCount(bits);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isUint32(JsonNode value) {
    String text = value.asText("");
    return text.matches("\\d{1,10}") && Long.parseLong(text) <= MAX_UINT32;
  }
}
