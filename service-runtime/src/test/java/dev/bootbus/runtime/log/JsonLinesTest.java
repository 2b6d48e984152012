package dev.bootbus.runtime.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.runtime.LogText;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
  private static JsonNode json(String message, Throwable thrown) throws IOException {
    LoggingEvent event =
        new LoggingEvent(
            "", new LoggerContext().getLogger("dhcp-server"), Level.INFO, message, thrown, null);
    event.setInstant(Instant.parse("2026-11-21T19:00:00.123Z"));
    String line = new String(new JsonLines().encode(event), UTF_8);
    assertThat(line).endsWith("}\n").hasLineCount(1);
    return new ObjectMapper().readTree(line);
  }

  private static JsonNode json(String message) throws IOException {
    return json(message, null);
  }

  @Test
  void anOutcomeHasItsFields() throws IOException {
    JsonNode line =
        json("silence reason=unknown mac=52:54:00:00:00:01 xid=0a1b2c3d detail=\"a b\" trace=4bf9");
    assertThat(line)
        .hasToString(
            "{\"ts\":\"2026-11-21T19:00:00.123Z\",\"level\":\"INFO\",\"logger\":\"dhcp-server\","
                + "\"msg\":\"silence\",\"reason\":\"unknown\",\"mac\":\"52:54:00:00:00:01\","
                + "\"xid\":\"0a1b2c3d\",\"detail\":\"a b\",\"trace_id\":\"4bf9\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "",
        "a\" mac=00:00:00:00:00:00 x=\"",
        "\\",
        "\\\" mac=1",
        "a\nb\tc\u001b[2J",
        "gr\u00fc\u00df \ud83d\ude00 \ud83d",
        "x=y z",
      })
  void whatStrangersSayIsOneValue(String said) throws IOException {
    JsonNode line = json("offer mac=52:54:00:00:00:01 file=" + LogText.of(said) + " ms=3");
    assertThat(line.get("file").asText()).isEqualTo(said);
    assertThat(line.get("mac").asText()).isEqualTo("52:54:00:00:00:01");
    assertThat(line.get("ms").asText()).isEqualTo("3");
    assertThat(line).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "configuration kept as it was: mac=1 is wrong",
        "backend silent reason=timeout subject=a: no answer on a in 800 ms",
        "no conflict check on eth0: ARP needs --interface",
        "offer mac=1 file=\"never ended",
      })
  void aSentenceStaysOne(String sentence) throws IOException {
    assertThat(json(sentence).get("msg").asText()).isEqualTo(sentence);
    assertThat(json(sentence)).hasSize(4);
  }

  @Test
  void aBugHasItsStack() throws IOException {
    JsonNode line = json("silence reason=failed", new IllegalStateException("a \"bug\""));
    assertThat(line.get("stack").asText()).startsWith("java.lang.IllegalStateException: a \"bug\"");
    assertThat(line.get("reason").asText()).isEqualTo("failed");
  }
}
