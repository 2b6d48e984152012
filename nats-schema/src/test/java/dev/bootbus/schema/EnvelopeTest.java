package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.schema.DhcpRequest.Facts;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Our writer of envelopes beside that of the CloudEvents SDK.
class EnvelopeTest {
  private static final int ROUNDS = 5000;
  private static final String LETTERS = "aZ0-_.:/ <>&\"\\\n\t\u0001\u00e9\u20ac\u2028";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonFormat SDK = new JsonFormat();

  private final Random random;

  EnvelopeTest() {
    long seed = System.nanoTime();
    System.out.println("EnvelopeTest seed " + seed);
    random = new Random(seed);
  }

  @Test
  void theSdkReadsWhatWeWrite() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Envelope envelope = envelope();
      DhcpRequest request = request();
      CloudEvent event = SDK.deserialize(DhcpJson.write(envelope, request));

      assertThat(event.getId()).isEqualTo(envelope.id());
      assertThat(event.getSource()).hasToString(envelope.source());
      assertThat(event.getType()).isEqualTo(envelope.type());
      assertThat(event.getDataContentType()).isEqualTo("application/json");
      assertThat(orEmpty(event.getSubject())).isEqualTo(envelope.subject());
      assertThat(event.getTime() == null ? null : event.getTime().toInstant())
          .isEqualTo(envelope.time());
      assertThat(orEmpty(event.getExtension("traceparent"))).isEqualTo(envelope.traceparent());
    }
  }

  @Test
  void weWriteWhatTheSdkWrites() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Envelope envelope = envelope();
      byte[] ours = DhcpJson.write(envelope, request());
      byte[] data = data(ours);
      byte[] theirs = SDK.serialize(sdkEvent(envelope, data));

      JsonNode ourEvent = MAPPER.readTree(ours);
      JsonNode theirEvent = MAPPER.readTree(theirs);
      assertThat(names(ourEvent)).containsExactlyInAnyOrderElementsOf(names(theirEvent));
      for (String name : names(ourEvent)) {
        if (name.equals("time")) { // RFC 3339 leaves open how many digits a second has
          assertThat(Instant.parse(ourEvent.get(name).textValue()))
              .isEqualTo(Instant.parse(theirEvent.get(name).textValue()));
        } else {
          assertThat(ourEvent.get(name)).isEqualTo(theirEvent.get(name));
        }
      }
      assertThat(MAPPER.writeValueAsBytes(theirEvent.get("data")))
          .isEqualTo(MAPPER.writeValueAsBytes(ourEvent.get("data")));
    }
  }

  /// The SDK is given our data as bytes, and writes them as they are.
  @Test
  void theDataIsTheSameByteForByte() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Envelope envelope = envelope();
      byte[] ours = DhcpJson.write(envelope, request());
      byte[] data = data(ours);
      CloudEvent event =
          CloudEventBuilder.from(sdkEvent(envelope, data))
              .withData("application/json", data)
              .build();

      assertThat(data(SDK.serialize(event))).asString().isEqualTo(text(data));
    }
  }

  /// What lies between `"data":` and the end of its object.
  private static byte[] data(byte[] event) {
    String text = text(event);
    int begin = text.indexOf(",\"data\":{") + ",\"data\":".length();
    int depth = 0;
    boolean quoted = false;
    for (int i = begin; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '{' || c == '}')) {
        depth += c == '{' ? 1 : -1;
        if (depth == 0) {
          return text.substring(begin, i + 1).getBytes(StandardCharsets.UTF_8);
        }
      }
    }
    throw new AssertionError("no data in " + text);
  }

  private static CloudEvent sdkEvent(Envelope envelope, byte[] data) throws Exception {
    CloudEventBuilder event =
        CloudEventBuilder.v1()
            .withId(envelope.id())
            .withSource(URI.create(envelope.source()))
            .withType(envelope.type())
            .withData("application/json", JsonCloudEventData.wrap(MAPPER.readTree(data)));
    if (!envelope.subject().isEmpty()) {
      event.withSubject(envelope.subject());
    }
    if (envelope.time() != null) {
      event.withTime(envelope.time().atOffset(ZoneOffset.UTC));
    }
    if (!envelope.traceparent().isEmpty()) {
      event.withExtension("traceparent", envelope.traceparent());
    }
    return event.build();
  }

  private Envelope envelope() {
    Envelope envelope = Envelope.of("/bootbus/test-" + random.nextInt(100), "dev." + word());
    Instant time =
        random.nextBoolean()
            ? null
            : Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    return new Envelope(
        envelope.id(),
        envelope.source(),
        envelope.type(),
        random.nextBoolean() ? "" : word(),
        time,
        random.nextBoolean() ? "" : Traceparent.fresh().toString());
  }

  private DhcpRequest request() {
    byte[] mac = new byte[random.nextInt(21)];
    random.nextBytes(mac);
    Facts none = Facts.NONE;
    Facts facts =
        new Facts(
            none.mode(),
            "DISCOVER",
            random.nextInt() & 0xFFFF_FFFFL,
            List.of(random.nextInt(1 << 16)),
            word(),
            List.of(word(), word()),
            "",
            "",
            word(),
            Addresses.mask(random.nextInt(33)),
            null,
            null,
            null,
            null,
            "",
            "");
    return new DhcpRequest(MacAddress.of(mac), Traceparent.fresh().toString(), facts);
  }

  private String word() {
    var word = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return word.toString();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String orEmpty(Object text) {
    return text == null ? "" : text.toString();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
