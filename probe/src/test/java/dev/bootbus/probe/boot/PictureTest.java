package dev.bootbus.probe.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.boot.Walk.End;
import dev.bootbus.probe.boot.Walk.Mark;
import dev.bootbus.probe.boot.Walk.Step;
import dev.bootbus.probe.boot.Walk.What;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.MacAddress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final Hardware HARDWARE =
      new Hardware(MacAddress.parse("52:54:00:12:34:56"), new UUID(1, 2), OptionalInt.empty());

  private static Step step(String stage, What what, String text, int from, int took, Mark mark) {
    return new Step(stage, what, text, Duration.ofMillis(from), Duration.ofMillis(took), mark);
  }

  private static final List<Step> STEPS =
      List.of(
          step(
              "UEFI PXE",
              What.OFFERS,
              "192.0.2.1 offers 192.0.2.100, file a.efi",
              0,
              2100,
              Mark.OK),
          step("UEFI PXE", What.LOADER, "tftp://192.0.2.1/a.efi, 1.2 MiB", 2100, 350, Mark.OK),
          step("iPXE", What.SCRIPT, "http://192.0.2.1/" + "x".repeat(90), 2450, 20, Mark.BROKEN));

  private static String drawn(Terminal terminal, End end, Finding... notes) {
    StringWriter text = new StringWriter();
    Picture picture = new Picture(new PrintWriter(text), terminal);
    picture.begin(As.UEFI, HARDWARE, "eth0");
    STEPS.forEach(picture::step);
    picture.end(new Walk(As.UEFI, HARDWARE, STEPS, List.of(notes), end, Duration.ofMillis(2500)));
    return text.toString();
  }

  @Test
  void aPipeGetsPlainLines() {
    assertThat(drawn(Terminal.NONE, new End.Boots("http://h/k", List.of("http://h/i"), "quiet")))
        .isEqualTo(
            """
            uefi 52:54:00:12:34:56 on eth0
              0.0 s ┬ UEFI PXE
              2.1 s ├ offer    ▇▇▇   192.0.2.1 offers 192.0.2.100, file a.efi
              2.5 s ├ loader   ▇▇    tftp://192.0.2.1/a.efi, 1.2 MiB
              2.5 s ┬ iPXE
              2.5 s ╳ script         http://192.0.2.1/%s
              2.5 s ┴ boots    http://h/k
                      initrds:
                        http://h/i
                      command line:
                        quiet

            """
                .formatted("x".repeat(90)));
  }

  @Test
  void aScreenHasItsWidth() {
    Terminal screen = new Terminal(true, true, true, 80, false);

    assertThat(
            drawn(
                screen, new End.Broken(new Finding(Cause.NO_ADDRESS, "of many words ".repeat(20)))))
        .contains("╳ does not boot", "broken: ", "do: ", "see: probe/FINDINGS.md#no-address")
        .satisfies(text -> assertThat(text.lines()).allMatch(line -> line.length() <= 80));
  }

  @Test
  void coloursAreForScreens() {
    Terminal colourful = new Terminal(true, true, true, 80, true);

    assertThat(drawn(colourful, new End.Local("exit"))).contains("\u001b[32m");
    assertThat(drawn(Terminal.NONE, new End.Local("exit"))).doesNotContain("\u001b");
  }

  @Test
  void programsGetOneDocument() throws Exception {
    Walk walk =
        new Walk(
            As.UEFI,
            HARDWARE,
            STEPS,
            List.of(new Finding(Cause.TWO_DHCP_SERVERS, "a; b")),
            new End.Broken(new Finding(Cause.NO_ADDRESS, "x")),
            Duration.ofMillis(2500));

    JsonNode json = new ObjectMapper().readTree(WalkJson.of(walk));

    assertThat(walk.exitCode()).isEqualTo(1);
    assertThat(json.path("end").asText()).isEqualTo("broken");
    assertThat(json.path("arch").asInt()).isEqualTo(7);
    assertThat(json.path("seconds").asDouble()).isEqualTo(2.5);
    assertThat(json.path("findings").findValuesAsText("cause"))
        .containsExactly("no-address", "two-dhcp-servers");
    assertThat(json.path("findings").findValuesAsText("severity"))
        .containsExactly("broken", "warning");
    assertThat(json.path("steps").path(2).path("mark").asText()).isEqualTo("broken");
  }
}
