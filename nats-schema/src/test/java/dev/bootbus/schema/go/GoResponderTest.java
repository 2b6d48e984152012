package dev.bootbus.schema.go;

import static dev.bootbus.schema.go.GoRequesterTest.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bootbus.schema.go.GoResponder.Asked;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The double of the Go backend against what the Go original was seen to do. In the rows `'`
/// stands for `"`.
class GoResponderTest {
  private static final String ID = "f0f7ed74-510a-4a98-ad08-be29d5c0fa68";
  private static final String TYPE = "org.tinkerbell.backend.read";

  private static Asked read(String data) throws GoFailure {
    return GoResponder.decode(
        ("{\"specversion\":\"1.0\",\"data\":" + data.replace('\'', '"') + "}")
            .getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "NESTED_BY_POINTER, response-go-nested-pointer",
    "NESTED_BY_VALUE, response-go-nested-byvalue",
    "FLAT_INLINE, response-go-flat-inline-1fadfd7",
    "BARE_DHCP, response-go-baredhcp-7c1f612",
  })
  void anAnswerIsTheGoldenBytes(GoShape shape, String name) throws Exception {
    assertThat(GoEvent.encode(ID, TYPE, shape.answer(GoRecord.GOLDEN)))
        .asString()
        .isEqualTo(new String(golden(name), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "NESTED_BY_POINTER, response-go-error-pointer",
    "NESTED_BY_VALUE, response-go-error-byvalue",
  })
  void anErrorIsTheGoldenBytes(GoShape shape, String name) throws Exception {
    assertThat(GoEvent.encode(ID, TYPE, shape.error(404, "mac not found")))
        .asString()
        .isEqualTo(new String(golden(name), StandardCharsets.UTF_8));
  }

  @Test
  void theFlatShapesAreTheGoldenData() throws Exception {
    assertThat(GoShape.FLAT.answer(GoRecord.GOLDEN)).isEqualTo(data("flat-README-ex1-shape"));
    assertThat(GoShape.FLAT_INLINE.error(404, "mac not found"))
        .isEqualTo(data("flat-inline-error"));
  }

  private static String data(String name) throws Exception {
    return new String(golden("response-data-" + name + ".data"), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(GoShape.class)
  void onlyGo119AndLaterWritesOmitHost(GoShape shape) {
    boolean has = shape.answer(GoRecord.GOLDEN).contains("\"OmitHost\":false,");

    assertThat(has)
        .isEqualTo(shape != GoShape.BARE_DHCP && shape != GoShape.NESTED_BY_POINTER_GO_1_18);
  }

  @Test
  void whatHtmlKnowsIsEscaped() {
    assertThat(GoJson.quote("<a href=\"x\">&\u2028\n\u0001é"))
        .isEqualTo("\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\u2028\\n\\u0001é\"");
  }

  @Test
  void aNilElementIsWrittenAsItsText() {
    assertThat(GoJson.quote("<nil>")).isEqualTo("\"\\u003cnil\\u003e\"");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "base64 | {'MACAddress':'CAAnKU5n'} | 08:00:27:29:4e:67",
        "MacAddress, the key before 1fadfd7 | {'MacAddress':'CAAnKU5n'} | 08:00:27:29:4e:67",
        "macaddress | {'macaddress':'CAAnKU5n'} | 08:00:27:29:4e:67",
        "JSON array of numbers | {'MACAddress':[8,0,39,41,78,103]} | 08:00:27:29:4e:67",
        "null | {'MACAddress':null} | ``",
        "empty text | {'MACAddress':''} | ``",
        "missing | {} | ``",
        "extra keys are ignored | {'mac':'x','Xid':1,'MACAddress':'CAAnKU5n'} | 08:00:27:29:4e:67",
        "Traceparent null | {'MACAddress':'CAAnKU5n','Traceparent':null} | 08:00:27:29:4e:67",
        "bare hex is silently a wrong 9-byte MAC | {'MACAddress':'080027294e67'}"
            + " | d3:cd:34:db:bd:bd:e1:ee:bb",
        "the second key equal ignoring case wins | {'MACAddress':'CAAnKU5n','macAddress':null}"
            + " | ``",
        "line breaks in base64 | {'MACAddress':'CAAn\\nKU5n'} | 08:00:27:29:4e:67",
      })
  void theseRequestsAreRead(String name, String data, String mac) throws Exception {
    assertThat(read(data).mac()).isEqualTo(mac);
  }

  @ParameterizedTest(name = "no reply: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "colon text | {'MACAddress':'08:00:27:29:4e:67'}",
        "dash text | {'MACAddress':'08-00-27-29-4e-67'}",
        "a second key equal ignoring case, in colon form"
            + " | {'macAddress':'08:00:27:29:4e:67','MACAddress':'CAAnKU5n'}",
        "URL-safe base64 | {'MACAddress':'--------'}",
        "unpadded base64 | {'MACAddress':'AAAAAAAAAAE'}",
        "a number beyond a byte | {'MACAddress':[256]}",
        "MACAddress as object | {'MACAddress':{}}",
        "Traceparent as number | {'Traceparent':7}",
        "string data | '{}'",
      })
  void theseRequestsGetNoReply(String name, String data) {
    assertThatExceptionOfType(GoFailure.class).isThrownBy(() -> read(data));
  }

  @ParameterizedTest(name = "no reply: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "missing envelope | {'MACAddress':'CAAnKU5n'}",
        "no JSON | hello",
        "no data | {'specversion':'1.0'}",
      })
  void theseEventsGetNoReply(String name, String event) {
    byte[] bytes = event.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

    assertThatExceptionOfType(GoFailure.class).isThrownBy(() -> GoResponder.decode(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "request-go-notrace, 08:00:27:29:4e:67, ''",
    "request-go-nilmac, '', ''",
    "request-go-traceparent, 08:00:27:29:4e:67,"
        + " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  })
  void theGoldenRequestsAreRead(String name, String mac, String traceparent) throws Exception {
    assertThat(GoResponder.decode(golden(name))).isEqualTo(new Asked(mac, traceparent));
  }

  @Test
  void extensionsSubjectAndTimeAreFine() throws Exception {
    byte[] event =
        ("{'specversion':'1.0','subject':'s','time':'2022-01-01T00:00:00Z','traceparent':'x',"
                + "'data':{'MACAddress':'CAAnKU5n'}}")
            .replace('\'', '"')
            .getBytes(StandardCharsets.UTF_8);

    assertThat(GoResponder.decode(event).mac()).isEqualTo("08:00:27:29:4e:67");
  }
}
