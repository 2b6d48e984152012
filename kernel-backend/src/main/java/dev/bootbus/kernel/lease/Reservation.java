package dev.bootbus.kernel.lease;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/// An address that one machine gets and nobody else.
///
/// @param key what it is known by: canonical text of a hardware address or a UUID, hex digits of
///     anything else
/// @param hostname what it is called there, or empty
public record Reservation(By by, String key, Inet4Address address, String hostname) {

  /// What tells the machine from others, the surest first.
  public enum By {
    MAC("mac"),
    /// option 61; firmware, iPXE and OS each say another
    CLIENT_ID("client-id"),
    /// option 97, which hardly any OS says
    UUID("uuid"),
    /// option 82.1, RFC 3046 §3.1
    CIRCUIT("circuit"),
    /// option 82.2, RFC 3046 §3.2
    REMOTE("remote");

    private final String field;

    By(String field) {
      this.field = field;
    }

    /// As it is called in the catalogue.
    public String field() {
      return field;
    }

    /// Reads what the operator wrote: for option 61 and 82 hex digits, with colons or without, or
    /// any other text, which stands for its own bytes.
    ///
    /// @throws IllegalArgumentException if it is nothing of this kind
    public String key(String text) {
      return switch (this) {
        case MAC -> mac(text);
        case UUID -> uuid(text);
        case CLIENT_ID, CIRCUIT, REMOTE -> bytes(text);
      };
    }

    private static String mac(String text) {
      MacAddress mac = MacAddress.parse(text);
      if (mac.isNone()) {
        throw new IllegalArgumentException("not a hardware address: " + text);
      }
      return mac.toString();
    }

    private static String uuid(String text) {
      try {
        return java.util.UUID.fromString(text).toString();
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("not a UUID: " + text, e);
      }
    }

    private static String bytes(String text) {
      String digits = text.replace(":", "").toLowerCase(Locale.ROOT);
      boolean hex = digits.length() % 2 == 0 && digits.chars().allMatch(HexFormat::isHexDigit);
      byte[] bytes = hex ? HexFormat.of().parseHex(digits) : text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length == 0 || bytes.length > 255) {
        throw new IllegalArgumentException("not from 1 to 255 bytes: " + text);
      }
      return HexFormat.of().formatHex(bytes);
    }
  }

  /// What stands in a lease that was bound by it, and says that another hardware address of the
  /// same machine may take it over. Empty where that is not sure: machines that follow each other
  /// on a circuit are not the same, and may be there at once.
  public String owner() {
    return switch (by) {
      case CLIENT_ID, UUID -> by.field() + ":" + key;
      case MAC, CIRCUIT, REMOTE -> "";
    };
  }
}
