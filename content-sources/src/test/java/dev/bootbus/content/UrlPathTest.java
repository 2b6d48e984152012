package dev.bootbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlPathTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "as it is                          | /vmlinuz               | vmlinuz",
        "in a folder                       | /boot/x86_64/initrd.gz | boot/x86_64/initrd.gz",
        "SYSLINUX, KERNEL /vmlinuz in efi64| /efi64//vmlinuz        | efi64/vmlinuz",
        "double slash at the begin         | //vmlinuz              | vmlinuz",
        "RFC 3986 5.2.4, single dot        | /./a/./b               | a/b",
        "RFC 3986 5.2.4, inside the root   | /a/../b                | b",
        "RFC 3986 2.1, escaped letter      | /%76mlinuz             | vmlinuz",
        "escaped space                     | /my%20file             | my file",
        "UTF-8                             | /%C3%A4                | \u00e4",
        "escaped once, decoded once        | /%252e%252e/x          | %2e%2e/x",
        "not a dot segment                 | /...                   | ...",
        "no path parameters in file names  | /..;/x                 | ..;/x",
        "plus is no space in a path        | /a+b                   | a+b",
        "colon is no drive on this system  | /C:/x                  | C:/x",
        "backslashes, as in a BCD         | /boot\\x64\\a.efi       | boot/x64/a.efi",
        "hidden files are files            | /.treeinfo             | .treeinfo",
      })
  void aPathNamesAFile(String name, String raw, String expected) throws Exception {
    assertThat(BootPath.ofUrl(raw)).hasToString(expected);
    assertThat(BootPath.ofUrl(raw).directory()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"/", "''", "/boot/", "/boot//", "//"})
  void aSlashAtTheEndMeansADirectory(String raw) throws Exception {
    assertThat(BootPath.ofUrl(raw).directory()).isTrue();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "parent of the root         | /..                        | out of the root",
        "deeper                     | /../../etc/passwd          | out of the root",
        "after a detour             | /a/../../etc/passwd        | out of the root",
        "escaped dots               | /%2e%2e/etc/passwd         | hides a dot",
        "one of them escaped        | /.%2E/etc/passwd           | hides a dot",
        "single dot escaped         | /%2e/x                     | hides a dot",
        "escaped slash              | /..%2f..%2fetc%2fpasswd    | slash",
        "escaped backslash          | /..%5C..%5Cetc             | backslash",
        "backslash                  | /..\\..\\etc               | out of the root",
        "NUL                        | /vmlinuz%00.txt            | control character",
        "line end, for the log      | /a%0d%0aget path=/b        | control character",
        "C1 control                 | /%C2%85                    | control character",
        "overlong encoding of .     | /%C0%AE%C0%AE/etc          | not UTF-8",
        "overlong encoding of /     | /..%C0%AFetc               | not UTF-8",
        "Latin-1                    | /%e4                       | not UTF-8",
        "a surrogate in UTF-8       | /%ED%A0%80                 | not UTF-8",
        "half an escape             | /a%2                       | hex digits",
        "no digits                  | /%zz                       | hex digits",
        "percent at the end         | /100%                      | hex digits",
      })
  void otherPathsAreRefused(String name, String raw, String reason) {
    assertThat(catchThrowable(() -> BootPath.ofUrl(raw)))
        .isInstanceOf(BootPath.RefusedException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void noSpellingLeadsOutOfTheRoot() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] parts = {
      "/",
      ".",
      "..",
      "%2e",
      "%2f",
      "%5c",
      "\\",
      ";",
      "a",
      "%00",
      "%c0%ae",
      "%",
      "é",
      "-00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    };
    for (int i = 0; i < 200_000; i++) {
      StringBuilder raw = new StringBuilder("/");
      random.ints(random.nextInt(12), 0, parts.length).forEach(part -> raw.append(parts[part]));
      try {
        BootPath path = BootPath.ofUrl(raw.toString());
        assertThat(path.segments())
            .as("seed %d, %s", seed, raw)
            .allMatch(
                segment ->
                    !segment.isEmpty()
                        && !segment.equals("..")
                        && !segment.equals(".")
                        && segment.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' '));
      } catch (BootPath.RefusedException e) {
        // as it should be
      }
    }
  }
}
