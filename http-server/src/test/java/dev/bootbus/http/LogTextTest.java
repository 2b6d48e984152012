package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(LogText.of("a\r\nb\u001b[2J")).isEqualTo("\"a\\u000d\\u000ab\\u001b[2J\"");
  }

  @Test
  void longTextIsCut() {
    assertThat(LogText.of("a".repeat(10_000))).isEqualTo("a".repeat(256) + "...");
  }
}
