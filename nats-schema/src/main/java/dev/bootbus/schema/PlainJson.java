package dev.bootbus.schema;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Records as plain JSON, for what is asked seldom; unknown keys are ignored.
final class PlainJson {
  private static final int MAX_MESSAGE = 1 << 20;
  private static final int MAX_DEPTH = 8;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(MAX_MESSAGE)
                          .maxNestingDepth(MAX_DEPTH)
                          .build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private PlainJson() {}

  static <T extends Record> T read(byte[] json, Class<T> type) throws MalformedMessageException {
    try {
      T read = MAPPER.readValue(json, type);
      if (read == null) {
        throw new MalformedMessageException("not a JSON object");
      }
      return read;
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage());
      throw new MalformedMessageException("not as it should be: " + Json.brief(said));
    }
  }

  static byte[] write(Record message) {
    try {
      return MAPPER.writeValueAsBytes(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What is missing is empty.
  static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  static <T> List<T> list(@Nullable List<@Nullable T> list) {
    return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
  }
}
