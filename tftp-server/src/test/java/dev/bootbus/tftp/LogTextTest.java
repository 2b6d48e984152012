package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class LogTextTest {

  @Test
  void plainWordsStayAsTheyAre() {
    assertThat(LogText.of("grub/x86_64-efi/fs.lst")).isEqualTo("grub/x86_64-efi/fs.lst");
  }

  @Test
  void everythingElseIsQuotedAndEscaped() {
    assertThat(LogText.of("")).isEqualTo("\"\"");
    assertThat(LogText.of("a b")).isEqualTo("\"a b\"");
    assertThat(LogText.of("x=y")).isEqualTo("\"x=y\"");
    assertThat(LogText.of("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
    assertThat(LogText.of("a\nsent file=b\u001b[31m\u202e"))
        .isEqualTo("\"a\\u000asent file=b\\u001b[31m\\u202e\"");
  }

  @Test
  void longTextIsCut() {
    assertThat(LogText.of("n".repeat(10_000))).hasSize(259).endsWith("...");
  }

  @Test
  void addressesAreWrittenWithTheirPort() {
    assertThat(LogText.of(new InetSocketAddress(InetAddress.ofLiteral("192.168.77.100"), 1234)))
        .isEqualTo("192.168.77.100:1234");
    assertThat(LogText.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 69)))
        .isEqualTo("[0:0:0:0:0:0:0:1]:69");
  }
}
