package dev.bootbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TftpNameTest {

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ipxe.efi               | ipxe.efi
          /ipxe.efi              | ipxe.efi
          //ipxe.efi             | ipxe.efi
          \\ipxe.efi             | ipxe.efi
          \\boot\\x64\\a.efi     | boot/x64/a.efi
          boot\\/a.efi           | boot/a.efi
          efi64//vmlinuz         | efi64/vmlinuz
          ::vmlinuz              | vmlinuz
          ./a/./b                | a/b
          a/../b                 | b
          boot/grub/../x.cfg     | boot/x.cfg
          a/                     | a
          grub/x86_64-efi/fs.lst | grub/x86_64-efi/fs.lst
          ...                    | ...
          ..a/b..                | ..a/b..
          %2e%2e/etc/passwd      | %2e%2e/etc/passwd
          ab:c/d                 | ab:c/d
          grün.cfg               | grün.cfg
          a b                    | a b
          /                      | ''
          ''                     | ''
          """)
  void isNormalised(String requested, String path) throws Exception {
    assertThat(BootPath.ofTftp(requested)).hasToString(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "/../x",
        "..\\x",
        "a\\..\\..\\x",
        "::../x",
        "//../../x",
        "./../x",
        "C:/x",
        "c:x",
        "C:\\boot\\x",
        "/C:/x",
        "::C:/x",
        "a\0b",
        "a\nb",
        "a\u007fb",
        "\t"
      })
  void isRefused(String requested) {
    assertThatThrownBy(() -> BootPath.ofTftp(requested))
        .isInstanceOf(BootPath.RefusedException.class);
  }
}
