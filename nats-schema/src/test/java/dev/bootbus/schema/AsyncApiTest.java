package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.Contract.Place;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// The AsyncAPI document says what the Java types say.
class AsyncApiTest {
  static final List<String> MESSAGES = Contract.MESSAGES;
  static final List<String> FILES =
      Stream.concat(
              ContractTest.FILES.stream().map(name -> name + ".schema.json"),
              Stream.of(Contract.ASYNCAPI))
          .toList();

  @Test
  void theSubjectsAreTheDefaults() {
    assertThat(at("/channels/dhcp/address").textValue()).isEqualTo(Subjects.DEFAULT.dhcp());
    assertThat(at("/channels/file/address").textValue()).isEqualTo(Subjects.DEFAULT.file());
    assertThat(at("/channels/event/address").textValue())
        .isEqualTo(Subjects.DEFAULT.event() + ".{service}.{kind}");
  }

  @Test
  void theEventSubjectHasTheServicesAndKindsOfTheEnum() {
    JsonNode parameters = at("/channels/event/parameters");

    assertThat(texts(parameters.at("/service/enum"))).isEqualTo(all(EventKind::service));
    assertThat(texts(parameters.at("/kind/enum"))).isEqualTo(all(EventKind::kind));
    for (EventKind kind : EventKind.values()) {
      String address = at("/channels/event/address").textValue();
      assertThat(Subjects.DEFAULT.of(kind))
          .isEqualTo(address.replace("{service}", kind.service()).replace("{kind}", kind.kind()));
    }
  }

  private static List<String> all(java.util.function.Function<EventKind, String> part) {
    return Arrays.stream(EventKind.values()).map(part).distinct().toList();
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void everyReferenceLeadsSomewhere(String file) {
    for (JsonNode reference : Contract.file(file).findValues("$ref")) {
      Place place = new Place(file, "").refer(reference.textValue());

      assertThat(place.node().isObject()).as("%s in %s", reference, file).isTrue();
    }
  }

  @Test
  void everyMessageHasItsSchema() {
    assertThat(at("/components/messages").properties())
        .extracting(message -> message.getValue().at("/payload/$ref").textValue())
        .containsExactlyElementsOf(
            MESSAGES.stream().map(name -> "./" + name + ".schema.json").toList());
  }

  @ParameterizedTest
  @FieldSource("MESSAGES")
  void everyExampleIsAllowed(String message) {
    assertThat(examples(message)).hasSizeGreaterThan(1);
    for (JsonNode example : examples(message)) {
      assertThat(Place.of(message).errors(example.get("payload"))).as("%s", example).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("MESSAGES")
  void everyExampleIsWhatOurWriterWrites(String message) throws Exception {
    for (JsonNode example : examples(message)) {
      JsonNode payload = example.get("payload");

      assertThat(Contract.json(rewritten(message, payload))).isEqualTo(payload);
    }
  }

  private static byte[] rewritten(String message, JsonNode payload) throws Exception {
    byte[] bytes = payload.toString().getBytes(StandardCharsets.UTF_8);
    Envelope envelope =
        new Envelope(
            payload.get("id").textValue(),
            payload.get("source").textValue(),
            payload.get("type").textValue(),
            payload.path("subject").asText(""),
            payload.has("time") ? Instant.parse(payload.get("time").textValue()) : null,
            payload.path("traceparent").asText(""));
    return switch (message) {
      case "dhcp-request" -> DhcpJson.write(envelope, DhcpJson.readRequest(bytes));
      case "dhcp-response" -> DhcpJson.write(envelope, DhcpJson.readResponse(bytes));
      case "file-request" -> FileJson.write(envelope, FileJson.readRequest(bytes));
      case "file-answer" -> FileJson.write(envelope, FileJson.readAnswer(bytes));
      case "event" -> withId(envelope.id(), envelope.source(), bytes);
      default -> throw new IllegalArgumentException(message);
    };
  }

  /// The writer of events gives each a fresh id.
  private static byte[] withId(String id, String source, byte[] bytes) throws Exception {
    byte[] written = EventJson.write(source, EventJson.read(bytes).orElseThrow());
    String fresh = Contract.json(written).get("id").textValue();
    return new String(written, StandardCharsets.UTF_8)
        .replace(fresh, id)
        .getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "dhcp-request, request-go-notrace",
    "dhcp-request, request-go-nilmac",
    "dhcp-request, request-go-traceparent",
    "dhcp-response, response-go-nested-pointer",
    "dhcp-response, response-go-error-pointer",
  })
  void theGoldenMessagesAreAmongTheExamples(String message, String golden) throws Exception {
    assertThat(examples(message))
        .extracting(example -> example.get("payload"))
        .contains(ContractTest.golden(golden));
  }

  @Test
  void anExampleOfARequestAndOfAResponseHasEverythingSet() {
    for (String message : List.of("dhcp-request", "dhcp-response")) {
      assertThat(examples(message))
          .as(message)
          .anySatisfy(
              example ->
                  assertThat(ContractFieldsTest.paths(example.at("/payload/data")))
                      .isEqualTo(ContractFieldsTest.paths(Place.data(message))));
    }
  }

  static List<JsonNode> examples(String message) {
    return StreamSupport.stream(at("/components/messages").spliterator(), false)
        .filter(m -> m.at("/payload/$ref").textValue().equals("./" + message + ".schema.json"))
        .flatMap(m -> StreamSupport.stream(m.get("examples").spliterator(), false))
        .toList();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private static JsonNode at(String pointer) {
    return Contract.file(Contract.ASYNCAPI).at(JsonPointer.compile(pointer));
  }
}
