package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Lease;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who has which address, over a real bus.
@ExtendWith(OnNats.class)
class AddressesTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");

  private Backends backends;

  @BeforeEach
  void connect(Backends own) {
    backends = own;
  }

  @Test
  void offersAnAddressAndThenLeasesIt() throws Exception {
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    String offered = backends.address(Lab.discover(MAC));
    assertThat(offered).isBetween("192.168.77.100", "192.168.77.103");
    assertThat(backends.address(Lab.discover(MAC))).isEqualTo(offered); // it is sent again
    assertThat(backends.storedLeases()).isEmpty();

    DhcpResponse.Answer answer = backends.answer(Lab.select(MAC, offered));
    assertThat(answer.dhcp())
        .isEqualTo(
            new Dhcp(
                MAC,
                Ipv4.parse(offered),
                Ipv4.parse("255.255.255.0"),
                Ipv4.parse("192.168.77.1"),
                List.of(),
                "steady-hornet",
                "",
                Ipv4.parse("192.168.77.255"),
                List.of(),
                3600,
                List.of()));
    Lease bound = backends.storedLeases().get(offered);
    assertThat(bound.state()).isEqualTo(Lease.State.BOUND);
    assertThat(bound.expires()).isEqualTo(backends.clock.instant().plusSeconds(3600));
    assertThat(bound.hostname()).isEqualTo("steady-hornet");
  }

  @Test
  void renewsALease() throws Exception {
    backends.start("", Lab.SMALL_POOL);
    String first = backends.address(Lab.request(MAC, null));
    backends.clock.pass(Duration.ofSeconds(1800));
    assertThat(backends.address(Lab.request(MAC, first))).isEqualTo(first);
    assertThat(backends.storedLeases().get(first).expires())
        .isEqualTo(backends.clock.instant().plusSeconds(3600));
    assertThat(backends.storedLeases()).hasSize(1);
  }

  @Test
  void showsAMachineItsOwnAddressWhenItAsksForAnother() throws Exception {
    backends.start("", Lab.SMALL_POOL);
    String mine = backends.address(Lab.request(MAC, "192.168.77.101"));
    String other = backends.address(Lab.request(Lab.mac(7), "192.168.77.103"));
    assertThat(backends.address(Lab.request(MAC, other))).isEqualTo(mine);
    assertThat(backends.ask(Lab.request(Lab.mac(8), other)))
        .isEqualTo(new DhcpResponse.Error(409, "192.168.77.103 belongs to another machine"));
    assertThat(backends.storedLeases().get(other).mac()).isEqualTo(Lab.mac(7));
  }

  @Test
  void anExhaustedPoolSaysSoUntilALeaseExpires() throws Exception {
    backends.start("", Lab.SMALL_POOL);
    for (int i = 0; i < 4; i++) {
      backends.address(Lab.request(Lab.mac(i), null));
    }
    DhcpResponse exhausted =
        new DhcpResponse.Error(
            503, "pool exhausted: all 4 addresses of 192.168.77.100-192.168.77.103 are leased");
    assertThat(backends.ask(Lab.discover(MAC))).isEqualTo(exhausted);
    backends.clock.pass(Duration.ofSeconds(3599));
    assertThat(backends.ask(Lab.discover(MAC))).isEqualTo(exhausted);
    backends.clock.pass(Duration.ofSeconds(1));
    assertThat(backends.address(Lab.discover(MAC))).startsWith("192.168.77.10");
    assertThat(backends.storedLeases()).hasSize(4);
  }

  @Test
  void anOfferThatNobodyTakesIsFreeAgain() throws Exception {
    backends.start("", "--pool=192.168.77.100-192.168.77.100", "--subnet=192.168.77.0/24");
    assertThat(backends.address(Lab.discover(Lab.mac(1)))).isEqualTo("192.168.77.100");
    assertThat(backends.ask(Lab.discover(MAC))).isInstanceOf(DhcpResponse.Error.class);
    backends.clock.pass(Duration.ofSeconds(60));
    assertThat(backends.address(Lab.discover(MAC))).isEqualTo("192.168.77.100");
  }

  @Test
  void aFixedAddressIsItsMachinesAlone() throws Exception {
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    MacAddress storage = MacAddress.parse("52:54:00:00:00:50");
    DhcpResponse.Answer answer = backends.answer(Lab.discover(storage));
    assertThat(answer.dhcp().ipAddress()).isEqualTo(Ipv4.parse("192.168.77.50"));
    assertThat(answer.dhcp().hostname()).isEqualTo("storage-1");
    for (int i = 0; i < 3; i++) {
      assertThat(backends.address(Lab.request(Lab.mac(i), null))).isNotEqualTo("192.168.77.102");
    }
    assertThat(backends.ask(Lab.discover(Lab.mac(3)))).isInstanceOf(DhcpResponse.Error.class);
    MacAddress inside = MacAddress.parse("52:54:00:00:00:51");
    assertThat(backends.address(Lab.request(inside, null))).isEqualTo("192.168.77.102");
  }

  @Test
  void anyReplicaBindsWhatAnotherHasOffered() throws Exception {
    backends.start("", Lab.SMALL_POOL);
    String offered = backends.address(Lab.discover(MAC));
    backends.start("", Lab.SMALL_POOL);
    backends.stopOldest();
    assertThat(backends.address(Lab.select(MAC, offered))).isEqualTo(offered);
    assertThat(backends.storedLeases().get(offered).mac()).isEqualTo(MAC);
  }

  @Test
  void aReleasedAddressIsFreeAndItsMachineGetsItAgain() throws Exception {
    backends.start("", "--pool=192.168.77.100-192.168.77.101", "--subnet=192.168.77.0/24");
    String mine = backends.address(Lab.request(MAC, null));
    String other = backends.address(Lab.request(Lab.mac(1), null));
    DhcpResponse notMine = backends.ask(Lab.release(MAC, other));
    assertThat(notMine)
        .isEqualTo(new DhcpResponse.Error(409, other + " is not leased to this machine"));
    assertThat(backends.ask(Lab.release(MAC, mine))).isInstanceOf(DhcpResponse.Answer.class);
    Lease released = backends.storedLeases().get(mine);
    assertThat(released.state()).isEqualTo(Lease.State.RELEASED);
    assertThat(released.expires()).isEqualTo(backends.clock.instant());
    assertThat(released.hostname()).isEqualTo("steady-hornet");
    assertThat(backends.address(Lab.discover(MAC))).isEqualTo(mine);
    assertThat(backends.ask(Lab.discover(Lab.mac(2)))).isInstanceOf(DhcpResponse.Error.class);
    backends.clock.pass(Duration.ofSeconds(60)); // the offer is over
    assertThat(backends.address(Lab.discover(Lab.mac(2)))).isEqualTo(mine);
  }

  private static DhcpRequest decline(MacAddress mac, String address) {
    return Lab.request(mac, Mode.DHCP, "DECLINE", address, List.of());
  }

  @Test
  void aDeclinedAddressIsNobodysForAWhile() throws Exception {
    backends.start("", Lab.SMALL_POOL);
    String first = backends.address(Lab.request(MAC, null));
    assertThat(backends.ask(decline(MAC, first))).isInstanceOf(DhcpResponse.Answer.class);
    assertThat(backends.ask(decline(Lab.mac(1), first))).isInstanceOf(DhcpResponse.Error.class);
    String second = backends.address(Lab.request(MAC, null));
    assertThat(second).isNotEqualTo(first);
    for (int i = 0; i < 2; i++) {
      assertThat(backends.address(Lab.request(Lab.mac(i), null))).isNotEqualTo(first);
    }
    assertThat(backends.ask(Lab.discover(Lab.mac(2)))).isInstanceOf(DhcpResponse.Error.class);
    backends.clock.pass(Duration.ofSeconds(600));
    assertThat(backends.address(Lab.discover(Lab.mac(2)))).isEqualTo(first);
  }

  /// Each of many machines that there are not declines whatever it is offered.
  @Test
  void aFloodOfDeclinesLeavesThePoolAlive() throws Exception {
    backends.start("", "--pool=10.0.0.1-10.0.0.100", "--subnet=10.0.0.0/8", "--max-declined=20");
    for (int i = 0; i < 300; i++) {
      MacAddress mac = Lab.mac(1000 + i);
      String offered = backends.address(Lab.discover(mac));
      assertThat(backends.ask(decline(mac, offered))).isInstanceOf(DhcpResponse.Answer.class);
    }
    for (int i = 0; i < 80; i++) {
      assertThat(backends.address(Lab.request(Lab.mac(i), null))).startsWith("10.0.0.");
    }
    assertThat(backends.ask(Lab.discover(Lab.mac(99)))).isInstanceOf(DhcpResponse.Error.class);
  }

  @Test
  void anInformGetsSettingsAndNoAddress() throws Exception {
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    Dhcp dhcp = backends.answer(Lab.request(MAC, Mode.DHCP, "INFORM", null, List.of())).dhcp();
    assertThat(dhcp.ipAddress()).isNull();
    assertThat(dhcp.leaseTime()).isZero();
    assertThat(dhcp.defaultGateway()).isEqualTo(Ipv4.parse("192.168.77.1"));
    assertThat(backends.leases().keys()).isEmpty();
  }
}
