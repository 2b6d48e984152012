package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// W3C Trace Context §3.2.
class TraceparentTest {
  private static final String EXAMPLE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void theExampleOfTheSpecificationIsReadAndWritten() {
    Traceparent parsed = Traceparent.parse(EXAMPLE).orElseThrow();

    assertThat(parsed.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(parsed.parentId()).isEqualTo("00f067aa0ba902b7");
    assertThat(parsed).hasToString(EXAMPLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", // lower case only
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01", // all zero
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", // forbidden version
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", // 00 has four fields
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
      })
  void whatIsNoneIsNone(String text) {
    assertThat(Traceparent.parse(text)).isEmpty();
  }

  @Test
  void aLaterVersionIsReadAsFarAsItIsKnown() {
    assertThat(Traceparent.parse(EXAMPLE.replaceFirst("00", "cc") + "-more"))
        .hasValueSatisfying(later -> assertThat(later).hasToString(EXAMPLE));
  }

  @Test
  void aFreshOneIsReadableAndNextStaysInTheTrace() {
    Traceparent fresh = Traceparent.fresh();

    assertThat(Traceparent.parse(fresh.toString())).contains(fresh);
    assertThat(fresh.next().traceId()).isEqualTo(fresh.traceId());
    assertThat(fresh.next().parentId()).isNotEqualTo(fresh.parentId());
    assertThat(Traceparent.fresh().traceId()).isNotEqualTo(fresh.traceId());
  }
}
