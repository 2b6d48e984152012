package dev.bootbus.kernel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {
  @ParameterizedTest
  @EnumSource(Problem.Kind.class)
  void eachTypeLeadsSomewhere(Problem.Kind kind) throws Exception {
    String type = Problem.of(kind, "x").json().get("type").textValue();
    assertThat(type).isEqualTo("/api/v1/problems#" + kind.key());
    assertThat(new String(AboutFile.PROBLEMS.content(), StandardCharsets.UTF_8))
        .contains("<dt id=\"" + kind.key() + "\">");
    assertThat(Files.readString(Path.of("README.md")))
        .contains(
            "| <a id=\"%s\"></a>`%s` | %d |".formatted(kind.key(), kind.key(), kind.status()));
  }
}
