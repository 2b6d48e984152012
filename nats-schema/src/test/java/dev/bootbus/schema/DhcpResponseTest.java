package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.DhcpResponse.Dhcp;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The short ways of a backend to say its answer, as they arrive.
class DhcpResponseTest {
  private static final Inet4Address ADDRESS = Inet4Address.ofLiteral("192.168.77.100");
  private static final Inet4Address MASK = Inet4Address.ofLiteral("255.255.255.0");
  private static final Inet4Address ROUTER = Inet4Address.ofLiteral("192.168.77.1");
  private static final MacAddress MAC = MacAddress.parse("52:54:00:77:00:10");

  private static DhcpResponse arrived(DhcpResponse said) throws Exception {
    return DhcpJson.readResponse(DhcpJson.write(Envelope.of("/t", "t"), said));
  }

  @Test
  void eachNoHasItsCode() throws Exception {
    Map<Integer, DhcpResponse> noes =
        Map.of(
            404, DhcpResponse.unknown("why"),
            403, DhcpResponse.notAllowed("why"),
            409, DhcpResponse.conflict("why"),
            429, DhcpResponse.slowDown("why"),
            503, DhcpResponse.notNow("why"));
    for (Map.Entry<Integer, DhcpResponse> no : noes.entrySet()) {
      assertThat(arrived(no.getValue())).isEqualTo(new DhcpResponse.Error(no.getKey(), "why"));
    }
  }

  @Test
  void anAddressHasWhatWasSaidAndNothingElse() throws Exception {
    Dhcp dhcp =
        Dhcp.of(MAC, ADDRESS, MASK, 60)
            .withGateway(ROUTER)
            .withNameServers(List.of(ROUTER))
            .withHostname("node-1");
    Dhcp expected =
        new Dhcp(
            MAC,
            ADDRESS,
            MASK,
            ROUTER,
            List.of(ROUTER),
            "node-1",
            "",
            null,
            List.of(),
            60,
            List.of());

    DhcpResponse.Answer address = (DhcpResponse.Answer) arrived(DhcpResponse.address(dhcp));
    assertThat(address.dhcp()).isEqualTo(expected);
    assertThat(address.netboot().allowNetboot()).isFalse();

    DhcpResponse.Answer boot = (DhcpResponse.Answer) arrived(DhcpResponse.boot(dhcp, "http://h/b"));
    assertThat(boot.dhcp()).isEqualTo(expected);
    assertThat(boot.netboot()).isEqualTo(new DhcpResponse.Netboot(true, "http://h/b"));
  }
}
