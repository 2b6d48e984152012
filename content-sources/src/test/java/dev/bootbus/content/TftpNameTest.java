package dev.bootbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
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

  private static final String TRACE = "-00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  /// As smee of Tinkerbell puts it behind the boot file.
  @ParameterizedTest(name = "{0} -> {1}, {2}")
  @CsvSource({
    "ipxe.efi, ipxe.efi, true",
    "/efi/ipxe.efi, efi/ipxe.efi, true",
    "a/b, a/b, true",
    "a-, a-, true",
  })
  void aTraceBehindTheNameIsNoPartOfIt(String name, String path, boolean traced) throws Exception {
    assertThat(BootPath.ofTftp(name + TRACE)).hasToString(path);
    assertThat(BootPath.ofUrl("/" + name + TRACE)).hasToString(path);
    assertThat(BootPath.trace(name + TRACE))
        .hasValueSatisfying(trace -> assertThat("-" + trace).isEqualTo(TRACE));
    assertThat(BootPath.trace(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ipxe.efi-00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "ipxe.efi-00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
        "ipxe.efi-00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "ipxe.efi-00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "ipxe.efi_00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "-00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "d/-00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      })
  void whatIsNoTraceIsPartOfTheName(String name) throws Exception {
    assertThat(BootPath.ofTftp(name)).hasToString(name);
    assertThat(BootPath.trace(name)).isEmpty();
  }

  @Test
  void aTraceHidesNoDots() throws Exception {
    assertThat(BootPath.ofTftp("a/b/.." + TRACE)).hasToString("a");
    assertThat(BootPath.ofTftp("a/." + TRACE)).hasToString("a");
    for (String out : new String[] {"..", "a/../..", "/.."}) {
      assertThatThrownBy(() -> BootPath.ofTftp(out + TRACE))
          .isInstanceOf(BootPath.RefusedException.class);
      assertThatThrownBy(() -> BootPath.ofUrl(out + TRACE))
          .isInstanceOf(BootPath.RefusedException.class);
    }
    assertThat(BootPath.ofUrl("/a/%2e%2e" + TRACE)).hasToString("");
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
