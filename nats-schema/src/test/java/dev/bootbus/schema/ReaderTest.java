package dev.bootbus.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the reader takes beyond the golden files, and what it refuses.
class ReaderTest {
  private static final String DATA = "{\"DHCP\":{\"IPAddress\":\"192.168.2.3\"}}";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "an object | {'specversion':'1.0','data':DATA}",
        "no specversion, id, source, type | {'data':DATA}",
        "specversion 0.3 | {'specversion':'0.3','id':'1','source':'/s','type':'t','data':DATA}",
        "data before the attributes | {'data':DATA,'specversion':'1.0'}",
        "any case of names | {'SpecVersion':'1.0','Data':{'dhcp':{'ipaddress':'192.168.2.3'}}}",
        "JSON in a string | {'specversion':'1.0','data':STRING}",
        "data_base64 | {'specversion':'1.0','data_base64':BASE64}",
        "0.3 base64 | {'specversion':'0.3','datacontentencoding':'base64','data':BASE64}",
        "extensions of any kind | {'specversion':'1.0','x_y':{'z':[1]},'time':'soon','data':DATA}",
      })
  void dataIsFoundHoweverItIsWrapped(String name, String event) throws Exception {
    String json =
        event
            .replace('\'', '"')
            .replace("DATA", DATA)
            .replace("STRING", '"' + DATA.replace("\"", "\\\"") + '"')
            .replace("BASE64", '"' + Base64.getEncoder().encodeToString(DATA.getBytes()) + '"');

    assertThat(answer(json.getBytes(StandardCharsets.UTF_8)).dhcp().ipAddress())
        .isEqualTo(Inet4Address.ofLiteral("192.168.2.3"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "the exact name goes first | 'hostname':'a','Hostname':'b','HOSTNAME':'c' | b",
        "then what stood first | 'hostname':'a','HOSTNAME':'c' | a",
        "of one name the last | 'hostname':'a','HOSTNAME':'c','hostname':'d' | d",
        "of the exact one too | 'Hostname':'a','Hostname':{},'Hostname':'b' | b",
      },
      quoteCharacter = '`')
  void aNameThatStandsThereTwiceIsReadAsGoReadsIt(String name, String fields, String read)
      throws Exception {
    byte[] request = GoldenTest.wrap("{" + fields.replace('\'', '"') + "}");

    assertThat(DhcpJson.readRequest(request).facts().hostname()).isEqualTo(read);
  }

  @Test
  void whatIsSkippedIsReadAsStrictly() {
    byte[] broken = GoldenTest.wrap("{\"Unknown\":{\"a\":[\"xyz\"]}}");
    int at = new String(broken, StandardCharsets.ISO_8859_1).indexOf("xyz");
    broken[at] = (byte) 0xed; // U+D800, which is no character
    broken[at + 1] = (byte) 0xa0;
    broken[at + 2] = (byte) 0x80;

    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> DhcpJson.readRequest(broken));
  }

  @ParameterizedTest(name = "MACAddress {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"CAAnKU5n\" | 08:00:27:29:4e:67",
        "\"08:00:27:29:4E:67\" | 08:00:27:29:4e:67",
        "\"08-00-27-29-4e-67\" | 08:00:27:29:4e:67",
        "\"0800.2729.4e67\" | 08:00:27:29:4e:67",
        "\"080027294e67\" | 08:00:27:29:4e:67",
        "[8,0,39,41,78,103] | 08:00:27:29:4e:67",
        "\"////////\" | ff:ff:ff:ff:ff:ff",
        "\"++++++++\" | fb:ef:be:fb:ef:be",
        "\"AAAAAAAAAAE=\" | 00:00:00:00:00:00:00:01",
        "null | ``",
        "\"\" | ``",
      })
  void hardwareAddressesComeInManyForms(String json, String mac) throws Exception {
    byte[] request = GoldenTest.wrap("{\"MacAddress\":" + json + "}");

    assertThat(DhcpJson.readRequest(request).mac()).hasToString(mac);
  }

  @ParameterizedTest(name = "SubnetMask {0}")
  @CsvSource({
    "255.255.255.0, 255.255.255.0",
    "////AA==, 255.255.255.0",
    "AAAAAAAAAAAAAP//////AA==, 255.255.255.0",
    "/24, 255.255.255.0",
    "0, 0.0.0.0",
  })
  void masksComeInManyForms(String json, String mask) throws Exception {
    assertThat(answer("{\"DHCP\":{\"SubnetMask\":\"" + json + "\"}}").dhcp().subnetMask())
        .isEqualTo(Inet4Address.ofLiteral(mask));
  }

  @Test
  void aZoneOfAnotherMachineIsNotWritten() throws Exception {
    byte[] linkLocal = new byte[16];
    linkLocal[0] = (byte) 0xfe;
    linkLocal[1] = (byte) 0x80;
    linkLocal[15] = 1;
    InetAddress peer = Inet6Address.getByAddress("", linkLocal, 7);
    FileRequest request =
        new FileRequest("f", FileRequest.Protocol.HTTP, peer, MacAddress.NONE, "");

    String written = new String(FileJson.write(Envelope.of("/t", "t"), request), UTF_8);

    assertThat(written).contains("\"Peer\":\"fe80:0:0:0:0:0:0:1\"");
    assertThat(FileJson.readRequest(written.getBytes(UTF_8)).peer().getAddress())
        .isEqualTo(linkLocal);
  }

  @Test
  void aPacketThatRepeatsItselfIsStillARequest() throws Exception {
    Facts f = Facts.NONE;
    Facts facts =
        new Facts(
            f.mode(),
            "",
            -1,
            Collections.nCopies(127, 7),
            "",
            Collections.nCopies(80, "x"),
            "",
            "",
            "",
            null,
            null,
            null,
            null,
            null,
            "",
            "");

    DhcpRequest read =
        DhcpJson.readRequest(
            DhcpJson.write(Envelope.of("/t", "t"), new DhcpRequest(MacAddress.NONE, "", facts)));

    assertThat(read.facts().clientArch()).hasSize(64).containsOnly(7);
    assertThat(read.facts().userClass()).hasSize(64);
  }

  @Test
  void elementsThatAreNoAddressesAreLeftOut() throws Exception {
    String data =
        "{\"DHCP\":{\"NameServers\":[\"1.1.1.1\",\"<nil>\",\"?010203\",\"\",null,\"fe80::1\"],"
            + "\"NTPServers\":\"9.9.9.9\"}}";

    assertThat(answer(data).dhcp().nameServers())
        .containsExactly(Inet4Address.ofLiteral("1.1.1.1"));
    assertThat(answer(data).dhcp().ntpServers()).containsExactly(Inet4Address.ofLiteral("9.9.9.9"));
  }

  @Test
  void aMappedIpv6AddressIsTheIpv4AddressInIt() throws Exception {
    assertThat(answer("{\"DHCP\":{\"IPAddress\":\"::ffff:c0a8:203\"}}").dhcp().ipAddress())
        .isEqualTo(Inet4Address.ofLiteral("192.168.2.3"));
  }

  @ParameterizedTest(name = "IPXEScriptURL {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | ``",
        "\"\" | ``",
        "\"http://h/boot.ipxe\" | http://h/boot.ipxe",
        "{\"Scheme\":\"http\",\"Host\":\"h\",\"Path\":\"/boot.ipxe\"} | http://h/boot.ipxe",
        "{\"Scheme\":\"http\",\"Host\":\"h:8080\",\"Path\":\"/a b\",\"User\":{}} | http://h:8080/a%20b",
      })
  void scriptUrlsComeInManyForms(String json, String url) throws Exception {
    assertThat(answer("{\"Netboot\":{\"IPXEScriptURL\":" + json + "}}").netboot().ipxeScriptUrl())
        .isEqualTo(url);
  }

  @ParameterizedTest(name = "{0} is an error: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Error\":{\"Code\":404,\"Message\":\"no\"}} | true",
        "{\"Error\":{\"Code\":404,\"Message\":\"\"}} | true",
        "{\"Error\":{\"Code\":0,\"Message\":\"no\"}} | true",
        "{\"Code\":403,\"Message\":\"no\"} | true",
        "{\"Error\":{\"Code\":0,\"Message\":\"\"}} | false",
        "{\"Error\":null} | false",
        "{} | false",
      })
  void anErrorHasACodeOrAMessage(String data, boolean error) throws Exception {
    DhcpResponse response = DhcpJson.readResponse(GoldenTest.wrap(data));

    assertThat(response instanceof DhcpResponse.Error).isEqualTo(error);
  }

  @Test
  void extensionsAndFactsSurviveTheRoundTrip() throws Exception {
    var answer =
        new DhcpResponse.Answer(
            DhcpResponse.Dhcp.NONE,
            DhcpResponse.Netboot.DENIED,
            new DhcpResponse.Extensions(
                Map.of(
                    26, new OptionValue.Bytes(List.of(5, 220)),
                    209, new OptionValue.Text("pxelinux.cfg/<a>&b")),
                "undionly.kpxe",
                Inet4Address.ofLiteral("10.0.0.1"),
                "why not",
                10,
                true));
    var request =
        new DhcpRequest(
            MacAddress.parse("52:54:00:77:00:10"),
            "",
            new DhcpRequest.Facts(
                DhcpRequest.Mode.PROXY,
                "REQUEST",
                0xFFFF_FFFFL,
                List.of(7, 9),
                "PXEClient:Arch:00007",
                List.of("iPXE"),
                "564d4c41-4200-4077-8000-000000000010",
                "01525400770010",
                "a host",
                Inet4Address.ofLiteral("192.168.77.100"),
                Inet4Address.ofLiteral("192.168.77.1"),
                Inet4Address.ofLiteral("192.168.77.101"),
                Inet4Address.ofLiteral("192.168.78.1"),
                Inet4Address.ofLiteral("192.168.79.0"),
                "0104deadbeef",
                "eth0"));
    Envelope envelope = Envelope.of("/t", "t");

    assertThat(DhcpJson.readResponse(DhcpJson.write(envelope, answer))).isEqualTo(answer);
    assertThat(DhcpJson.readRequest(DhcpJson.write(envelope, request))).isEqualTo(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{",
        "not json",
        "{\"specversion\":\"1.0\"}",
        "{\"specversion\":\"2.0\",\"data\":{}}",
        "{\"data\":7}",
        "{\"data\":\"{\"}",
        "{\"data_base64\":\"!\"}",
        "{\"data\":{\"DHCP\":{\"IPAddress\":\"999.1.1.1\"}}}",
        "{\"data\":{\"DHCP\":{\"IPAddress\":\"fe80::1\"}}}",
        "{\"data\":{\"DHCP\":{\"SubnetMask\":\"255.0.255.0\"}}}",
        "{\"data\":{\"DHCP\":{\"MACAddress\":\"xx:yy\"}}}",
        "{\"data\":{\"DHCP\":{\"LeaseTime\":-1}}}",
        "{\"data\":{\"DHCP\":{\"LeaseTime\":4294967296}}}",
        "{\"data\":{\"DHCP\":{\"LeaseTime\":1e9999999}}}",
        "{\"data\":{\"DHCP\":{\"LeaseTime\":\"soon\"}}}",
        "{\"data\":{\"DHCP\":{\"LeaseTime\":NaN}}}",
        "{\"data\":{\"DHCP\":{},\"Extensions\":{\"Options\":{\"255\":\"x\"}}}}",
        "{\"data\":{\"DHCP\":{},\"Extensions\":{\"Options\":{\"26\":[256]}}}}",
      })
  void whatIsNoResponseIsRefused(String message) {
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> DhcpJson.readResponse(message.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void depthAndSizeAreBounded() {
    byte[] deep = GoldenTest.wrap("{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000));
    byte[] large = GoldenTest.wrap("{\"a\":\"" + "x".repeat(2 << 20) + "\"}");

    for (byte[] message : List.of(deep, large)) {
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> DhcpJson.readResponse(message));
    }
  }

  private static DhcpResponse.Answer answer(String data) throws MalformedMessageException {
    return answer(GoldenTest.wrap(data));
  }

  private static DhcpResponse.Answer answer(byte[] message) throws MalformedMessageException {
    return (DhcpResponse.Answer) DhcpJson.readResponse(message);
  }
}
