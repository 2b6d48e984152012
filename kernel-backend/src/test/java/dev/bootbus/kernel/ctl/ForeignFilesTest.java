package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of other boot servers, as they write them; 2026-01-01T12:00:00Z, 1767268800, is now.
class ForeignFilesTest {
  /// As dnsmasq 2.89 writes it, whose lines `log_packet` and `lease_update_file` make.
  private static final String DNSMASQ =
      """
      1767272400 52:54:00:12:34:56 192.168.77.100 brave-otter 01:52:54:00:12:34:56
      1767272401 52:54:00:12:34:57 192.168.77.101 * *
      0 52:54:00:12:34:58 192.168.77.102 storage ff:00:01
      1767268800 52:54:00:12:34:59 192.168.77.103 gone *
      1767272400 52:54:00:12:34:60 192.168.77.105 no_name *
      1767272400 06-80:00:02:08:fe:80:00 192.168.77.104 * *

      duid 00:01:00:01:2b:3c:4d:5e:52:54:00:12:34:56
      1767272400 1193046 fd00::100 brave-otter 00:01:00:01:2b:3c:4d:5e:52:54:00:12:34:56
      1767272400 T1193046 fd00::101 * 00:01
      """;

  @Test
  void dnsmasqLeases() {
    Foreign.Contents contents = DnsmasqLeases.read("f", DNSMASQ, Run.NOW);
    assertThat(contents.faults()).isEmpty();
    assertThat(contents.notes())
        .containsExactly(
            "2 of IPv6 left out",
            "1 that are over left out",
            "1 host names left out, which are none (RFC 1123 §2.1)");
    assertThat(contents.entries().stream().map(Foreign::body).map(String::valueOf))
        .containsExactly(
            "{\"address\":\"192.168.77.100\",\"mac\":\"52:54:00:12:34:56\","
                + "\"expires\":1767272400000,\"hostname\":\"brave-otter\"}",
            "{\"address\":\"192.168.77.101\",\"mac\":\"52:54:00:12:34:57\","
                + "\"expires\":1767272401000}",
            // RFC 2131 §3.3: infinity is 0xffffffff seconds; here a day less
            "{\"address\":\"192.168.77.102\",\"mac\":\"52:54:00:12:34:58\","
                + "\"expires\":"
                + (1767268800L + 0xFFFFFFFFL - 86_400)
                + "000,\"hostname\":\"storage\"}",
            "{\"address\":\"192.168.77.105\",\"mac\":\"52:54:00:12:34:60\","
                + "\"expires\":1767272400000}",
            "{\"address\":\"192.168.77.104\",\"mac\":\"80:00:02:08:fe:80:00\","
                + "\"expires\":1767272400000}");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1767272400 52:54:00:12:34:56 192.168.77.100 | f:2: not a lease: 1767272400"
            + " 52:54:00:12:34:56 192.168.77.100",
        "x 52:54:00:12:34:56 192.168.77.100 a b | f:2: not a time in seconds: x",
        "-1 52:54:00:12:34:56 192.168.77.100 a b | f:2: not a time in seconds: -1",
        "99999999999 52:54:00:12:34:56 192.168.77.100 a b | f:2: not a time in seconds:"
            + " 99999999999",
        "0 brave-otter 192.168.77.100 a b | f:2: not a hardware address: brave-otter",
        "0 52:54 192.168.77.100 a b | f:2: not a hardware address: 52:54",
        "0 52:54:00:12:34:5 192.168.77.100 a b | f:2: not a hardware address: 52:54:00:12:34:5",
        "0 52:54:00:12:34:56 192.168.77 a b | f:2: not an IPv4 address: 192.168.77",
        "0 52:54:00:12:34:56 192.168.77.256 a b | f:2: not an IPv4 address: 192.168.77.256",
      })
  void aLineThatIsNoLeaseIsNamedAndTheRestIsRead(String line, String fault) {
    String text = "\n" + line + "\n0 52:54:00:12:34:56 192.168.77.9 a b\n";
    Foreign.Contents contents = DnsmasqLeases.read("f", text, Run.NOW);
    assertThat(contents.faults()).containsExactly(fault);
    assertThat(contents.entries()).extracting(Foreign::line).containsExactly(3);
  }

  /// As in its documentation: capital letters, and colons.
  private static final String BINDINGS =
      """
      {"dhcp": {"other": [{}], "binding": {
      \t"5C:9A:D8:5E:F2:E5": {"ipaddr": "192.168.2.20", "rom": "x.0", "router": "192.168.2.1",
                              "subnet": "255.255.255.0", "dns": ["1.1.1.1"]},
        "5C:9A:D8:5E:F2:E6": {"ipaddr": "192.168.2.21"},
        "5C:9A:D8:5E:F2:E7": {},
        "x": {"ipaddr": "192.168.2.22"},
        "5C:9A:D8:5E:F2:E8": {"ipaddr": "192.168.2"},
        "5C:9A:D8:5E:F2:E9": 7}}}
      """;

  @Test
  void pypxeBindings() {
    Foreign.Contents contents = PyPxeFile.read("f", BINDINGS, Run.NOW);
    assertThat(contents.entries().stream().map(entry -> entry.line() + " " + entry.body()))
        .containsExactly(
            "2 {\"mac\":\"5c:9a:d8:5e:f2:e5\",\"address\":\"192.168.2.20\"}",
            "4 {\"mac\":\"5c:9a:d8:5e:f2:e6\",\"address\":\"192.168.2.21\"}",
            "5 {\"mac\":\"5c:9a:d8:5e:f2:e7\"}");
    assertThat(contents.faults())
        .containsExactly(
            "f:6: x: not a hardware address: x",
            "f:7: 5C:9A:D8:5E:F2:E8: not an IPv4 address: 192.168.2",
            "f:8: 5C:9A:D8:5E:F2:E9: not an object");
    assertThat(contents.notes())
        .containsExactly(
            "rom, subnet, router and dns of 1 left out: dhcp-server import pypxe has them");
  }

  private static final String LEASES =
      """
      {"5C:9A:D8:5E:F2:E5": {"ip": "192.168.2.101", "expire": 1767272400.5, "ipxe": false},
       "5C:9A:D8:5E:F2:E7": {"ip": "192.168.2.102", "expire": 1767268800, "ipxe": true},
       "00:00:00:00:00:01": {"ip": "", "expire": 0, "ipxe": true},
       "00:00:00:00:00:02": {"ip": "192.168.2.103", "expire": "soon"}}
      """;

  @Test
  void pypxeLeases() {
    Foreign.Contents contents = PyPxeFile.read("f", LEASES, Run.NOW);
    assertThat(contents.entries().stream().map(entry -> entry.line() + " " + entry.body()))
        .containsExactly(
            "1 {\"address\":\"192.168.2.101\",\"mac\":\"5c:9a:d8:5e:f2:e5\","
                + "\"expires\":1767272400500}");
    assertThat(contents.notes()).containsExactly("1 that are over left out");
    assertThat(contents.faults())
        .containsExactly("f:4: 00:00:00:00:00:02: expire: not a time in seconds");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | f:1: not an object",
        "'' | f:1: not an object",
        "{\"a\": | f:1: not JSON: ",
        "{\"dhcp\": 1} | f:1: dhcp: not an object",
        "{\"dhcp\": {\"binding\": []}} | f:1: binding: not an object",
      })
  void whatIsNoneOfPypxesFilesIsRefused(String text, String complaint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PyPxeFile.read("f", text, Run.NOW))
        .withMessageStartingWith(complaint);
  }

  /// Half of a file, or somebody else's, is read or refused; nothing else is thrown.
  @Test
  void hostileFiles() {
    Random random = new Random(7);
    for (String text : List.of(DNSMASQ, BINDINGS, LEASES)) {
      for (int i = 0; i < 300; i++) {
        StringBuilder hostile = new StringBuilder(text);
        for (int n = random.nextInt(8); n >= 0; n--) {
          hostile.setCharAt(
              random.nextInt(hostile.length()),
              "{}[]:,\"0 x\n\u0000\ud800".charAt(random.nextInt(13)));
        }
        DnsmasqLeases.read("f", hostile.toString(), Run.NOW);
        try {
          PyPxeFile.read("f", hostile.toString(), Run.NOW);
        } catch (IllegalArgumentException e) {
          assertThat(e).hasMessageStartingWith("f:");
        }
      }
    }
  }
}
