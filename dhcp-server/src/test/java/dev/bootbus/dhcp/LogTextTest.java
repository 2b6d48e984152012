package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTextTest {

  @Test
  void a_value_cannot_break_out_of_its_line() {
    assertThat(LogText.value("undionly.kpxe")).isEqualTo("undionly.kpxe");
    assertThat(LogText.value("")).isEqualTo("-");
    assertThat(LogText.value("a b")).isEqualTo("\"a b\"");
    assertThat(LogText.value("x\" mac=1")).isEqualTo("\"x' mac=1\"");
    assertThat(LogText.value("a\r\nready port=67\u001b[2J")).isEqualTo("\"a??ready port=67?[2J\"");
    assertThat(LogText.value("x".repeat(300))).hasSize(203).endsWith("...");
  }
}
