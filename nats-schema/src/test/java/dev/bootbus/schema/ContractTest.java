package dev.bootbus.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.Contract.Place;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What our writers write is what the schemas allow, and what nobody should write they refuse.
class ContractTest {
  static final List<String> MESSAGES = Contract.MESSAGES;
  static final List<String> FILES =
      Stream.concat(MESSAGES.stream(), Stream.of("cloudevent", "types")).toList();
  private static final int ROUNDS = 2_000;

  /// Other keywords would be typing errors, or not read by tools for AsyncAPI.
  private static final List<String> KEYWORDS =
      List.of(
          "$schema $defs $ref title description examples type enum const format pattern minLength",
          "minimum maximum items minItems maxItems properties required additionalProperties",
          "propertyNames minProperties allOf anyOf oneOf contentEncoding",
          "x-source x-unit x-codes x-usual");

  @ParameterizedTest
  @FieldSource("FILES")
  void aSchemaIsOne(String name) {
    JsonNode schema = Contract.file(name + ".schema.json");

    assertThat(Contract.faults(schema)).isEmpty();
    assertThat(keywords(schema, new TreeSet<>()))
        .isSubsetOf(List.of(String.join(" ", KEYWORDS).split(" ")));
  }

  private static TreeSet<String> keywords(JsonNode schema, TreeSet<String> found) {
    if (schema.has("$ref")) { // draft 7 ignores what stands beside it
      assertThat(schema.fieldNames())
          .toIterable()
          .isSubsetOf("$ref", "description", "x-source", "x-unit");
    }
    for (var entry : schema.properties()) {
      String keyword = entry.getKey();
      found.add(keyword);
      switch (keyword) {
        case "properties", "$defs" -> entry.getValue().forEach(s -> keywords(s, found));
        case "items", "propertyNames", "additionalProperties" -> keywords(entry.getValue(), found);
        case "allOf", "anyOf", "oneOf" -> entry.getValue().forEach(s -> keywords(s, found));
        default -> {}
      }
    }
    return found;
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void everyExampleOfAFieldIsAllowedThere(String name) {
    assertThat(examples(new Place(name + ".schema.json", ""))).isNotNegative();
  }

  private static int examples(Place schema) {
    int checked = 0;
    for (JsonNode example : schema.node().path("examples")) {
      assertThat(schema.errors(example)).as("%s: %s", schema, example).isEmpty();
      checked++;
    }
    for (String keyword : List.of("properties", "$defs")) {
      for (var entry : schema.node().path(keyword).properties()) {
        checked += examples(schema.child(keyword, entry.getKey()));
      }
    }
    return checked;
  }

  @ParameterizedTest
  @CsvSource({
    "dhcp-request, request-go-notrace",
    "dhcp-request, request-go-nilmac",
    "dhcp-request, request-go-traceparent",
    "dhcp-response, response-go-nested-pointer",
    "dhcp-response, response-go-error-pointer",
  })
  void theGoldenMessagesThatWeWriteAreAllowed(String message, String golden) throws Exception {
    assertThat(Place.of(message).errors(golden(golden))).isEmpty();
  }

  /// Readers take these shapes of older peers, and nobody should write them.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "response-go-nested-byvalue",
        "response-go-error-byvalue",
        "response-go-flat-inline-1fadfd7",
        "response-go-baredhcp-7c1f612",
      })
  void theGoldenMessagesThatWeOnlyReadAreNot(String golden) throws Exception {
    assertThat(Place.of("dhcp-response").errors(golden(golden))).isNotEmpty();
  }

  static JsonNode golden(String name) throws Exception {
    return Contract.json(GoldenTest.golden(name + ".json"));
  }

  @ParameterizedTest
  @FieldSource("MESSAGES")
  void whateverTheWritersWriteIsAllowed(String message) {
    long seed = System.nanoTime();
    System.out.println("ContractTest " + message + " seed " + seed);
    RandomMessages random = new RandomMessages(new Random(seed), 0.5);

    for (int i = 0; i < ROUNDS; i++) {
      byte[] written = random.written(message);

      assertThat(Place.of(message).errors(Contract.json(written)))
          .as("seed %d, round %d: %s", seed, i, new String(written, UTF_8))
          .isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}: {1} = {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dhcp-request | /specversion | '1.1'",
        "dhcp-request | /specversion | REMOVED",
        "dhcp-request | /id | ''",
        "dhcp-request | /id | REMOVED",
        "dhcp-request | /source | REMOVED",
        "dhcp-request | /type | REMOVED",
        "dhcp-request | /type | 7",
        "dhcp-request | /datacontenttype | 'application/cloudevents+json'",
        "dhcp-request | /datacontenttype | REMOVED",
        "dhcp-request | /time | 'yesterday'",
        "dhcp-request | /time | '2026-01-01T00:00:00+01:00'",
        "dhcp-request | /traceparent | ''",
        "dhcp-request | /with_underscore | 'x'",
        "dhcp-request | /upperCase | 'x'",
        "dhcp-request | /nested | {}",
        "dhcp-request | /nested | ['x']",
        "dhcp-request | /data | REMOVED",
        "dhcp-request | /data | '{}'",
        "dhcp-request | /data/MACAddress | REMOVED",
        "dhcp-request | /data/MACAddress | ''",
        "dhcp-request | /data/MACAddress | '52:54:00:77:00:10'",
        "dhcp-request | /data/MACAddress | 'UlQAdwA'",
        "dhcp-request | /data/MACAddress | 'AAECAwQFBgcICQoLDA0ODxAREhMU'",
        "dhcp-request | /data/Traceparent | REMOVED",
        "dhcp-request | /data/Traceparent | null",
        "dhcp-request | /data/Traceparent | '00-00000000000000000000000000000000-b7ad6b7169203331-01'",
        "dhcp-request | /data/Mode | 'proxy'",
        "dhcp-request | /data/MessageType | 'DHCPDISCOVER (1)'",
        "dhcp-request | /data/Xid | -1",
        "dhcp-request | /data/Xid | 4294967296",
        "dhcp-request | /data/Xid | '305419896'",
        "dhcp-request | /data/ClientArch | 7",
        "dhcp-request | /data/ClientArch | []",
        "dhcp-request | /data/ClientArch | [65536]",
        "dhcp-request | /data/UserClass | 'iPXE'",
        "dhcp-request | /data/UserClass | ['']",
        "dhcp-request | /data/UUID | '564D4C41-4200-4077-8000-000000000010'",
        "dhcp-request | /data/ClientID | '01:52'",
        "dhcp-request | /data/RequestedAddress | '256.1.1.1'",
        "dhcp-request | /data/RequestedAddress | '01.1.1.1'",
        "dhcp-request | /data/RelayAddress | '::1'",
        "dhcp-request | /data/ServerID | ''",
        "dhcp-response | /data | {}",
        "dhcp-response | /data | {'Netboot': {'AllowNetboot': true}}",
        "dhcp-response | /data/DHCP/Twelfth | ''",
        "dhcp-response | /data/DHCP/LeaseTime | '3600'",
        "dhcp-response | /data/DHCP/LeaseTime | -1",
        "dhcp-response | /data/DHCP/MACAddress | 'UlQAdwAQ'",
        "dhcp-response | /data/DHCP/MACAddress | '52-54-00-77-00-10'",
        "dhcp-response | /data/DHCP/MACAddress | null",
        "dhcp-response | /data/DHCP/IPAddress | null",
        "dhcp-response | /data/DHCP/IPAddress | '2001:db8::1'",
        "dhcp-response | /data/DHCP/SubnetMask | '////AA=='",
        "dhcp-response | /data/DHCP/SubnetMask | '/24'",
        "dhcp-response | /data/DHCP/SubnetMask | '255.0.255.0'",
        "dhcp-response | /data/DHCP/NameServers | '1.1.1.1'",
        "dhcp-response | /data/DHCP/NameServers | []",
        "dhcp-response | /data/DHCP/NameServers | ['<nil>']",
        "dhcp-response | /data/DHCP/DomainSearch | 'example.com'",
        "dhcp-response | /data/Netboot/AllowNetboot | 'true'",
        "dhcp-response | /data/Netboot/IPXEScriptURL | 'http://h/boot.ipxe'",
        "dhcp-response | /data/Netboot/IPXEScriptURL | ''",
        "dhcp-response | /data/Netboot/IPXEScriptURL/Scheme | 'HTTP:'",
        "dhcp-response | /data/Netboot/IPXEScriptURL/User | {}",
        "dhcp-response | /data/Error/Code | '404'",
        "dhcp-response | /data/Error/Code | 404",
        "dhcp-response | /data/Error/Code | 17",
        "dhcp-response | /data/Error/Message | 'why'",
        "dhcp-response | /data/Extensions | {}",
        "dhcp-response | /data/Extensions/Options/0 | 'x'",
        "dhcp-response | /data/Extensions/Options/255 | 'x'",
        "dhcp-response | /data/Extensions/Options/026 | 'x'",
        "dhcp-response | /data/Extensions/Options/26 | [256]",
        "dhcp-response | /data/Extensions/Options/26 | 1500",
        "dhcp-response | /data/Extensions/NextServer | ''",
        "dhcp-response | /data/Extensions/MaxAge | 0",
        "dhcp-response | /data/Extensions/Probe | false",
        "file-request | /data/Path | REMOVED",
        "file-request | /data/Path | '/boot.ipxe'",
        "file-request | /data/Path | 'a//b'",
        "file-request | /data/Protocol | 'FTP'",
        "file-request | /data/Protocol | REMOVED",
        "file-request | /data/Peer | REMOVED",
        "file-request | /data/Peer | 'node-1'",
        "file-request | /data/Peer | 'fe80::1%eth0'",
        "file-request | /data/MACAddress | '52-54-00-77-00-10'",
        "file-request | /data/Traceparent | ''",
        "file-request | /data/Offset | 0",
        "file-request | /data/Offset | '524288'",
        "file-request | /data/Token | 7",
        "file-answer | /data/Content | REMOVED",
        "file-answer | /data/Base64 | 'AAAA'",
        "file-answer | /data | {'Base64': 'AAA', 'MediaType': 'a/b'}",
        "file-answer | /data | {'Base64': 'AA-_', 'MediaType': 'a/b'}",
        "file-answer | /data/Size | -1",
        "file-answer | /data/Size | null",
        "file-answer | /data/More | 'yes'",
        "file-answer | /data/More | false",
        "file-answer | /data/Version | ''",
        "file-answer | /data/Version | 'a b'",
        "file-answer | /data/RetryAfter | 0",
        "file-answer | /data/Content | 7",
        "file-answer | /data/MediaType | REMOVED",
        "file-answer | /data/MediaType | 'text'",
        "file-answer | /data/Error | {'Code': 404, 'Message': 'and Content too'}",
        "file-answer | /data | {'Error': {'Code': 0, 'Message': ''}}",
        "file-answer | /data | {'Error': {'Code': 404, 'Message': ''}}",
        "file-answer | /data | {'Error': {'Code': 404}}",
        "event | /time | REMOVED",
        "event | /type | 'dev.bootbus.event.dhcp-server.exploded'",
        "event | /data/Outcome | REMOVED",
        "event | /data/Outcome | 'FINE'",
        "event | /data/Outcome | 'REFUSED'",
        "event | /data/TraceID | '0AF7651916CD43DD8448EB211C80319C'",
        "event | /data/Reason | 'No ACK'",
        "event | /data/Bytes | '1024'",
        "event | /data/Bytes | 1.5",
        "event | /data/Seconds | -0.1",
        "event | /data/Status | 42",
        "event | /data/IPAddress | '1.2.3'",
      })
  void whatNobodyShouldWriteIsRefused(String message, String pointer, String value)
      throws Exception {
    JsonNode good = example(message);
    assertThat(Place.of(message).errors(good)).isEmpty();

    JsonNode bad = changed(good, pointer, value.replace('\'', '"'));

    assertThat(Place.of(message).errors(bad)).as(bad.toString()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'DHCP': {'MACAddress': '52:54:00:77:00:10', 'IPAddress': '192.168.77.100'}}",
        "{'DHCP': {}, 'Netboot': {'AllowNetboot': true}}",
        "{'DHCP': {}, 'Netboot': {'IPXEScriptURL': {'Scheme': 'http', 'Host': 'h', 'Path': '/b'}}}",
        "{'Error': {'Code': 404, 'Message': 'nobody knows it'}}",
      })
  void aBackendMayLeaveOutWhatItDoesNotSet(String data) throws Exception {
    JsonNode response = changed(example("dhcp-response"), "/data", data.replace('\'', '"'));

    assertThat(Place.of("dhcp-response").errors(response)).isEmpty();
    DhcpJson.readResponse(response.toString().getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 65})
  void theReaderTakesListsAsLongAsTheSchemaAllows(int length) throws Exception {
    String numbers = String.join(",", Collections.nCopies(length, "7"));
    JsonNode request = changed(example("dhcp-request"), "/data/ClientArch", "[" + numbers + "]");
    boolean read;
    try {
      read =
          DhcpJson.readRequest(request.toString().getBytes(UTF_8)).facts().clientArch().size() > 0;
    } catch (MalformedMessageException e) {
      read = false;
    }

    assertThat(read).isEqualTo(length == 64);
    assertThat(Place.of("dhcp-request").accepts(request)).isEqualTo(read);
  }

  @ParameterizedTest
  @CsvSource({
    "dhcp-request, /newattribute",
    "dhcp-request, /data/New",
    "dhcp-response, /data/New",
    "dhcp-response, /data/Netboot/New",
    "dhcp-response, /data/Netboot/IPXEScriptURL/New",
    "dhcp-response, /data/Error/New",
    "dhcp-response, /data/Extensions/New",
    "file-request, /data/New",
    "file-answer, /data/New",
    "event, /data/New",
  })
  void keysThatComeLaterAreAllowedAlready(String message, String pointer) throws Exception {
    JsonNode later = changed(example(message), pointer, "\"x\"");

    assertThat(Place.of(message).errors(later)).isEmpty();
  }

  @Test
  void aReaderThatKnowsThemNotReadsTheSame() throws Exception {
    JsonNode good = example("dhcp-response");
    JsonNode later = changed(good, "/data/Extensions/New", "{\"a\":[1]}");

    assertThat(DhcpJson.readResponse(later.toString().getBytes(UTF_8)))
        .isEqualTo(DhcpJson.readResponse(good.toString().getBytes(UTF_8)));
  }

  /// The first of asyncapi.yaml.
  private static JsonNode example(String message) {
    return AsyncApiTest.examples(message).getFirst().get("payload");
  }

  private static JsonNode changed(JsonNode from, String pointer, String value) throws Exception {
    JsonNode copy = from.deepCopy();
    JsonPointer at = JsonPointer.compile(pointer);
    ObjectNode parent = (ObjectNode) copy.at(at.head());
    String key = at.last().getMatchingProperty();
    if (value.equals("REMOVED")) {
      assertThat(parent.has(key)).isTrue();
      parent.remove(key);
    } else {
      parent.set(key, new ObjectMapper().readTree(value));
    }
    return copy;
  }
}
