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
  void aRawPathThatDoesNotFitIsIgnored() {
    assertThat(new GoUrl("http", "", "h", "/a", "/b", false, false, "", "", ""))
        .hasToString("http://h/a");
  }

  @Test
  void userAndPasswordAreLostAsInGo() {
    assertThat(GoUrl.parse("http://user:secret@h/x")).hasToString("http://h/x");
  }

  private static String path(String path) {
    return new GoUrl("http", "", "h", path, "", false, false, "", "", "").toString();
  }
}
