package dev.bootbus.schema.go;

import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers and errors with anything in them that the types allow.
public final class RandomResponses {
  private static final List<String> PIECES =
      List.of(
          "h",
          "pxe-client",
          "example.com",
          "a b",
          "\"",
          "\\",
          "<b>&",
          "\n\t\r",
          "\b\f\u0001\u001f\u007f",
          "é",
          "日本",
          "💾",
          "\u2028\u2029",
          "<nil>",
          "null",
          "${net0/mac}");
  private static final List<String> SCHEMES = List.of("http", "https", "tftp", "HTTP", "nfs");
  private static final List<String> HOSTS =
      List.of(
          "h",
          "192.168.2.1",
          "boot.netboot.xyz:8080",
          "[2001:db8::1]",
          "[fe80::1%25eth0]:8080",
          "${next-server}",
          "münchen.example",
          "user:secret@h",
          "");
  private static final List<String> PATHS =
      List.of(
          "",
          "/",
          "/boot.ipxe",
          "/a b",
          "/a%20b",
          "/a%2Fb",
          "/%ff",
          "/%zz",
          "/é/日本.ipxe",
          "/${mac:hexhyp}.ipxe",
          "/(x)!*'",
          "/a:b;c=d,e@f",
          "//twice",
          "/<\"`|^>",
          "/*");
  private static final List<String> QUERIES =
      List.of(
          "",
          "",
          "?",
          "?a=1&b=2",
          "?mac=${net0/mac}&uuid=${uuid}",
          "?x=%20 y",
          "?é",
          "?a?b",
          "?%zz");
  private static final List<String> FRAGMENTS =
      List.of("", "", "#", "#top", "#a b", "#it's", "#%41%20", "#${x}", "#a#b");
  private static final List<String> ODD_URLS =
      List.of(
          "mailto:x@y",
          "mailto:x@y?subject=a b#c",
          "file:/boot.ipxe",
          "file:///boot.ipxe",
          "/relative/path",
          "relative",
          "a:b/c:d",
          "1:2",
          "*",
          ":",
          "#",
          "?",
          "%",
          "http:",
          "http://",
          "//h/p",
          "///p",
          "boot.ipxe?x");

  private final Random random;

  public RandomResponses(Random random) {
    this.random = random;
  }

  /// One in ten is an error.
  public DhcpResponse next(MacAddress mac) {
    return random.nextInt(10) == 0
        ? new DhcpResponse.Error(random.nextInt(2000) - 500, text())
        : new DhcpResponse.Answer(dhcp(mac), netboot(), extensions());
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextInt(4) == 0 ? null : value.get();
  }

  private <T> T oneOf(List<T> choice) {
    return choice.get(random.nextInt(choice.size()));
  }

  private <T> List<T> listOf(Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(element.get());
    }
    return list;
  }

  private String text() {
    return String.join("", listOf(() -> oneOf(PIECES)));
  }

  private Inet4Address address() {
    return Inet4Address.ofLiteral(
        "%d.%d.%d.%d"
            .formatted(
                random.nextInt(256),
                random.nextInt(256),
                random.nextInt(256),
                random.nextInt(256)));
  }

  /// Mostly of the lengths that Go reads.
  public MacAddress mac() {
    byte[] bytes = new byte[random.nextInt(3) == 0 ? random.nextInt(21) : 6];
    random.nextBytes(bytes);
    return MacAddress.of(bytes);
  }

  private Dhcp dhcp(MacAddress mac) {
    return new Dhcp(
        random.nextInt(4) == 0 ? MacAddress.NONE : mac,
        maybe(this::address),
        maybe(this::address),
        maybe(this::address),
        listOf(this::address),
        text(),
        text(),
        maybe(this::address),
        listOf(this::address),
        oneOf(List.of(0L, 1L, 86400L, 0xFFFF_FFFFL, random.nextLong(1L << 32))),
        listOf(this::text));
  }

  private Netboot netboot() {
    return new Netboot(random.nextBoolean(), url());
  }

  String url() {
    return switch (random.nextInt(8)) {
      case 0 -> "";
      case 1 -> oneOf(ODD_URLS);
      case 2 -> text();
      default ->
          oneOf(SCHEMES) + "://" + oneOf(HOSTS) + oneOf(PATHS) + oneOf(QUERIES) + oneOf(FRAGMENTS);
    };
  }

  private Extensions extensions() {
    Map<Integer, OptionValue> options = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      options.put(
          1 + random.nextInt(254),
          random.nextBoolean()
              ? new OptionValue.Text(text())
              : new OptionValue.Bytes(listOf(() -> random.nextInt(256))));
    }
    return new Extensions(
        options,
        text(),
        maybe(this::address),
        text(),
        random.nextInt(3) == 0 ? 30 : 0,
        random.nextInt(3) == 0);
  }

  /// What a Go front end is to see of a response: all that Go has a field for. A hardware address
  /// of a length that Go does not read is left out, and so are empty elements.
  public static GoOutcome seen(DhcpResponse response) {
    return switch (response) {
      case DhcpResponse.Error(int code, String message) -> new GoOutcome.NoRecord(code, message);
      case DhcpResponse.Answer(Dhcp dhcp, Netboot netboot, Extensions _) ->
          new GoOutcome.Accepted(
              new GoRecord(
                  List.of(6, 8, 20).contains(dhcp.mac().bytes().length) ? "" + dhcp.mac() : "",
                  shown(dhcp.ipAddress()),
                  shown(dhcp.subnetMask()),
                  shown(dhcp.defaultGateway()),
                  dhcp.nameServers().stream().map(RandomResponses::shown).toList(),
                  dhcp.hostname(),
                  dhcp.domainName(),
                  shown(dhcp.broadcastAddress()),
                  dhcp.ntpServers().stream().map(RandomResponses::shown).toList(),
                  dhcp.leaseTime(),
                  dhcp.domainSearch().stream().filter(domain -> !domain.isEmpty()).toList(),
                  netboot.allowNetboot(),
                  url(netboot.ipxeScriptUrl())));
    };
  }

  private static String shown(@Nullable Inet4Address address) {
    return address == null ? "" : address.getHostAddress();
  }

  /// As it was said, with the scheme in lower case; Go cannot send user and password.
  private static String url(String said) {
    return said.replaceFirst("^HTTP:", "http:").replaceFirst("^([a-z]+://)user:secret@", "$1");
  }
}
