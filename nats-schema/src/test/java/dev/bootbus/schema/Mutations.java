package dev.bootbus.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// Damages JSON: as a tree, so that what is wrong lies deep inside, and as bytes.
final class Mutations {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int DEEP = 40; // more than the reader allows
  private static final int LONG = 5000;
  private static final int MANY = 300; // the reader takes lists of 64

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0.1",
          "1e400",
          "1E-999999999",
          "256",
          "4294967296",
          "99999999999999999999999999",
          "9".repeat(200),
          "\"\"",
          "\" \"",
          "\"7\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\u2028<&>\"",
          "\"?010203\"",
          "\"<nil>\"",
          "\"////AA==\"",
          "\"CAAnKU5n\"",
          "\"08:00:27:29:4e:6\"",
          "\"::ffff:1.2.3.4\"",
          "\"fe80::1%eth0\"",
          "\"1.2.3\"",
          "\"255.0.255.0\"",
          "\"/33\"",
          "\"%zz%\"",
          "\"2026-13-01T00:00:00Z\"",
          "\"{\\\"DHCP\\\":{}}\"",
          "\"eyJESENQIjp7fX0=\"",
          "{}",
          "[]",
          "[[]]",
          "[8,0,39,-41,78,1e3]",
          "{\"a\":1}",
          "{\"0\":\"x\",\"255\":[256]}");

  private static final List<String> NAMES =
      List.of(
          "data",
          "data_base64",
          "datacontentencoding",
          "specversion",
          "DHCP",
          "Netboot",
          "Error",
          "Code",
          "Message",
          "Extensions",
          "Options",
          "MaxAge",
          "Probe",
          "MACAddress",
          "macaddress",
          "SubnetMask",
          "LeaseTime",
          "NameServers",
          "IPXEScriptURL",
          "Path",
          "26");

  private static final List<byte[]> BAD_UTF8 =
      List.of(
          HexFormat.of().parseHex("ff"),
          HexFormat.of().parseHex("c080"),
          HexFormat.of().parseHex("eda080"),
          HexFormat.of().parseHex("f4908080"),
          HexFormat.of().parseHex("e282"));

  private final Random random;

  Mutations(Random random) {
    this.random = random;
  }

  byte[] of(byte[] original) throws IOException {
    return switch (random.nextInt(6)) {
      case 0 -> bytes(original, 1 + random.nextInt(4));
      case 1 -> bytes(tree(original), 1);
      default -> tree(original);
    };
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private byte[] tree(byte[] original) throws IOException {
    JsonNode root = MAPPER.readTree(original);
    List<ContainerNode<?>> containers = new ArrayList<>();
    collect(root, containers);
    for (int i = random.nextInt(3); i >= 0; i--) {
      switch (any(containers)) {
        case ObjectNode object -> change(object);
        case ArrayNode array -> change(array);
        case ContainerNode<?> other -> throw new AssertionError(other);
      }
    }
    byte[] bytes = MAPPER.writeValueAsBytes(root);
    return random.nextInt(8) == 0 ? twice(bytes) : bytes;
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> into) {
    if (node instanceof ContainerNode<?> container) {
      into.add(container);
      node.forEach(child -> collect(child, into));
    }
  }

  private void change(ObjectNode object) throws IOException {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = names.isEmpty() || random.nextInt(8) == 0 ? any(NAMES) : any(names);
    switch (random.nextInt(8)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(any(NAMES), object.path(name).deepCopy());
      case 2 -> object.set(name.toUpperCase(java.util.Locale.ROOT), value());
      case 3 -> object.put(name, damaged(object.path(name).asText()));
      default -> object.set(name, value());
    }
  }

  private void change(ArrayNode array) throws IOException {
    if (array.isEmpty() || random.nextBoolean()) {
      array.add(value());
    } else {
      array.set(random.nextInt(array.size()), value());
    }
  }

  private JsonNode value() throws IOException {
    return switch (random.nextInt(24)) {
      case 0 -> MAPPER.readTree("[".repeat(DEEP) + "]".repeat(DEEP));
      case 1 -> MAPPER.readTree("{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP));
      case 2 -> MAPPER.getNodeFactory().textNode("x".repeat(random.nextInt(LONG)));
      case 3 -> MAPPER.readTree("[1" + ",1".repeat(random.nextInt(MANY)) + "]");
      default -> MAPPER.readTree(any(VALUES));
    };
  }

  /// One character of base64, an address or a name is another one.
  private String damaged(String text) {
    if (text.isEmpty()) {
      return "=";
    }
    int at = random.nextInt(text.length());
    char c = "=-_/+:. \n0fg\u00e9".charAt(random.nextInt(13));
    return text.substring(0, at) + c + text.substring(at + random.nextInt(2));
  }

  /// With a name that stands there already.
  private byte[] twice(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int brace = text.indexOf('{', random.nextInt(text.length()));
    String field = '"' + any(NAMES) + "\":" + any(VALUES);
    return brace < 0
        ? bytes
        : (text.substring(0, brace + 1) + field + "," + field + "," + text.substring(brace + 1))
            .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] bytes(byte[] original, int times) {
    byte[] bytes = original.clone();
    for (int i = 0; i < times && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      int some = Math.min(random.nextInt(40), bytes.length - at);
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> flip(bytes, at);
            case 1 -> splice(bytes, at, 0, any(VALUES).getBytes(StandardCharsets.UTF_8));
            case 2 -> splice(bytes, at, some, any(VALUES).getBytes(StandardCharsets.UTF_8));
            case 3 -> splice(bytes, at, some, new byte[0]);
            case 4 -> splice(bytes, at, 0, any(BAD_UTF8));
            default -> Arrays.copyOf(bytes, at);
          };
    }
    return bytes;
  }

  private byte[] flip(byte[] bytes, int at) {
    bytes[at] = (byte) random.nextInt(256);
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int at, int cut, byte[] insert) {
    byte[] out = new byte[bytes.length - cut + insert.length];
    System.arraycopy(bytes, 0, out, 0, at);
    System.arraycopy(insert, 0, out, at, insert.length);
    System.arraycopy(bytes, at + cut, out, at + insert.length, bytes.length - at - cut);
    return out;
  }
}
