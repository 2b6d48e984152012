package dev.bootbus.probe.dhcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// What options are called, and what is in them: the IANA registry of DHCP options, and the
/// suboptions of some.
final class Registry {
  /// @param form how its value is to be read
  record Row(String name, Form form) {}

  private static final Map<String, Row> ROWS = read();
  private static final int COLUMNS = 3;

  private Registry() {}

  private static Map<String, Row> read() {
    try (InputStream in =
            Objects.requireNonNull(Registry.class.getResourceAsStream("options.tsv"));
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", COLUMNS))
          .collect(
              Collectors.toUnmodifiableMap(
                  cells -> cells[0], cells -> new Row(cells[2], Form.valueOf(cells[1]))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Row option(int code) {
    return ROWS.getOrDefault(String.valueOf(code), new Row("Option " + code, Form.BYTES));
  }

  static Row subOption(int option, int code) {
    return ROWS.getOrDefault(option + "." + code, new Row("Suboption " + code, Form.ID));
  }
}
