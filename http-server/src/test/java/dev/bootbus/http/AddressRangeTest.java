package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.0/8,   127.255.0.1,   true",
    "127.0.0.0/8,   128.0.0.1,     false",
    "10.1.2.3,      10.1.2.3,      true",
    "10.1.2.3,      10.1.2.4,      false",
    "10.1.2.3/31,   10.1.2.2,      true",
    "0.0.0.0/0,     203.0.113.9,   true",
    "0.0.0.0/0,     ::1,           false",
    "::1,           ::1,           true",
    "2001:db8::/33, 2001:db8::1,   true",
    "2001:db8::/33, 2001:db8:8000::1, false",
  })
  void itHasTheAddressesWithItsPrefix(String range, String address, boolean contains) {
    assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
        .isEqualTo(contains);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "::/129",
        "1/8/9",
        "10/8",
        "167772160"
      })
  void whatIsNoneIsSaid(String text) {
    assertThatThrownBy(() -> AddressRange.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no address");
  }
}
