package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.MacAddress;
import org.eclipse.jetty.http.HttpURI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacParameterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/main.ipxe?mac=52:54:00:ab:34:56",
        "/main.ipxe?x=y&mac=52-54-00-AB-34-56",
        "/pxelinux.cfg/01-52-54-00-ab-34-56",
        "/grub/grub.cfg-01-52-54-00-ab-34-56",
        "/52:54:00:AB:34:56",
        "/nodes/52:54:00:ab:34:56/user-data",
        "/52-54-00-ab-34-56.ipxe",
        "/01-52-54-00-ab-34-57?mac=52:54:00:ab:34:56",
      })
  void aUrlNamesTheMachine(String url) {
    assertThat(MacParameter.named(HttpURI.from(url)))
        .isEqualTo(MacAddress.parse("52:54:00:ab:34:56"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/vmlinuz-6.1.0-18-amd64-and-more",
        "/pxelinux.cfg/b8945908-d6a6-41a9-611d-74a6ab80b83d",
        "/52-54-00-ab-34-56-78",
        "/52-54:00-ab:34-56",
        "/main.ipxe?mac=nonsense",
        "/main.ipxe?mac=",
      })
  void otherUrlsNameNone(String url) {
    assertThat(MacParameter.named(HttpURI.from(url))).isEqualTo(MacAddress.NONE);
  }
}
