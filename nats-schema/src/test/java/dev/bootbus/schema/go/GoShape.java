package dev.bootbus.schema.go;

import static dev.bootbus.schema.go.GoJson.quote;

import java.util.Base64;
import java.util.List;

/// The forms in which responders of the Go original's history write their answer.
public enum GoShape {
  /// N1, `&data.Message` through the custom marshallers, built with Go 1.19 or later.
  NESTED_BY_POINTER,
  /// N1 built with Go 1.18 or earlier, whose `url.URL` has no `OmitHost`.
  NESTED_BY_POINTER_GO_1_18,
  /// N2, `data.Message` without the `&`, which goes past the custom marshallers.
  NESTED_BY_VALUE,
  /// N2 with a mask that `net.ParseIP` made: 16 bytes.
  NESTED_BY_VALUE_LONG_MASK,
  /// F1, the tags `,inline` of the README, at commit 1fadfd7.
  FLAT_INLINE,
  /// F2, the README's first example.
  FLAT,
  /// F3, `data.DHCP` alone, at commit 7c1f612 and before. It has neither netboot nor error.
  BARE_DHCP;

  /// The `data` of an answer.
  public String answer(GoRecord record) {
    return write(record, 0, "");
  }

  /// Whether a Go backend can say this URL and nothing is lost.
  public static boolean holds(String url) {
    try {
      return NetUrl.parse(url).toString().equals(url);
    } catch (GoFailure e) {
      return false;
    }
  }

  /// The `data` of an error. In the bare shape that is a record with nothing in it.
  String error(long code, String message) {
    return write(GoRecord.EMPTY, code, message);
  }

  private String write(GoRecord record, long code, String message) {
    String error = "\"Code\":%d,\"Message\":%s".formatted(code, quote(message));
    String dhcp = dhcp(record);
    String netboot = netboot(record);
    return switch (this) {
      case NESTED_BY_POINTER,
          NESTED_BY_POINTER_GO_1_18,
          NESTED_BY_VALUE,
          NESTED_BY_VALUE_LONG_MASK ->
          "{\"DHCP\":{%s},\"Netboot\":{%s},\"Error\":{%s}}".formatted(dhcp, netboot, error);
      case FLAT_INLINE -> "{%s,%s,%s}".formatted(dhcp, netboot, error);
      case FLAT -> "{%s,%s,\"Error\":{%s}}".formatted(dhcp, netboot, error);
      case BARE_DHCP -> "{%s}".formatted(dhcp);
    };
  }

  private boolean custom() {
    return this == NESTED_BY_POINTER || this == NESTED_BY_POINTER_GO_1_18 || this == BARE_DHCP;
  }

  private String dhcp(GoRecord record) {
    return "\"MACAddress\":%s,\"IPAddress\":%s,\"SubnetMask\":%s,\"DefaultGateway\":%s,"
            .formatted(
                mac(record.mac()),
                quote(record.ipAddress()),
                mask(record.subnetMask()),
                quote(record.defaultGateway()))
        + "\"NameServers\":%s,\"Hostname\":%s,\"DomainName\":%s,\"BroadcastAddress\":%s,"
            .formatted(
                addresses(record.nameServers()),
                quote(record.hostname()),
                quote(record.domainName()),
                quote(record.broadcastAddress()))
        + "\"NTPServers\":%s,\"LeaseTime\":%d,\"DomainSearch\":%s"
            .formatted(
                addresses(record.ntpServers()), record.leaseTime(), quote(record.domainSearch()));
  }

  private String mac(String mac) {
    if (custom()) {
      return quote(mac);
    }
    return mac.isEmpty() ? "null" : base64(GoAddress.bytesOfMac(mac));
  }

  private String mask(String mask) {
    if (custom()) {
      return quote(mask);
    }
    if (mask.isEmpty()) {
      return "null";
    }
    byte[] bytes = GoAddress.bytesOfV4(mask);
    if (this != NESTED_BY_VALUE_LONG_MASK) {
      return base64(bytes);
    }
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    System.arraycopy(bytes, 0, mapped, 12, 4);
    return base64(mapped);
  }

  private static String base64(byte[] bytes) {
    return quote(Base64.getEncoder().encodeToString(bytes));
  }

  /// A nil element is `<nil>` as text, and empty where encoding/json writes it.
  private String addresses(List<String> addresses) {
    return quote(addresses.stream().map(a -> a.equals("<nil>") && !custom() ? "" : a).toList());
  }

  private String netboot(GoRecord record) {
    return "\"AllowNetboot\":%s,\"IPXEScriptURL\":%s"
        .formatted(record.allowNetboot(), url(record.ipxeScriptUrl()));
  }

  private String url(String text) {
    if (text.isEmpty()) {
      return "null";
    }
    try {
      NetUrl url = NetUrl.parse(text);
      String omitHost =
          this == NESTED_BY_POINTER_GO_1_18 ? "" : "\"OmitHost\":" + url.omitHost() + ",";
      return "{\"Scheme\":%s,\"Opaque\":%s,\"User\":%s,\"Host\":%s,\"Path\":%s,\"RawPath\":%s,"
              .formatted(
                  quote(url.scheme()),
                  quote(url.opaque()),
                  url.user() ? "{}" : "null",
                  quote(url.host()),
                  quote(url.path()),
                  quote(url.rawPath()))
          + omitHost
          + "\"ForceQuery\":%s,\"RawQuery\":%s,\"Fragment\":%s,\"RawFragment\":%s}"
              .formatted(
                  url.forceQuery(),
                  quote(url.rawQuery()),
                  quote(url.fragment()),
                  quote(url.rawFragment()));
    } catch (GoFailure e) {
      throw new IllegalArgumentException("a Go backend cannot hold the URL " + text, e);
    }
  }
}
