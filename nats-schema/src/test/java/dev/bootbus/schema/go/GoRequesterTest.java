package dev.bootbus.schema.go;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.go.GoOutcome.Accepted;
import dev.bootbus.schema.go.GoOutcome.NoRecord;
import dev.bootbus.schema.go.GoOutcome.Panic;
import dev.bootbus.schema.go.GoOutcome.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The double of the Go front end against what the Go original was seen to do. In the rows `'`
/// stands for `"`, and DATA for a record with one address.
class GoRequesterTest {
  private static final String ID = "f0f7ed74-510a-4a98-ad08-be29d5c0fa68";
  private static final String DATA = "{\"DHCP\":{\"IPAddress\":\"192.168.2.3\"}}";

  static byte[] golden(String name) throws IOException {
    String file = "/golden/" + name + ".json";
    try (InputStream in =
        Objects.requireNonNull(GoRequesterTest.class.getResourceAsStream(file), name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] event(String row) {
    String inText = "\"" + DATA.replace("\"", "\\\"") + "\"";
    String base64 = "\"" + Base64.getEncoder().encodeToString(DATA.getBytes()) + "\"";
    return row.replace('\'', '"')
        .replace("DATA", DATA)
        .replace("TEXT", inText)
        .replace("BASE64", base64)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static GoOutcome read(String data) {
    return GoRequester.decode(
        event("{'specversion':'1.0','datacontenttype':'application/json','data':" + data + "}"));
  }

  @ParameterizedTest
  @CsvSource({
    "request-go-notrace, 08:00:27:29:4e:67, ''",
    "request-go-nilmac, '', ''",
    "request-go-traceparent, 08:00:27:29:4e:67,"
        + " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  })
  void aRequestIsTheGoldenBytes(String name, String mac, String traceparent) throws Exception {
    assertThat(GoRequester.encode(ID, "org.tinkerbell.dhcp.backend.nats.read", mac, traceparent))
        .asString()
        .isEqualTo(new String(golden(name), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "00:00:00:00:00:01, AAAAAAAB",
    "ff:ff:ff:ff:ff:ff, ////////",
    "fb:ef:be:fb:ef:be, ++++++++",
    "00:00:00:00:00:00:00:01, AAAAAAAAAAE=",
  })
  void anAddressIsPaddedStandardBase64(String mac, String base64) {
    assertThat(GoRequester.encode(ID, "t", mac, ""))
        .asString()
        .contains("\"MACAddress\":\"" + base64 + "\"");
  }

  @ParameterizedTest(name = "OK: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data_base64 after specversion | {'specversion':'1.0','data_base64':BASE64}",
        "data_base64 before specversion | {'data_base64':BASE64,'specversion':'1.0'}",
        "data before the attributes | {'data':DATA,'id':'1','source':'/s','specversion':'1.0'}",
        "no datacontenttype, id, source, type | {'specversion':'1.0','data':DATA}",
        "charset | {'specversion':'1.0','datacontenttype':'application/json; charset=utf-8',"
            + "'data':DATA}",
        "whitespace and pretty JSON | { 'specversion' : '1.0' , 'data' : DATA } ",
        "specversion 0.3 | {'specversion':'0.3','data':DATA}",
        "0.3 base64 | {'specversion':'0.3','datacontentencoding':'base64','data':BASE64}",
        "time null | {'specversion':'1.0','time':null,'data':DATA}",
        "time RFC3339 nanos | {'specversion':'1.0','time':'2022-03-01T12:00:00.123456789+01:00',"
            + "'data':DATA}",
        "extension attributes with text, number, boolean, null | {'specversion':'1.0',"
            + "'traceparent':'x','n1':1.5,'b':true,'z':null,'data':DATA}",
        "extension name in upper case, no attribute | {'specversion':'1.0','traceParent':'x',"
            + "'data':DATA}",
        "subject and dataschema | {'specversion':'1.0','subject':'s','dataschema':'http://s/',"
            + "'data':DATA}",
        "JSON as text of another type | {'specversion':'1.0','datacontenttype':'text/plain',"
            + "'data':TEXT}",
      })
  void theseEventsAreRead(String name, String event) {
    assertThat(GoRequester.decode(event(event)))
        .isEqualTo(GoRequester.decode(event("{'specversion':'1.0','data':DATA}")));
    assertThat(GoRequester.decode(event(event)))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> assertThat(accepted.record().ipAddress()).isEqualTo("192.168.2.3"));
  }

  @ParameterizedTest(name = "OK: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "any subset of keys | DATA",
        "keys in any case | {'dhcp':{'ipaddress':'192.168.2.3'}}",
        "unknown top-level keys | {'X':{'y':[1]},'DHCP':{'IPAddress':'192.168.2.3'}}",
        "unknown keys inside Netboot | {'Netboot':{'X':1},'DHCP':{'IPAddress':'192.168.2.3'}}",
        "unknown keys in DHCP if null or '' | {'DHCP':{'X':null,'Y':'',"
            + "'IPAddress':'192.168.2.3'}}",
        "url null | {'Netboot':{'IPXEScriptURL':null},'DHCP':{'IPAddress':'192.168.2.3'}}",
        "missing Netboot is allow false | {'DHCP':{'IPAddress':'192.168.2.3'}}",
      })
  void theseRecordsAreRead(String name, String data) {
    assertThat(read(data)).isEqualTo(read("DATA")).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest(name = "OK: MAC {0}")
  @CsvSource({
    "08:00:27:29:4e:67",
    "08:00:27:29:4E:67",
    "08-00-27-29-4e-67",
    "0800.2729.4e67",
  })
  void addressesAsTextAreRead(String mac) {
    assertThat(read("{'DHCP':{'MACAddress':'" + mac + "'}}"))
        .isEqualTo(new Accepted(GoRecord.EMPTY.withMac("08:00:27:29:4e:67")));
  }

  @ParameterizedTest(name = "OK: url object {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'Scheme':'http','Host':'h','Path':'/p'} | http://h/p",
        "{'Scheme':'http','Host':'h','Path':'/a b/${mac:hexhyp}.ipxe'}"
            + " | http://h/a%20b/$%7Bmac:hexhyp%7D.ipxe",
        "{'Scheme':'http','Opaque':'//h/${mac}'} | http://h/${mac}",
        "{'Scheme':'http','User':{},'Host':'h','Path':'/p'} | http://@h/p",
        "{'Scheme':'http','Host':'[fe80::1%eth0]:8080'} | http://[fe80::1%25eth0]:8080",
        "{'Scheme':'http','Host':'h','Path':'/p','ForceQuery':true} | http://h/p?",
        "{'Scheme':'mailto','Opaque':'x@y'} | mailto:x@y",
      })
  void urlObjectsArePrinted(String object, String url) {
    assertThat(read("{'Netboot':{'AllowNetboot':true,'IPXEScriptURL':" + object + "}}"))
        .isEqualTo(new Accepted(GoRecord.EMPTY.withNetboot(true, url)));
  }

  @ParameterizedTest(name = "REJECTED: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "unknown non-empty key inside DHCP | {'DHCP':{'X':1}}",
        "IPXEScriptURL as string | {'Netboot':{'IPXEScriptURL':'http://h/'}}",
        "IPXEScriptURL as empty string | {'Netboot':{'IPXEScriptURL':''}}",
        "base64 MAC inside nested DHCP | {'DHCP':{'MACAddress':'CAAnKU5n'}}",
        "base64 mask inside nested DHCP | {'DHCP':{'SubnetMask':'////AA=='}}",
        "MAC of seven bytes | {'DHCP':{'MACAddress':'08:00:27:29:4e:67:01'}}",
        "mask ffffff00 | {'DHCP':{'SubnetMask':'ffffff00'}}",
        "mask /24 | {'DHCP':{'SubnetMask':'/24'}}",
        "mask v6 | {'DHCP':{'SubnetMask':'ffff::'}}",
        "IP 'zero IP' | {'DHCP':{'IPAddress':'zero IP'}}",
        "IP 'invalid IP' | {'DHCP':{'DefaultGateway':'invalid IP'}}",
        "LeaseTime as string | {'DHCP':{'LeaseTime':'60'}}",
        "LeaseTime out of float64 | {'DHCP':{'LeaseTime':1e400}}",
        "Error.Code as string | {'Error':{'Code':'404','Message':'m'}}",
        "Error.Code as fraction | {'Error':{'Code':4.0,'Message':'m'}}",
        "null among the name servers | {'DHCP':{'NameServers':[null]}}",
        "data as JSON string | TEXT",
        "data as array | []",
      })
  void theseRecordsAreRejected(String name, String data) {
    assertThat(read(data)).isInstanceOf(Rejected.class);
  }

  @ParameterizedTest(name = "REJECTED: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no JSON | not JSON",
        "missing data | {'specversion':'1.0'}",
        "datacontenttype +json with object data | {'specversion':'1.0',"
            + "'datacontenttype':'application/cloudevents+json','data':DATA}",
        "specversion missing | {'data':DATA}",
        "specversion 1.0.2 | {'specversion':'1.0.2','data':DATA}",
        "extension name with _ | {'specversion':'1.0','a_b':'x','data':DATA}",
        "extension name with - | {'specversion':'1.0','a-b':'x','data':DATA}",
        "attribute in upper case | {'specversion':'1.0','ID':'x','data':DATA}",
        "Data in upper case | {'specversion':'1.0','Data':DATA}",
        "extension that is an object | {'specversion':'1.0','x':{},'data':DATA}",
        "extension that is an array | {'specversion':'1.0','x':[],'data':DATA}",
        "extension beyond int32 | {'specversion':'1.0','x':3e9,'data':DATA}",
        "unparsable time | {'specversion':'1.0','time':'soon','data':DATA}",
        "empty source | {'specversion':'1.0','source':'','data':DATA}",
        "id that is a number | {'specversion':'1.0','id':7,'data':DATA}",
      })
  void theseEventsAreRejected(String name, String event) {
    assertThat(GoRequester.decode(event(event))).isInstanceOf(Rejected.class);
  }

  @ParameterizedTest(name = "PANIC: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "NameServers as non-empty string | {'DHCP':{'NameServers':'1.1.1.1'}}",
        "NTPServers as number | {'DHCP':{'NTPServers':1}}",
        "DomainSearch as object | {'DHCP':{'DomainSearch':{}}}",
        "NameServers as boolean | {'DHCP':{'NameServers':false}}",
      })
  void theseRecordsEndTheProcess(String name, String data) {
    assertThat(read(data)).isInstanceOf(Panic.class);
  }

  @ParameterizedTest(name = "SILENT: {0} is an empty record")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "F1 | {'MACAddress':'CAAnKU5n','IPAddress':'192.168.2.3','Code':0,'Message':''}",
        "F2 | {'MACAddress':null,'IPAddress':'192.168.2.3','Error':{'Code':0,'Message':''}}",
        "F3 | {'MACAddress':'08:00:27:29:4e:67','IPAddress':'192.168.2.3'}",
        "Error with Code but empty Message | {'Error':{'Code':404,'Message':''}}",
        "flat Code/Message | {'Code':404,'Message':'mac not found'}",
        "data null | null",
      })
  void theseLoseWhatTheySay(String name, String data) {
    assertThat(read(data)).isEqualTo(new Accepted(GoRecord.EMPTY));
  }

  @ParameterizedTest(name = "SILENT: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bad IP text in NameServers becomes nil"
            + " | {'DHCP':{'NameServers':['1.1.1.1','bad','?010203','','::ffff:1.2.3.4']}}"
            + " | 1.1.1.1,<nil>,<nil>,1.2.3.4 | 0",
        "negative LeaseTime wraps | {'DHCP':{'LeaseTime':-1}} | `` | 4294967295",
        "LeaseTime beyond uint32 wraps | {'DHCP':{'LeaseTime':4294967297}} | `` | 1",
        "fraction of LeaseTime is cut off | {'DHCP':{'LeaseTime':1.9}} | `` | 1",
      })
  void theseAreReadAsSomethingElse(String name, String data, String servers, long leaseTime) {
    assertThat(read(data))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              assertThat(String.join(",", accepted.record().nameServers())).isEqualTo(servers);
              assertThat(accepted.record().leaseTime()).isEqualTo(leaseTime);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "response-go-nested-pointer, Accepted",
    "response-go-nested-byvalue, Rejected",
    "response-go-error-pointer, NoRecord",
    "response-go-error-byvalue, NoRecord",
    "response-go-flat-inline-1fadfd7, Accepted",
    "response-go-baredhcp-7c1f612, Accepted",
  })
  void theGoldenResponsesAreReadAsTheGoOriginalDid(String name, String outcome) throws Exception {
    GoOutcome read = GoRequester.decode(golden(name));

    assertThat(read.getClass().getSimpleName()).isEqualTo(outcome);
    if (read instanceof Accepted(GoRecord record)) {
      boolean nested = name.endsWith("pointer");
      assertThat(record).isEqualTo(nested ? GoRecord.GOLDEN : GoRecord.EMPTY);
    } else if (read instanceof NoRecord error) {
      assertThat(error).isEqualTo(new NoRecord(404, "mac not found"));
    }
  }
}
