package dev.bootbus.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Each cause has its section, and each section its cause.
class FindingsPageTest {
  private static final Path PAGE = Path.of("FINDINGS.md");
  private static final Pattern SECTION =
      Pattern.compile("(?m)^### (\\S+)\\n(\\S.*)\\n\\n- Seen: \\S.*\\n- Do: \\S.*$");

  private static List<String> all(String regex, String page) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(regex).matcher(page);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void eachCauseHasItsSection() throws IOException {
    String page = Files.readString(PAGE);
    List<String> sections = SECTION.matcher(page).results().map(r -> r.group(1)).toList();

    assertThat(sections)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Cause.values()).map(Cause::code).toList())
        .hasSameSizeAs(all("(?m)^### (\\S+)", page));
  }

  @Test
  void eachLinkLeadsToASection() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(all("(?m)^### (\\S+)", page)).containsAll(all("\\(#([^)]+)\\)", page));
  }

  /// Users look for what their screen says.
  @Test
  void theCodesOfPxeAreThere() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains(
            "`PXE-E11`",
            "`PXE-E16`",
            "`PXE-E32`",
            "`PXE-E35`",
            "`PXE-E3B`",
            "`PXE-E51`",
            "`PXE-E52`",
            "`PXE-E53`",
            "`PXE-E55`",
            "`PXE-T01`");
  }

  @Test
  void remediesAreShort() {
    for (Cause cause : Cause.values()) {
      assertThat(cause.title()).hasSizeBetween(10, 80);
      assertThat(cause.remedy()).hasSizeBetween(10, 200);
    }
  }
}
