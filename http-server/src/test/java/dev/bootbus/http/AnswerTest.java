package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9110 §13 and §14, for a file of 100 bytes with the tag "v1", changed on 2026-11-21.
class AnswerTest {
  private static final Representation FILE = file("\"v1\"");

  /// The file's own date, the days around it, and its own in the form of RFC 850.
  private static final Map<String, String> DATES =
      Map.of(
          "@fri", "Fri, 20 Nov 2026 23:59:59 GMT",
          "@sat", "Sat, 21 Nov 2026 00:00:00 GMT",
          "@sun", "Sun, 22 Nov 2026 00:00:00 GMT",
          "@850", "Saturday, 21-Nov-26 00:00:00 GMT");

  private static Representation file(String etag) {
    return new Representation("text/plain", 100, 1_795_219_200, etag);
  }

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "no condition | '' | Whole",
        "14.2 a part | Range: bytes=1-2 | Part",
        "14.2 parts | Range: bytes=1-2,5-6 | Parts",
        "14.2 malformed | Range: bytes=x | Whole",
        "15.5.17 past the end | Range: bytes=100- | NotSatisfiable",
        "13.1.2 the client has it | If-None-Match: \"v1\" | NotModified",
        "13.1.2 weak comparison | If-None-Match: W/\"v1\" | NotModified",
        "13.1.2 one of several | If-None-Match: \"v0\", \"v,2\", \"v1\" | NotModified",
        "13.1.2 any | If-None-Match: * | NotModified",
        "13.1.2 the client has another | If-None-Match: \"v0\" | Whole",
        "13.1.2 goes before a range | If-None-Match: \"v1\"; Range: bytes=1-2 | NotModified",
        "13.1.2 goes before the date | If-None-Match: \"v0\"; If-Modified-Since: @sun | Whole",
        "13.1.3 not modified since | If-Modified-Since: @sat | NotModified",
        "13.1.3 not modified since later | If-Modified-Since: @sun | NotModified",
        "13.1.3 modified since | If-Modified-Since: @fri | Whole",
        "13.1.3 no date | If-Modified-Since: yesterday | Whole",
        "5.6.7 the date of RFC 850 | If-Modified-Since: @850 | NotModified",
        "13.1.1 the version wanted | If-Match: \"v1\" | Whole",
        "13.1.1 another version wanted | If-Match: \"v0\" | PreconditionFailed",
        "13.1.1 strong comparison | If-Match: W/\"v1\" | PreconditionFailed",
        "13.1.1 any | If-Match: * | Whole",
        "13.1.4 not modified | If-Unmodified-Since: @sat | Whole",
        "13.1.4 modified | If-Unmodified-Since: @fri | PreconditionFailed",
        "13.1.5 resume the same | If-Range: \"v1\"; Range: bytes=50- | Part",
        "13.1.5 resume another | If-Range: \"v0\"; Range: bytes=50- | Whole",
        "13.1.5 weak tags never match | If-Range: W/\"v1\"; Range: bytes=50- | Whole",
        "13.1.5 the same by date | If-Range: @sat; Range: bytes=50- | Part",
        "13.1.5 a date must be the very same | If-Range: @sun; Range: bytes=50- | Whole",
        "13.1.5 neither tag nor date | If-Range: v1; Range: bytes=50- | Whole",
        "13.1.5 another, past its end | If-Range: \"v0\"; Range: bytes=100- | Whole",
      })
  void conditionsAndRanges(String name, String headers, String expected) {
    Answer answer = Answer.of(true, headers(headers.split(";")), FILE);

    assertThat(answer.getClass().getSimpleName()).isEqualTo(expected);
  }

  private static HttpFields headers(String... lines) {
    HttpFields.Mutable headers = HttpFields.build();
    for (String line : lines) {
      String[] field = line.strip().split(": ", 2);
      if (field.length == 2) {
        headers.add(field[0], DATES.getOrDefault(field[1], field[1]));
      }
    }
    return headers;
  }

  @Test
  void headIgnoresRanges() {
    assertThat(Answer.of(false, headers("Range: bytes=1-2"), FILE)).isEqualTo(new Answer.Whole());
  }

  @Test
  void twoRangeHeadersAreNone() {
    HttpFields headers = headers("Range: bytes=1-2", "Range: bytes=3-4");

    assertThat(Answer.of(true, headers, FILE)).isEqualTo(new Answer.Whole());
  }

  @Test
  void aFileThatChangedJustNowIsNotResumed() {
    Representation fresh = file("W/\"v1\"");

    assertThat(Answer.of(true, headers("Range: bytes=5-", "If-Range: W/\"v1\""), fresh))
        .isEqualTo(new Answer.Whole());
    assertThat(Answer.of(true, headers("Range: bytes=5-", "If-Range: @sat"), fresh))
        .isEqualTo(new Answer.Whole());
    assertThat(Answer.of(true, headers("If-None-Match: W/\"v1\""), fresh))
        .isEqualTo(new Answer.NotModified());
  }
}
