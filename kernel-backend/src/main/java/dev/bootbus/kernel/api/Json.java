package dev.bootbus.kernel.api;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;

/// JSON that callers send, read with every doubt, and JSON for them.
final class Json {
  static final int MAX_BODY = 1 << 20;
  private static final int MAX_DEPTH = 32;
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              new JsonFactoryBuilder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(MAX_BODY)
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(32)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// An object; of no bytes at all, an empty one.
  static ObjectNode read(byte[] bytes) throws RefusedException {
    if (bytes.length == 0) {
      return object();
    }
    try {
      if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw Problem.of(Kind.BAD_REQUEST, "the body is not a JSON object").refusal();
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation(); // the message might quote what is secret
      String where =
          at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
      throw Problem.of(Kind.BAD_REQUEST, "the body is not JSON" + where).refusal();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] write(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
