package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes that the Go original sent or accepted, in both directions.
class GoldenTest {
  private static final MacAddress MAC = MacAddress.parse("08:00:27:29:4e:67");
  private static final DhcpResponse.Answer ANSWER =
      new DhcpResponse.Answer(
          new Dhcp(
              MAC,
              ip("192.168.2.199"),
              ip("255.255.255.0"),
              ip("192.168.2.1"),
              List.of(ip("1.1.1.1"), ip("8.8.8.8")),
              "pxe-virtualbox",
              "example.com",
              ip("192.168.2.255"),
              List.of(ip("132.163.96.2")),
              86400,
              List.of("example.com", "example.net")),
          new Netboot(true, "https://boot.netboot.xyz/ipxe/menu.ipxe?a=1&b=2"),
          Extensions.NONE);

  private static Inet4Address ip(String text) {
    return Inet4Address.ofLiteral(text);
  }

  @ParameterizedTest
  @CsvSource({
    "request-go-notrace, 08:00:27:29:4e:67, ''",
    "request-go-nilmac, '', ''",
    "request-go-traceparent, 08:00:27:29:4e:67,"
        + " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  })
  void requestIsReadAndWrittenByteForByte(String name, String mac, String traceparent)
      throws Exception {
    byte[] golden = golden(name + ".json");
    DhcpRequest request = new DhcpRequest(MacAddress.parse(mac), traceparent, Facts.NONE);

    assertThat(DhcpJson.readRequest(golden)).isEqualTo(request);
    assertThat(DhcpJson.write(envelope(golden), request)).asString().isEqualTo(text(golden));
  }

  @Test
  void theNestedResponseIsReadAndWrittenByteForByte() throws Exception {
    byte[] golden = golden("response-go-nested-pointer.json");

    assertThat(DhcpJson.readResponse(golden)).isEqualTo(ANSWER);
    assertThat(DhcpJson.write(envelope(golden), ANSWER)).asString().isEqualTo(text(golden));
  }

  @Test
  void theErrorIsReadAndWrittenByteForByte() throws Exception {
    byte[] golden = golden("response-go-error-pointer.json");
    var error = new DhcpResponse.Error(404, "mac not found");

    assertThat(DhcpJson.readResponse(golden)).isEqualTo(error);
    assertThat(DhcpJson.write(envelope(golden), error)).asString().isEqualTo(text(golden));
  }

  @ParameterizedTest
  @ValueSource(strings = {"response-go-nested-byvalue", "response-go-flat-inline-1fadfd7"})
  void theOtherFullShapesSayTheSame(String name) throws Exception {
    assertThat(DhcpJson.readResponse(golden(name + ".json"))).isEqualTo(ANSWER);
  }

  @Test
  void anErrorByValueSaysTheSame() throws Exception {
    assertThat(DhcpJson.readResponse(golden("response-go-error-byvalue.json")))
        .isEqualTo(new DhcpResponse.Error(404, "mac not found"));
  }

  @Test
  void theBareShapeHasAnAddressAndNoNetboot() throws Exception {
    assertThat(DhcpJson.readResponse(golden("response-go-baredhcp-7c1f612.json")))
        .isEqualTo(new DhcpResponse.Answer(ANSWER.dhcp(), Netboot.DENIED, Extensions.NONE));
  }

  @Test
  void theExamplesOfTheDocumentAreRead() throws Exception {
    Dhcp address =
        new Dhcp(
            MacAddress.NONE,
            ip("192.168.2.3"),
            null,
            null,
            List.of(),
            "",
            "",
            null,
            List.of(),
            0,
            List.of());

    assertThat(data("response-data-flat-README-ex1-shape")).isEqualTo(ANSWER);
    assertThat(data("response-data-flat-README-ex1-values"))
        .isEqualTo(new DhcpResponse.Answer(address, Netboot.DENIED, Extensions.NONE));
  }

  @Test
  void anInlineErrorIsRead() throws Exception {
    assertThat(data("response-data-flat-inline-error"))
        .isEqualTo(new DhcpResponse.Error(404, "mac not found"));
  }

  @Test
  void whatIsWrittenTheCloudEventsSdkAccepts() {
    byte[] bytes =
        DhcpJson.write(
            Envelope.of("/bootbus/test", "dev.bootbus.test"), new DhcpRequest(MAC, "", Facts.NONE));

    CloudEvent event = new JsonFormat().deserialize(bytes);

    assertThat(event.getType()).isEqualTo("dev.bootbus.test");
    assertThat(event.getDataContentType()).isEqualTo("application/json");
    assertThat(event.getId()).hasSize(36);
  }

  private static DhcpResponse data(String name) throws Exception {
    return DhcpJson.readResponse(wrap(text(golden(name + ".data.json"))));
  }

  static byte[] wrap(String data) {
    return ("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"t\","
            + "\"datacontenttype\":\"application/json\",\"data\":"
            + data
            + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Envelope envelope(byte[] golden) throws IOException {
    JsonNode event = new ObjectMapper().readTree(golden);
    return new Envelope(
        event.get("id").asText(),
        event.get("source").asText(),
        event.get("type").asText(),
        "",
        null,
        "");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GoldenTest.class.getResourceAsStream("/golden/" + name), name)) {
      return in.readAllBytes();
    }
  }
}
