package dev.bootbus.dhcp;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.Reply.NakReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// OUTCOMES.md has a place for each reason, and says of it what the code says.
class OutcomesPageTest {
  private static final Pattern SECTION =
      Pattern.compile("(?m)^### (\\S+)\\n(.*?)(?=^##|\\z)", Pattern.DOTALL);
  private static final Pattern CONSTANT =
      Pattern.compile("((?: *///.*\\n)+) *([A-Z_]+)[,;]", Pattern.MULTILINE);

  private static Map<String, String> sections() throws IOException {
    Map<String, String> sections = new LinkedHashMap<>();
    Matcher section = SECTION.matcher(Files.readString(Path.of("OUTCOMES.md")));
    while (section.find()) {
      assertThat(sections.put(section.group(1), section.group(2))).as(section.group(1)).isNull();
    }
    return sections;
  }

  /// What the source says of each constant, in one line.
  private static Map<String, String> docs() throws IOException {
    Map<String, String> docs = new LinkedHashMap<>();
    Path source = Path.of("src/main/java/dev/bootbus/dhcp/DropReason.java");
    Matcher constant = CONSTANT.matcher(Files.readString(source));
    while (constant.find()) {
      String doc =
          constant
              .group(1)
              .lines()
              .map(line -> line.replaceFirst(" */// ?", ""))
              .collect(joining(" "));
      docs.put(constant.group(2), doc);
    }
    return docs;
  }

  @Test
  void there_is_a_section_for_each_reason_and_for_nothing_else() throws IOException {
    Stream<String> silences = Arrays.stream(DropReason.values()).map(DropReason::key);
    Stream<String> naks = Arrays.stream(NakReason.values()).map(NakReason::key);
    assertThat(sections().keySet())
        .containsExactlyInAnyOrderElementsOf(Stream.concat(naks, silences).toList());
  }

  @ParameterizedTest
  @EnumSource
  void a_section_says_what_the_code_says_where_to_look_and_what_to_do(DropReason reason)
      throws IOException {
    List<String> lines =
        sections().get(reason.key()).lines().takeWhile(line -> !line.startsWith("##")).toList();
    assertThat(lines.getFirst()).isEqualTo(docs().get(reason.name()));
    assertThat(lines).anyMatch(line -> line.matches("- Look at: .{5,}"));
    assertThat(lines).anyMatch(line -> line.matches("- Do: .{5,}"));
  }

  @Test
  void the_readme_leads_there() throws IOException {
    assertThat(Files.readString(Path.of("README.md"))).contains("](OUTCOMES.md)");
  }
}
