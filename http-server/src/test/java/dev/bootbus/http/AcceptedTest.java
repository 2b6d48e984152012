package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9110 §12.5
class AcceptedTest {
  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "12.5.3 no header              | Accept: */*                                 | false",
        "12.5.3 gzip                   | Accept-Encoding: gzip                       | true",
        "12.5.3 case does not count    | Accept-Encoding: GZIP                       | true",
        "8.4.1.3 its other name        | Accept-Encoding: x-gzip                     | true",
        "12.5.3 of several             | Accept-Encoding: deflate, gzip, br, zstd    | true",
        "12.4.2 not acceptable         | Accept-Encoding: gzip;q=0                   | false",
        "12.4.2 not acceptable         | Accept-Encoding: gzip; q=0.000, deflate     | false",
        "12.4.2 the lesser evil        | Accept-Encoding: gzip;q=0.5, identity       | false",
        "12.4.2 the better             | Accept-Encoding: identity;q=0.5, gzip       | true",
        "12.5.3 only as it is          | Accept-Encoding: identity                   | false",
        "12.5.3 others                 | Accept-Encoding: br                         | false",
        "12.5.3 anything, not named    | Accept-Encoding: *                          | false",
        "12.5.3 nothing                | Accept-Encoding:                            | false",
        "garbage                       | Accept-Encoding: ;q=;,=\"gzip               | false",
        "garbage                       | Accept-Encoding: gzip;q=x                   | false",
      })
  void gzip(String name, String header, boolean expected) {
    assertThat(Accepted.gzip(headers(header))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Host: x                                                          | false",
        "Accept: */*                                                      | false",
        "Accept: application/json                                         | true",
        "Accept: application/json, */*;q=0.1                              | true",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9    | false",
        "Accept: text/html;q=0.5, application/json                        | true",
        "Accept: application/json;q=0                                     | false",
      })
  void json(String header, boolean expected) {
    assertThat(Accepted.json(headers(header))).isEqualTo(expected);
  }

  private static HttpFields headers(String line) {
    String[] field = line.split(":", 2);
    return HttpFields.build().add(field[0], field[1].strip());
  }
}
