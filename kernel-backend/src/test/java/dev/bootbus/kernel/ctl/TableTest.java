package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.bootbus.runtime.terminal.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  private static final List<Column> COLUMNS =
      List.of(Column.of("A", "a"), Column.of("LONG", "b"), Column.age("AGE", "t"));

  private static List<String> lines(Terminal terminal, JsonNode... rows) {
    List<String> lines = new ArrayList<>();
    new Table(COLUMNS, terminal, Run.NOW, lines::add).print(List.of(rows));
    return lines;
  }

  private static JsonNode row(String a, String b, Duration age) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("a", a)
        .put("b", b)
        .put("t", Run.NOW.minus(age).toEpochMilli());
  }

  private static Terminal screen(int columns, boolean colour) {
    return new Terminal(true, true, true, columns, colour);
  }

  @Test
  void columnsAreAsWideAsTheirCells() {
    assertThat(
            lines(Terminal.NONE, row("x", "", Duration.ZERO), row("yyy", "z", Duration.ofDays(3))))
        .containsExactly("A    LONG  AGE", "x    -     0s", "yyy  z     3d");
  }

  @Test
  void theWidestColumnGivesWhereTheScreenIsNarrow() {
    assertThat(lines(screen(24, false), row("x", "a long text, far too long", Duration.ZERO)))
        .containsExactly("A  LONG              AGE", "x  a long text, fa…  0s")
        .allMatch(line -> line.length() <= 24);
  }

  @Test
  void nothingIsCutWhereNobodyLooks() {
    String text = "x".repeat(500);
    assertThat(lines(Terminal.NONE, row("x", text, Duration.ZERO)))
        .last()
        .asString()
        .contains(text);
  }

  @Test
  void whatCatchesTheEyeIsColouredOnAScreenOnly() {
    assertThat(lines(screen(80, true), row("failed", "b", Duration.ZERO)))
        .last()
        .isEqualTo("\u001b[31mfailed\u001b[0m  b     0s");
    assertThat(lines(screen(80, false), row("failed", "b", Duration.ZERO)))
        .last()
        .isEqualTo("failed  b     0s");
  }

  /// A host name that a machine has chosen may not write elsewhere on the operator's screen.
  @Test
  void noCellMovesTheCursor() {
    assertThat(lines(Terminal.NONE, row("\u001b[2Ja\nb\u202e\u2028\u0085", "b", Duration.ZERO)))
        .last()
        .isEqualTo("?[2Ja?b???  b     0s");
  }

  @ParameterizedTest(name = "{0} s")
  @CsvSource({
    "0,0s",
    "119,119s",
    "120,2m",
    "7199,119m",
    "7200,2h",
    "172799,47h",
    "172800,2d",
    "-45,in 45s",
    "-7200,in 2h"
  })
  void anAgeHasOneUnit(long seconds, String text) {
    Instant time = Run.NOW.minusSeconds(seconds);
    assertThat(Age.of(time, Run.NOW)).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "012:100 |  | true,true,true,100,true",
        "012:100 | 1 | true,true,true,100,false",
        "02:100 |  | true,false,true,2147483647,false",
        "1: |  | false,true,false,80,true",
        "1:0 |  | false,true,false,80,true",
        "1:x |  | false,true,false,80,true",
        "1:3 |  | false,true,false,20,true",
        ": |  | false,false,false,2147483647,false",
        "x |  | false,false,false,2147483647,false",
      })
  void theLauncherSaysWhatItHasSeen(String seen, String noColor, String expected) {
    String[] parts = expected.split(",");
    assertThat(Terminal.of(seen, noColor))
        .isEqualTo(
            new Terminal(
                Boolean.parseBoolean(parts[0]),
                Boolean.parseBoolean(parts[1]),
                Boolean.parseBoolean(parts[2]),
                Integer.parseInt(parts[3]),
                Boolean.parseBoolean(parts[4])));
    assertThat(Terminal.of(null, null)).isEqualTo(Terminal.NONE);
  }
}
