package dev.bootbus.kernel.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bootbus.kernel.Lab;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.MacAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class NetworkTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");

  @ParameterizedTest(name = "{0} is {1}, broadcast {2}")
  @CsvSource({
    "192.168.77.9/24, 192.168.77.0/24, 192.168.77.255",
    "10.1.2.3/8, 10.0.0.0/8, 10.255.255.255",
    "172.16.5.4/22, 172.16.4.0/22, 172.16.7.255",
    "10.0.0.1/32, 10.0.0.1/32, 10.0.0.1",
    "192.168.0.1/1, 128.0.0.0/1, 255.255.255.255",
  })
  void subnets(String text, String subnet, String broadcast) {
    assertThat(Subnet.parse(text)).hasToString(subnet);
    assertThat(Subnet.parse(text).broadcast()).isEqualTo(Ipv4.parse(broadcast));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10.0.0.0", "10.0.0.0/0", "10.0.0.0/33", "10.0.0.0/x", "10.0/8", "/8"})
  void notSubnets(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Subnet.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "255.0.255.0", "0.0.0.255", "255.255.255.1"})
  void notMasks(String mask) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Subnet(Ipv4.parse("10.0.0.0"), Ipv4.parse(mask)))
        .withMessage("not a subnet mask: " + mask);
  }

  @Test
  void noServerIsLeased() {
    Network network =
        Lab.networks(
                "nodes: [{mac: 52:54:00:12:34:56, address: 192.168.77.7}]",
                "--pool",
                "192.168.77.0-192.168.77.255",
                "--subnet",
                "192.168.77.0/24",
                "--gateway",
                "192.168.77.1",
                "--dns",
                "192.168.77.2,8.8.8.8",
                "--ntp",
                "192.168.77.3",
                "--boot-url",
                "http://192.168.77.4:8080",
                "--exclude",
                "192.168.77.5",
                "--exclude",
                "192.168.77.6")
            .all()
            .getFirst();
    assertThat(network.pool()).isNotNull();
    for (int last : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 255}) {
      assertThat(network.pool().contains(Ipv4.parse("192.168.77." + last))).isFalse();
    }
    assertThat(network.pool().size()).isEqualTo(256 - 9);
  }

  @Test
  void tellsMaskBroadcastAndTheRest() {
    Dhcp dhcp =
        Lab.network(
                "--pool=192.168.77.100-192.168.77.200",
                "--subnet-mask=255.255.255.0",
                "--gateway=192.168.77.1",
                "--dns=1.1.1.1",
                "--dns=8.8.8.8",
                "--domain=lab.example",
                "--ntp=192.168.77.3",
                "--lease-time=900")
            .leased(MAC, "brave-otter", Ipv4.parse("192.168.77.100"));
    assertThat(dhcp)
        .isEqualTo(
            new Dhcp(
                MAC,
                Ipv4.parse("192.168.77.100"),
                Ipv4.parse("255.255.255.0"),
                Ipv4.parse("192.168.77.1"),
                List.of(Ipv4.parse("1.1.1.1"), Ipv4.parse("8.8.8.8")),
                "brave-otter",
                "lab.example",
                Ipv4.parse("192.168.77.255"),
                List.of(Ipv4.parse("192.168.77.3")),
                900,
                List.of()));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--pool=10.0.0.1-10.0.0.9 | machines need a subnet mask: set --subnet",
        "--pool=10.0.0.1-10.0.1.9 --subnet=10.0.0.0/24 | 10.0.1.9 is not in 10.0.0.0/24",
        "--pool=10.0.0.1-10.0.1.9 --subnet-mask=255.255.255.0 | 10.0.1.9 is not in 10.0.0.0/24",
        "--subnet=10.0.0.0/24 --gateway=10.0.1.1 | 10.0.1.1 is not in 10.0.0.0/24",
        "--subnet=10.0.0.0/24 --subnet-mask=255.255.0.0"
            + " | --subnet and --subnet-mask say different masks",
        "--dns=1.1.1.1,nine | --dns: not an IPv4 address: nine",
        "--lease-time=0 | --lease-time: not from 1 to 4294967295 seconds: 0",
        "--offer-time=4294967296 | --offer-time: not from 1 to 4294967295 seconds: 4294967296",
        "--boot-url=10.0.0.1 | --boot-url: not a URL such as http://192.168.77.1/: 10.0.0.1",
      })
  void refuses(String options, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lab.network(options.split(" ")))
        .withMessage(why);
  }

  @Test
  void nothingNeedsToBeSaidWhereOnlyBootOptionsAreGiven() {
    assertThat(Lab.network("--pool=", "--gateway=", "--dns=").pool()).isNull();
  }

  @Test
  void fixedAddressesNeedASubnet() {
    String fixed = "nodes: [{mac: 52:54:00:12:34:56, address: 10.0.0.7}]";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lab.networks(fixed))
        .withMessage("machines need a subnet mask: set --subnet");
    assertThat(Lab.networks(fixed, "--subnet-mask=255.0.0.0")).hasToString("10.0.0.0/8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lab.networks(fixed, "--subnet=10.0.1.0/24"))
        .withMessage("10.0.0.7 is not in 10.0.1.0/24");
  }
}
