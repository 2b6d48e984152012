package dev.bootbus.dhcp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.Inet4Address;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OptionsTest {
  private static final Inet4Address MASK = Inet4Address.ofLiteral("255.255.254.0");
  private static final Inet4Address A = Inet4Address.ofLiteral("10.0.0.1");
  private static final Inet4Address B = Inet4Address.ofLiteral("192.168.77.254");

  static Stream<Arguments> values() {
    Options pxe = Options.builder().put(6, Bytes.ofHex("08")).build();
    UUID uuid = UUID.fromString("564d4c41-4200-4077-8000-000000000010");
    return Stream.of(
        arguments("RFC 2132 §3.3", Option.SUBNET_MASK, "fffffe00", MASK),
        arguments("RFC 2132 §3.5", Option.ROUTERS, "0a000001c0a84dfe", List.of(A, B)),
        arguments("RFC 2132 §3.14", Option.HOST_NAME, "6e6f6465", "node"),
        arguments("RFC 2132 §9.2", Option.LEASE_TIME, "ffffffff", 0xFFFF_FFFFL),
        arguments("RFC 2132 §9.6", Option.MESSAGE_TYPE, "01", 1),
        arguments("RFC 2132 §9.8", Option.PARAMETER_LIST, "0103ff", List.of(1, 3, 255)),
        arguments("RFC 2132 §9.10", Option.MAX_MESSAGE_SIZE, "ff00", 65280),
        arguments("PXE 2.1 §2.2.3", Option.VENDOR_SPECIFIC, "060108ff", pxe),
        arguments("RFC 3004 §4", Option.USER_CLASS, "046950584501 61", List.of("iPXE", "a")),
        arguments("RFC 4578 §2.1", Option.CLIENT_ARCH, "00070010", List.of(7, 16)),
        arguments("RFC 4578 §2.3", Option.CLIENT_UUID, "00414c4d56004277408000000000000010", uuid),
        arguments("RFC 2132 §5.1", Option.INTERFACE_MTU, "2328", 9000),
        arguments("RFC 3011 §2", Option.SUBNET_SELECTION, "0a000001", A),
        arguments(
            "RFC 3442, its own examples",
            Option.CLASSLESS_ROUTES,
            "00 0a000001  08 0a c0a84dfe  18 0a0000 0a000001  1b 0a1b8180 c0a84dfe  20 c0a84dfe"
                + " 0a000001",
            List.of(
                new ClasslessRoute(ip("0.0.0.0"), 0, A),
                new ClasslessRoute(ip("10.0.0.0"), 8, B),
                new ClasslessRoute(ip("10.0.0.0"), 24, A),
                new ClasslessRoute(ip("10.27.129.128"), 27, B),
                new ClasslessRoute(B, 32, A))),
        arguments(
            "RFC 3397 §2, with compression",
            Option.DOMAIN_SEARCH,
            "03656e67056170706c6503636f6d00 096d61726b6574696e67c004",
            List.of("eng.apple.com", "marketing.apple.com")));
  }

  private static Inet4Address ip(String text) {
    return Inet4Address.ofLiteral(text);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  <T> void is_read_and_written(String rfc, Option<T> option, String hex, T value) {
    Bytes bytes = Bytes.ofHex(hex.replace(" ", ""));
    Options read = Options.builder().put(option.code(), bytes).build();
    assertThat(read.get(option)).contains(value);
    assertThat(Options.builder().put(option, value).build()).isEqualTo(read);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        arguments(Option.MESSAGE_TYPE, ""),
        arguments(Option.MESSAGE_TYPE, "0101"),
        arguments(Option.SERVER_ID, "0a0000"),
        arguments(Option.ROUTERS, ""),
        arguments(Option.ROUTERS, "0a0000010a"),
        arguments(Option.CLIENT_ARCH, ""),
        arguments(Option.CLIENT_ARCH, "07"),
        arguments(Option.CLIENT_ARCH, "000700"),
        arguments(Option.CLIENT_UUID, "414c4d56004277408000000000000010"),
        arguments(Option.CLIENT_UUID, "01414c4d56004277408000000000000010"),
        arguments(Option.VENDOR_SPECIFIC, "0608"),
        arguments(Option.IPXE, "b105011af4"),
        arguments(Option.DOMAIN_SEARCH, "03656e67"),
        arguments(Option.DOMAIN_SEARCH, "c000"),
        arguments(Option.DOMAIN_SEARCH, "0161c000"),
        arguments(Option.DOMAIN_SEARCH, "c0"),
        arguments(Option.DOMAIN_SEARCH, "40"),
        arguments(Option.SUBNET_MASK, "ff00ff00"),
        arguments(Option.SUBNET_MASK, "000000ff"),
        arguments(Option.SUBNET_MASK, "ffffff"),
        arguments(Option.CLASSLESS_ROUTES, ""),
        arguments(Option.CLASSLESS_ROUTES, "21c0a84dfe000a000001"),
        arguments(Option.CLASSLESS_ROUTES, "180a00000a0000"),
        arguments(Option.CLASSLESS_ROUTES, "000a00000118"));
  }

  @ParameterizedTest(name = "option {0} of {1}")
  @MethodSource("malformed")
  void malformed_is_not_absent(Option<?> option, String hex) {
    Options options = Options.builder().put(option.code(), Bytes.ofHex(hex)).build();
    assertThat(options.get(option)).isEmpty();
    assertThat(options.isMalformed(option)).isTrue();
    assertThat(Options.EMPTY.isMalformed(option)).isFalse();
  }

  @Test
  void a_user_class_without_length_is_one_class() {
    Options ipxe = Options.builder().put(77, Bytes.ofHex("69505845")).build();
    assertThat(ipxe.get(Option.USER_CLASS)).contains(List.of("iPXE"));
    Options lengthPastTheEnd = Options.builder().put(77, Bytes.ofHex("05695058")).build();
    assertThat(lengthPastTheEnd.get(Option.USER_CLASS)).contains(List.of("\u0005iPX"));
  }

  @Test
  void text_loses_the_nuls_at_its_end() {
    Options options = Options.builder().put(12, Bytes.ofHex("6e6f64650000")).build();
    assertThat(options.get(Option.HOST_NAME)).contains("node");
  }

  @Test
  void names_that_dns_cannot_express_are_left_out_of_a_search_list() {
    String tooLong = "x".repeat(64) + ".example";
    List<String> names = List.of("a.example", "a..b", "", tooLong, "bücher.example", "b.example.");
    Options options = Options.builder().put(Option.DOMAIN_SEARCH, names).build();
    assertThat(options.get(Option.DOMAIN_SEARCH)).contains(List.of("a.example", "b.example"));
  }

  @Test
  void a_search_list_longer_than_a_pointer_reaches_is_still_right() {
    List<String> names =
        Stream.iterate(0, i -> i + 1).limit(3000).map(i -> "host" + i + ".example").toList();
    Options options = Options.builder().put(Option.DOMAIN_SEARCH, names).build();
    assertThat(options.get(Option.DOMAIN_SEARCH)).contains(names);
  }

  @ParameterizedTest(name = "{0} = {1}: {2}")
  @CsvSource({
    "1,   ffffff00, true", // RFC 2132 §3.3
    "1,   00000000, true",
    "1,   ffffffff, true",
    "1,   ff00ff00, false",
    "3,   '',       false", // §3.5: at least 4
    "12,  6e6f6465, true",
    "12,  6e0a,     false",
    "12,  '',       false", // §3.14: at least 1
    "51,  00000e,   false",
    "26,  0240,     true",
    "119, 0161,     false",
    "121, 18,       false",
    "80,  '',       true", // RFC 4039 §4: nothing in it
    "150, 7f,       true" // each vendor's own
  })
  void what_a_server_may_send(int code, String hex, boolean sound) {
    assertThat(Option.isSound(code, Bytes.ofHex(hex))).isEqualTo(sound);
  }

  @Test
  void pad_and_end_are_no_options() {
    assertThatThrownBy(() -> Options.builder().put(0, Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Options.builder().put(255, Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
