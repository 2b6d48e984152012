package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a stranger sends, its event has a bounded size and can be written.
class EventTextTest {
  private static final BootEvent EVENT = BootEvent.of(EventKind.HTTP_FAILED);

  @Test
  void longTextIsCut() {
    String text = "x".repeat(BootEvent.MAX_TEXT);
    BootEvent event = EVENT.because("not-found", text + "y").with(EventFact.FILE, text + "y");

    assertThat(event.message()).isEqualTo(text);
    assertThat(event.facts()).containsEntry(EventFact.FILE, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\ude00", "a\ude00\ud83db", "gr\u00fcn \ud83d\ude00"})
  void whatIsNoUnicodeCanBeWrittenAllTheSame(String text) throws Exception {
    String cutInTheMiddle = "x".repeat(BootEvent.MAX_TEXT - 1) + "\ud83d\ude00";
    for (String said : new String[] {text, cutInTheMiddle}) {
      BootEvent event = EVENT.because("denied", said).with(EventFact.FILE, said);

      assertThat(EventJson.read(EventJson.write("/t", event)))
          .hasValueSatisfying(
              read -> {
                assertThat(read.message()).isEqualTo(event.message()).doesNotContain("\ufffd");
                assertThat(read.facts()).isEqualTo(event.facts());
              });
    }
    assertThat(EVENT.because("denied", "gr\u00fcn \ud83d\ude00").message())
        .isEqualTo("gr\u00fcn \ud83d\ude00");
  }
}
