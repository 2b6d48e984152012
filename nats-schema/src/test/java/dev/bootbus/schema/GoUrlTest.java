package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.168.2.1/boot.ipxe",
        "http://h:8080/boot.ipxe?mac=52-54-00-12-34-56&x=%20",
        "https://boot.netboot.xyz/ipxe/menu.ipxe?a=1&b=2#top",
        "http://h",
        "http://h/",
        "http://h/p?",
        "http://h/a%2Fb/c",
        "http://h/a%20b",
        "http://[fe80::1]:8080/x",
        "tftp://10.0.0.1/x.ipxe",
        "mailto:x@y",
        "/relative/path",
        "http://h/$&+,/:;=@-_.~",
        "http://h/(x)!*'",
        "file:/boot.ipxe",
        "http:",
        "a/b?c",
        "http://h/p#it's",
        "http://h/%ff",
        "http://h/%zz",
        "http://h/a b",
        "http://h/#",
        "http://[fe80::1%25eth0]:8080/x",
        "http://${next-server}/boot/${mac:hexhyp}.ipxe?uuid=${uuid}",
        "http://h/é.ipxe",
        "not a URL",
      })
  void aUrlIsTheSameAfterGoHadIt(String url) {
    assertThat(GoUrl.parse(url)).hasToString(url);
  }

  @Test
  void aDecodedPathIsEscapedTheWayGoDoes() {
    assertThat(path("/a b/${mac:hexhyp}.ipxe")).isEqualTo("http://h/a%20b/$%7Bmac:hexhyp%7D.ipxe");
    assertThat(path("/é.ipxe")).isEqualTo("http://h/%C3%A9.ipxe");
  }

  @Test
  void theZoneOfAnIpv6HostIsEscapedOnlyInText() {
    assertThat(GoUrl.parse("http://[fe80::1%25eth0]:8080/x").host())
        .isEqualTo("[fe80::1%eth0]:8080");
  }

  @Test
  void whatGoWouldPrintOtherwiseIsOpaque() {
    GoUrl url = GoUrl.parse("http://user@h/${mac}?a#b");

    assertThat(url.scheme()).isEqualTo("http");
    assertThat(url.opaque()).isEqualTo("//h/${mac}?a#b");
    assertThat(url.path()).isEmpty();
  }

  @Test
  void aSingleQuoteInAFragmentIsEscapedTheWayGoDoes() {
    assertThat(new GoUrl("http", "", "h", "", "", false, false, "", "it's", ""))
        .hasToString("http://h#it%27s");
  }

  @Test
  void aRawPathThatDoesNotFitIsIgnored() {
    assertThat(new GoUrl("http", "", "h", "/a", "/b", false, false, "", "", ""))
        .hasToString("http://h/a");
    assertThat(new GoUrl("http", "", "h", "/%zz", "/%zz", false, false, "", "", ""))
        .hasToString("http://h/%25zz");
  }

  @Test
  void userAndPasswordAreLostAsInGo() {
    assertThat(GoUrl.parse("http://user:secret@h/x")).hasToString("http://h/x");
  }

  private static String path(String path) {
    return new GoUrl("http", "", "h", path, "", false, false, "", "", "").toString();
  }
}
