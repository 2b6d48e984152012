package dev.bootbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private static String of(Proxies proxies, String url) {
    Proxy proxy = proxies.select(URI.create(url)).getFirst();
    return proxy.type() == Proxy.Type.DIRECT ? "" : proxy.address().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_PROXY, http://127.0.0.1:3128, http://h/, /127.0.0.1:3128",
    "http_proxy, http://127.0.0.1:3128/, http://h/, /127.0.0.1:3128",
    "HTTP_PROXY, 127.0.0.1:3128, http://h/, /127.0.0.1:3128",
    "HTTP_PROXY, http://127.0.0.1, http://h/, /127.0.0.1:80",
    "HTTP_PROXY, http://127.0.0.1:3128, https://h/, ''",
    "HTTPS_PROXY, http://127.0.0.1:3128, https://h/, /127.0.0.1:3128",
    "HTTPS_PROXY, http://127.0.0.1:3128, http://h/, ''",
    "HTTP_PROXY, '', http://h/, ''",
  })
  void theVariableOfTheSchemeCounts(String name, String value, String url, String expected) {
    assertThat(of(Proxies.of(Map.of(name, value)), url)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "*, http://h/, true",
    "h, http://h/, true",
    "h, http://H:8080/, true",
    "h, http://hh/, false",
    "example.com, http://a.example.com/, true",
    ".example.com, http://a.example.com/, true",
    ".example.com, http://example.com/, false",
    "example.com, http://badexample.com/, false",
    "10.0.0.0/8, http://10.1.2.3/, true",
    "10.0.0.0/8, http://11.1.2.3/, false",
    "10.0.0.0/99, http://10.0.0.0/, false",
    "10.0.0.0/x, http://10.0.0.0/, false",
    "fd00::/8, http://[fd00::1]/, true",
    "::1, http://[::1]/, true",
    "10.0.0.0/8, http://h/, false",
    "'a, h ,b', http://h/, true",
    "'', http://h/, false",
  })
  void someHostsNeedNone(String without, String url, boolean direct) {
    Proxies proxies = Proxies.of(Map.of("HTTP_PROXY", "127.0.0.1:1", "NO_PROXY", without));

    assertThat(of(proxies, url).isEmpty()).isEqualTo(direct);
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://h:1", "https://h:1", "http://u:p@h:1", "http://", "a b"})
  void whatIsNoHttpProxyIsRefused(String url) {
    assertThatThrownBy(() -> Proxies.of(Map.of("HTTPS_PROXY", url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("HTTPS_PROXY: a proxy is http://HOST:PORT");
  }

  @Test
  void oneForAllLooksAtNoVariable() {
    assertThat(of(Proxies.always("http://127.0.0.1:3128"), "https://h/"))
        .isEqualTo("/127.0.0.1:3128");
  }
}
