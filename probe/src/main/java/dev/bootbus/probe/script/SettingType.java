package dev.bootbus.probe.script;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// How iPXE writes the bytes of a setting, and reads them: the word after the colon of
/// `${net0/mac:hexhyp}` (ipxe.org/cfg).
enum SettingType {
  STRING,
  URISTRING,
  IPV4,
  IPV6,
  INT8,
  INT16,
  INT32,
  UINT8,
  UINT16,
  UINT32,
  HEX,
  HEXHYP,
  HEXRAW,
  BASE64,
  UUID,
  GUID,
  BUSDEVFN,
  DNSSL;

  static Optional<SettingType> of(String name) {
    for (SettingType type : values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  String write(byte[] raw) {
    return switch (this) {
      case STRING, DNSSL, IPV6 -> text(raw);
      case URISTRING -> uriString(raw);
      case IPV4 -> address(raw);
      case INT8 -> Long.toString((byte) number(raw));
      case INT16 -> Long.toString((short) number(raw));
      case INT32 -> Long.toString((int) number(raw));
      case UINT8 -> Long.toString(number(raw) & 0xff);
      case UINT16 -> Long.toString(number(raw) & 0xffff);
      case UINT32 -> Long.toString(number(raw) & 0xffff_ffffL);
      case HEX -> HexFormat.ofDelimiter(":").formatHex(raw);
      case HEXHYP -> HexFormat.ofDelimiter("-").formatHex(raw);
      case HEXRAW -> HexFormat.of().formatHex(raw);
      case BASE64 -> Base64.getEncoder().encodeToString(raw);
      case UUID, GUID -> uuid(raw);
      case BUSDEVFN -> "0000:00:00.0";
    };
  }

  private static String text(byte[] raw) {
    return new String(raw, StandardCharsets.ISO_8859_1);
  }

  private static String uriString(byte[] raw) {
    StringBuilder out = new StringBuilder();
    for (byte b : raw) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append(String.format("%%%02X", (int) c));
      }
    }
    return out.toString();
  }

  private static String address(byte[] raw) {
    if (raw.length < 4) {
      return "";
    }
    return (raw[0] & 0xff) + "." + (raw[1] & 0xff) + "." + (raw[2] & 0xff) + "." + (raw[3] & 0xff);
  }

  private static long number(byte[] raw) {
    long number = 0;
    for (byte b : raw) {
      number = number << 8 | b & 0xff;
    }
    return number;
  }

  private static String uuid(byte[] raw) {
    if (raw.length != 16) {
      return "";
    }
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  /// The bytes that a script's `set NAME:TYPE TEXT` stores; none where the text is not of the type.
  Optional<byte[]> read(String text) {
    return switch (this) {
      case STRING, DNSSL, IPV6 -> Optional.of(text.getBytes(StandardCharsets.ISO_8859_1));
      case URISTRING -> Optional.of(unescaped(text));
      case IPV4 -> ipv4(text);
      case INT8, UINT8 -> integer(text).map(n -> new byte[] {n.byteValue()});
      case INT16, UINT16 ->
          integer(text).map(n -> ByteBuffer.allocate(2).putShort(n.shortValue()).array());
      case INT32, UINT32 -> integer(text).map(n -> bytes(n.intValue()));
      case HEX, HEXHYP, HEXRAW -> hex(text);
      case BASE64 -> base64(text);
      case UUID, GUID -> hex(text.replace("-", "")).filter(raw -> raw.length == 16);
      case BUSDEVFN -> Optional.empty();
    };
  }

  static byte[] bytes(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] unescaped(String text) {
    ByteBuffer out = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length() && hex(text.substring(i + 1, i + 3)).isPresent()) {
        out.put((byte) Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        out.put((byte) c);
      }
    }
    byte[] raw = new byte[out.position()];
    out.flip().get(raw);
    return raw;
  }

  private static Optional<byte[]> ipv4(String text) {
    try {
      return Optional.of(Inet4Address.ofLiteral(text).getAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// As `strtoul` with base 0: `12`, `0x1f`, `-1`, `017`.
  static Optional<Long> integer(String text) {
    try {
      return text.length() > 20 ? Optional.empty() : Optional.of(Long.decode(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> hex(String text) {
    try {
      return Optional.of(HexFormat.of().parseHex(text.replace(":", "").replace("-", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> base64(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
