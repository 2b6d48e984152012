import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.Traceparent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;

/// What is asked and answered, the same for all kinds: a DISCOVER of a UEFI machine, and an answer
/// with every field that the Go original knows.
final class Samples {

  private static final Inet4Address ROUTER = Inet4Address.ofLiteral("192.168.2.1");

  private Samples() {}

  static BusSettings settings(String name, String url) {
    return BusSettings.of(name)
        .withServers(url)
        .withSubjects(Subjects.DEFAULT.withDhcp("bench.sdk"))
        .withDeadline(Duration.ofSeconds(5))
        .withMeters(new SimpleMeterRegistry());
  }

  /// @param number of the machine; each has another MAC, so that no question is spared
  static DhcpRequest request(int number) {
    byte[] mac = {
      0x52, 0x54, (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
    };
    Facts facts =
        new Facts(
            Mode.DHCP,
            "DISCOVER",
            number & 0xFFFF_FFFFL,
            List.of(7),
            "PXEClient:Arch:00007:UNDI:003016",
            List.of(),
            "564d4c41-4200-4077-8000-000000000010",
            "",
            "",
            null,
            null,
            null,
            null,
            null,
            "",
            "eth0");
    return new DhcpRequest(MacAddress.of(mac), Traceparent.fresh().toString(), facts);
  }

  static DhcpResponse answer(DhcpRequest request) {
    Dhcp dhcp =
        new Dhcp(
            request.mac(),
            Inet4Address.ofLiteral("192.168.2.199"),
            Inet4Address.ofLiteral("255.255.255.0"),
            ROUTER,
            List.of(Inet4Address.ofLiteral("1.1.1.1"), Inet4Address.ofLiteral("8.8.8.8")),
            "pxe-virtualbox",
            "example.com",
            Inet4Address.ofLiteral("192.168.2.255"),
            List.of(Inet4Address.ofLiteral("132.163.96.2")),
            86400,
            List.of("example.com", "example.net"));
    return new Answer(
        dhcp, new Netboot(true, "https://boot.netboot.xyz/ipxe/menu.ipxe?a=1&b=2"), Extensions.NONE);
  }
}
