package dev.bootbus.tftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetasciiTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no line ends  | abc       | abc
          LF            | a~b~      | a^~b^~
          CR            | a^b       | a^0b
          CR LF         | a^~b      | a^0^~b
          only ends     | ~~^       | ^~^~^0
          nothing       | ''        | ''
          """)
  void lineEndsAreTranslated(String what, String plain, String translated) throws IOException {
    byte[] bytes = bytes(plain);
    for (int blksize = 1; blksize < 5; blksize++) {
      InputStream text = new Netascii(new ByteArrayInputStream(bytes));
      assertThat(inBlocks(text, blksize)).isEqualTo(bytes(translated));
    }
  }

  /// Line ends may lie across blocks.
  private static byte[] inBlocks(InputStream text, int blksize) throws IOException {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    byte[] block;
    do {
      block = text.readNBytes(blksize);
      all.writeBytes(block);
    } while (block.length == blksize);
    return all.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.replace('~', '\n').replace('^', '\r').replace('0', '\0').getBytes(ISO_8859_1);
  }
}
