package dev.bootbus.probe.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PictureTest {
  @Test
  void whoseWordAFieldIsStandsBelowThatOfTheOthers() {
    List<Picture.Row> rows =
        List.of(
            new Picture.Row("yiaddr", "10.0.0.104", "backend"),
            new Picture.Row("option 93, client system architecture type", "7", "client"),
            new Picture.Row(
                "option 67, bootfile name", "http://10.0.0.1/" + "x".repeat(60), "rule"));

    assertThat(Picture.table(rows))
        .containsExactly(
            "    yiaddr                                     10.0.0.104                       backend",
            "    option 93, client system architecture type 7                                client",
            "    option 67, bootfile name                   http://10.0.0.1/" + "x".repeat(60),
            " ".repeat(80) + "rule");
  }
}
