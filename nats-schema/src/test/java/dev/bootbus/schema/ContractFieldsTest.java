package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.Contract.Place;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The schemas have the fields of the records: none more, none fewer, and the same ones required.
class ContractFieldsTest {
  static final List<String> MESSAGES = Contract.MESSAGES;
  private static final int ROUNDS = 1_000;

  @Test
  void everyComponentOfEveryRecordIsSetInTheTestBelow() throws Exception {
    RandomMessages full = new RandomMessages(new Random(1), 1);

    for (Record message :
        List.of(full.dhcpRequest(), full.dhcpAnswer(), full.fileRequest(), full.fileContent())) {
      assertThat(unset(message)).as("%s", message).isEmpty();
    }
    Set<EventFact> facts = EnumSet.noneOf(EventFact.class);
    for (EventKind kind : EventKind.values()) {
      BootEvent event = full.event(kind);
      assertThat(unset(event)).as("%s", event).isSubsetOf("facts");
      facts.addAll(event.facts().keySet());
    }
    assertThat(facts).containsOnly(EventFact.values());
  }

  private static List<String> unset(Record of) throws ReflectiveOperationException {
    List<String> unset = new ArrayList<>();
    for (RecordComponent component : of.getClass().getRecordComponents()) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      Object value = accessor.invoke(of);
      if (value instanceof Record inner) {
        unset.addAll(unset(inner));
      } else if (isUnset(value)) {
        unset.add(component.getName());
      }
    }
    return unset;
  }

  private static boolean isUnset(@Nullable Object value) {
    return switch (value) {
      case null -> true;
      case MacAddress mac -> mac.isNone();
      case String text -> text.isEmpty();
      case Collection<?> list -> list.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      case Boolean flag -> !flag;
      case Long number -> number <= 0;
      case DhcpRequest.Mode mode -> mode == DhcpRequest.Mode.DHCP;
      default -> false;
    };
  }

  @ParameterizedTest
  @FieldSource("MESSAGES")
  void theSchemaHasThePathsThatTheWriterWrites(String message) {
    long seed = System.nanoTime();
    System.out.println("ContractFieldsTest paths of " + message + " seed " + seed);
    RandomMessages full = new RandomMessages(new Random(seed), 1);
    Set<String> written = new TreeSet<>();
    for (int i = 0; i < 200; i++) { // several, because a message is either an answer or an error
      written.addAll(paths(Contract.json(full.written(message))));
    }

    assertThat(written).isEqualTo(paths(Place.of(message)));
  }

  @ParameterizedTest
  @FieldSource("MESSAGES")
  void whatIsRequiredIsWhatIsAlwaysWritten(String message) {
    long seed = System.nanoTime();
    System.out.println("ContractFieldsTest required of " + message + " seed " + seed);
    RandomMessages random = new RandomMessages(new Random(seed), 0.5);

    requiredIsAlwaysThere(
        List.of(Place.of(message)),
        Stream.generate(() -> Contract.json(random.written(message))).limit(ROUNDS).toList(),
        message);
  }

  /// @param schemas that hold together
  /// @param values of one field, in many messages
  private static void requiredIsAlwaysThere(
      List<Place> schemas, List<JsonNode> values, String path) {
    Map<List<Place>, List<JsonNode>> byAlternative = new HashMap<>();
    for (JsonNode value : values) {
      if (value.isObject()) {
        byAlternative.computeIfAbsent(holding(schemas, value), _ -> new ArrayList<>()).add(value);
      }
    }
    byAlternative.forEach(
        (holding, objects) -> {
          Set<String> required = new TreeSet<>();
          Map<String, List<Place>> fields = new HashMap<>();
          for (Place schema : holding) {
            schema.node().path("required").forEach(key -> required.add(key.textValue()));
            schema.node().path("x-usual").forEach(key -> required.add(key.textValue()));
            for (var entry : schema.node().path("properties").properties()) {
              fields
                  .computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                  .add(schema.child("properties", entry.getKey()));
            }
          }
          assertThat(required).as(path).isEqualTo(always(objects));
          fields.forEach(
              (key, places) ->
                  requiredIsAlwaysThere(
                      places,
                      objects.stream().filter(o -> o.has(key)).map(o -> o.get(key)).toList(),
                      path + "/" + key));
        });
  }

  private static List<Place> holding(List<Place> schemas, JsonNode value) {
    List<Place> holding = new ArrayList<>();
    for (Place schema : schemas.stream().flatMap(s -> s.together().stream()).toList()) {
      holding.add(schema);
      schema.alternatives().stream()
          .filter(alternative -> alternative.accepts(value))
          .findFirst()
          .ifPresent(alternative -> holding.addAll(alternative.together()));
    }
    return holding;
  }

  private static Set<String> always(List<JsonNode> objects) {
    Set<String> keys = new TreeSet<>();
    objects.getFirst().fieldNames().forEachRemaining(keys::add);
    objects.forEach(object -> keys.removeIf(key -> !object.has(key)));
    return keys;
  }

  /// Of a message: `/data/DHCP/LeaseTime`; `*` stands for a DHCP option's code.
  static Set<String> paths(JsonNode message) {
    Set<String> paths = new TreeSet<>();
    for (var entry : message.properties()) {
      String path = "/" + (entry.getKey().matches("\\d+") ? "*" : entry.getKey());
      paths.add(path);
      paths(entry.getValue()).forEach(inner -> paths.add(path + inner));
    }
    return paths;
  }

  /// Of a schema.
  static Set<String> paths(Place schema) {
    Set<String> paths = new TreeSet<>();
    for (Place place : schema.together()) {
      for (var entry : place.node().path("properties").properties()) {
        String path = "/" + entry.getKey();
        paths.add(path);
        paths(place.child("properties", entry.getKey())).forEach(inner -> paths.add(path + inner));
      }
      if (place.node().path("additionalProperties").isObject() && !place.node().has("properties")) {
        paths.add("/*");
      }
      place.alternatives().forEach(alternative -> paths.addAll(paths(alternative)));
    }
    return paths;
  }

  @Test
  void theEnumsAreTheEnumsOfJava() {
    assertThat(enumOf(Place.data("dhcp-request").child("properties", "Mode")))
        .isEqualTo(names(DhcpRequest.Mode.values()));
    assertThat(enumOf(Place.data("file-request").child("properties", "Protocol")))
        .isEqualTo(names(FileRequest.Protocol.values()));
    assertThat(enumOf(Place.data("event").child("properties", "Outcome")))
        .isEqualTo(names(EventKind.Outcome.values()));
  }

  @Test
  void theTypesOfEventsAreTheKindsWithTheirOutcome() {
    Map<String, Set<String>> types = new HashMap<>();
    for (Place group : Place.of("event").alternatives()) {
      String outcome =
          group.child("properties", "data", "properties", "Outcome", "const").node().textValue();
      types.put(outcome, new HashSet<>(enumOf(group.child("properties", "type"))));
    }
    Map<String, Set<String>> kinds = new HashMap<>();
    for (EventKind kind : EventKind.values()) {
      kinds.computeIfAbsent(kind.outcome().name(), _ -> new HashSet<>()).add(kind.type());
    }

    assertThat(types).isEqualTo(kinds);
  }

  @Test
  void theFactsOfEventsAreTheLastOfTheirFields() {
    Place fields = Place.data("event").child("properties");
    List<String> keys = new ArrayList<>();
    fields.node().fieldNames().forEachRemaining(keys::add);
    List<EventFact> facts = List.of(EventFact.values());

    assertThat(keys.subList(keys.size() - facts.size(), keys.size()))
        .isEqualTo(facts.stream().map(EventFact::key).toList());
    for (EventFact fact : facts) {
      JsonNode field = fields.child(fact.key()).node();
      assertThat(field.get("description").textValue()).isEqualTo(fact.meaning());
      assertThat(field.get("type").textValue())
          .isEqualTo(
              Map.of(String.class, "string", Long.class, "integer", Double.class, "number")
                  .get(fact.type()));
    }
  }

  @Test
  void everyFactIsOneOfSomeEvent() {
    assertThat(Arrays.stream(EventKind.values()).flatMap(kind -> kind.facts().stream()))
        .contains(EventFact.values());
  }

  /// 400 and 500 are what [Bus] answers by itself.
  @Test
  void theCodesOfErrorsAreThoseThatJavaHasNamesFor() throws Exception {
    Set<Integer> codes = new TreeSet<>(Set.of(400, 500));
    for (Method method : DhcpResponse.class.getMethods()) {
      if (method.getReturnType() == DhcpResponse.Error.class) {
        codes.add(((DhcpResponse.Error) method.invoke(null, "why")).code());
      }
    }
    JsonNode documented =
        new Place("types.schema.json", "/$defs/error/properties/Code/x-codes").node();

    assertThat(StreamSupport.stream(documented.spliterator(), false).map(JsonNode::intValue))
        .containsExactlyElementsOf(codes);
  }

  private static List<String> enumOf(Place schema) {
    return StreamSupport.stream(schema.node().get("enum").spliterator(), false)
        .map(JsonNode::textValue)
        .toList();
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }
}
