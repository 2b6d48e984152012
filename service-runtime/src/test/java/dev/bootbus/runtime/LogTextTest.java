package dev.bootbus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/boot/vmlinuz | /boot/vmlinuz",
        "two words     | \"two words\"",
        "a=b           | \"a=b\"",
        "say \"x\"     | \"say \\\"x\\\"\"",
        "a\\b          | \"a\\\\b\"",
        "gr\u00fc\u00df| \"gr\\u00fc\\u00df\"",
        "``            | \"\"",
      })
  void aValueIsOneWordOrQuoted(String text, String shown) {
    assertThat(LogText.of(text)).isEqualTo(shown);
  }

  @Test
  void linesAndEscapesAreHarmless() {
    assertThat(LogText.of("a\nsent file=b\u001b[31m\u202e"))
        .isEqualTo("\"a\\u000asent file=b\\u001b[31m\\u202e\"");
    assertThat(LogText.printable("a\r\nb\u001b[2J")).isEqualTo("a??b?[2J");
  }

  @Test
  void longTextIsCut() {
    assertThat(LogText.of("a".repeat(10_000))).isEqualTo("a".repeat(256) + "...");
  }

  @Test
  void addressesAreWrittenWithTheirPort() {
    assertThat(LogText.of(new InetSocketAddress(InetAddress.ofLiteral("192.168.77.100"), 1234)))
        .isEqualTo("192.168.77.100:1234");
    assertThat(LogText.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 69)))
        .isEqualTo("[0:0:0:0:0:0:0:1]:69");
  }
}
