package dev.bootbus.schema;

import static dev.bootbus.schema.Json.number;
import static dev.bootbus.schema.Json.text;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Addresses, texts and lists in JSON, in every shape in which peers are known to write them.
final class GoValues {
  private static final int MAX_LIST = 64;

  private GoValues() {}

  /// A packet may repeat itself more often than a reader puts up with.
  static <T> List<T> atMost(List<T> list) {
    return list.size() <= MAX_LIST ? list : list.subList(0, MAX_LIST);
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

  static List<JsonNode> elements(JsonNode list) throws MalformedMessageException {
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

  static List<String> texts(JsonNode list) throws MalformedMessageException {
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
  static List<Inet4Address> addresses(JsonNode list) throws MalformedMessageException {
    List<Inet4Address> addresses = new ArrayList<>();
    for (JsonNode element : elements(list)) {
      Inet4Address address = Addresses.parse(text(element));
      if (address != null) {
        addresses.add(address);
      }
    }
    return addresses;
  }

  static @Nullable Inet4Address address(JsonNode node, String name)
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
  static @Nullable Inet4Address mask(JsonNode node) throws MalformedMessageException {
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
  static void writeTexts(JsonGenerator json, String name, List<String> texts) throws IOException {
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

  /// Of 16 bits each; no field where there are none.
  static void writeNumbers(JsonGenerator json, String name, List<Integer> numbers)
      throws IOException {
    if (!numbers.isEmpty()) {
      json.writeArrayFieldStart(name);
      for (int number : atMost(numbers)) {
        json.writeNumber(number);
      }
      json.writeEndArray();
    }
  }

  static List<Integer> numbers(JsonNode list, String name) throws MalformedMessageException {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode number : elements(list)) {
      numbers.add((int) number(number, name, 0, 0xFFFF));
    }
    return numbers;
  }

  static String shown(@Nullable Inet4Address address) {
    return address == null ? "" : address.getHostAddress();
  }

  static List<String> shown(List<Inet4Address> addresses) {
    List<String> texts = new ArrayList<>(addresses.size());
    for (Inet4Address address : addresses) {
      texts.add(address.getHostAddress());
    }
    return texts;
  }
}
