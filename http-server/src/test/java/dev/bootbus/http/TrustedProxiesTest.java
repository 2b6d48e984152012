package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final TrustedProxies PROXIES =
      TrustedProxies.parse(List.of("10.0.0.0/8", " 192.0.2.7 ", "2001:db8:1::/48", ""));

  private static List<String> lines(String text) {
    return text == null ? List.of() : List.of(text.split(" \\+ "));
  }

  @ParameterizedTest(name = "{0} says {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "10.1.2.3     | 192.168.77.5                      | 192.168.77.5",
        "10.1.2.3     |                                   | 10.1.2.3",
        // whoever is not trusted may say what he likes
        "192.168.77.9 | 192.168.77.5                      | 192.168.77.9",
        "192.0.2.8    | 192.168.77.5                      | 192.0.2.8",
        // what a client sent stands left of what the proxy wrote
        "10.1.2.3     | 192.168.77.5, 192.168.77.9        | 192.168.77.9",
        "10.1.2.3     | 192.168.77.5 + 192.168.77.9       | 192.168.77.9",
        "10.1.2.3     | 192.168.77.5, 192.168.77.9, 10.9.9.9, 192.0.2.7 | 192.168.77.9",
        "10.1.2.3     | 10.9.9.9, 10.8.8.8                | 10.9.9.9",
        "2001:db8:1::2 | 2001:db8:2::5                    | 2001:db8:2::5",
        "10.1.2.3     | 192.168.77.5:4711                 | 192.168.77.5",
        "10.1.2.3     | [2001:db8:2::5]:4711              | 2001:db8:2::5",
        "10.1.2.3     | ::ffff:192.168.77.5               | 192.168.77.5",
        // a proxy that hides the client is the client
        "10.1.2.3     | unknown                           | 10.1.2.3",
        "10.1.2.3     | 192.168.77.5, garbage             | 10.1.2.3",
        "10.1.2.3     | 192.168.77.5,                     | 10.1.2.3",
        "10.1.2.3     | 192.168.77.5, boot.example, 10.9.9.9 | 10.9.9.9",
        "10.1.2.3     | 192.168.77.500                    | 10.1.2.3",
        "10.1.2.3     | 192.168.77                        | 10.1.2.3",
        "10.1.2.3     | 3232255237                        | 10.1.2.3",
      })
  void xForwardedFor(String peer, String header, String client) {
    assertThat(PROXIES.client(InetAddress.ofLiteral(peer), List.of(), lines(header)))
        .isEqualTo(InetAddress.ofLiteral(client));
  }

  /// RFC 7239 §4: parameter names in any case, values as tokens or quoted; §6: nodes.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "for=192.168.77.5                                     | 192.168.77.5",
        "For=\"[2001:db8:2::5]:4711\"                         | 2001:db8:2::5",
        "proto=http;for=192.168.77.5;by=10.0.0.1              | 192.168.77.5",
        "for=192.168.77.5, for=192.168.77.9; host=x           | 192.168.77.9",
        "for=192.168.77.9 + for=10.9.9.9                      | 192.168.77.9",
        "for=192.168.77.9;host=\"x, for=192.168.77.5\"        | 192.168.77.9",
        "for=192.168.77.9;host=\"\\\", for=192.168.77.5\"     | 192.168.77.9",
        "for=_hidden                                          | 10.1.2.3",
        "for=unknown                                          | 10.1.2.3",
        "by=10.0.0.1                                          | 10.1.2.3",
        "192.168.77.5                                         | 10.1.2.3",
        "for=\"192.168.77.5                                   | 10.1.2.3",
        "for=                                                 | 10.1.2.3",
      })
  void forwarded(String header, String client) {
    assertThat(PROXIES.client(InetAddress.ofLiteral("10.1.2.3"), lines(header), List.of()))
        .isEqualTo(InetAddress.ofLiteral(client));
  }

  @ParameterizedTest
  @ValueSource(strings = {"for=192.168.77.5", "x"})
  void ofTwoHeadersOneIsNotTheProxys(String forwarded) {
    InetAddress proxy = InetAddress.ofLiteral("10.1.2.3");
    assertThat(PROXIES.client(proxy, List.of(forwarded), List.of("192.168.77.9"))).isEqualTo(proxy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/x",
        "proxy",
        "::/129",
        "10.0.0/8/8",
        "10/8",
        "167772160"
      })
  void notNetworks(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedProxies.parse(List.of(text)))
        .withMessageContaining(text);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "/t/abc/user-data, /t/(secret)/user-data, user-data, abc",
    "//t/abc//user-data, /t/(secret)/user-data, user-data, abc",
    "/x/../t/abc/user-data, /t/(secret)/user-data, user-data, abc",
    "/%74/abc/k3os/config, /t/(secret)/k3os/config, k3os/config, abc",
    "/t/abc/, /t/(secret)/, '', abc",
    "/t/abc, /t/(secret)/, '', abc",
    "/t, /t, t, ''",
    "/boot/vmlinuz, /boot/vmlinuz, boot/vmlinuz, ''",
    "/a/t/abc/x, /a/t/abc/x, a/t/abc/x, ''",
    "/%20, /%20, ' ', ''",
  })
  void tokens(String raw, String shown, String path, String token) throws Exception {
    assertThat(MachineUrl.shown(raw)).isEqualTo(shown);
    MachineUrl url = MachineUrl.of(raw);
    assertThat(url.path()).hasToString(path);
    assertThat(url.token()).isEqualTo(token);
    assertThat(url.toString()).isEqualTo(token.isEmpty() ? path : "(secret) " + path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/t/abc/%zz", "/../t/abc/x", "/t/abc/..%2f", "/%74/abc/%00", "/t\\abc\\%zz"})
  void aPathThatCannotBeReadShowsNoTokenEither(String raw) {
    assertThat(MachineUrl.shown(raw)).doesNotContain("abc");
  }
}
