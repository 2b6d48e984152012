package dev.bootbus.kernel.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.lease.Allocation.Decision;
import dev.bootbus.kernel.lease.Allocation.Leased;
import dev.bootbus.kernel.lease.Claim.Kind;
import dev.bootbus.kernel.lease.Lease.State;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

public class AllocationTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final MacAddress ME = Lab.mac(3);
  private static final MacAddress OTHER = Lab.mac(2);
  private static final String UUID = "564d4c41-4200-4077-8000-000000000010";
  private static final String OWNER = "uuid:" + UUID;
  private static final Network NETWORK =
      Lab.networks(
              """
              subnets:
                - subnet: 10.0.0.0/24
                  pools: 10.0.0.10-10.0.0.12
                  reservations: [{uuid: %s, address: 10.0.0.20}]
              """
                  .formatted(UUID))
          .all()
          .getFirst();

  private final Map<Inet4Address, Entry<Lease>> leases = new HashMap<>();

  private final Map<MacAddress, Inet4Address> offers = new HashMap<>();

  private final Leased leased =
      new Leased() {
        @Override
        public @Nullable Entry<Lease> at(Inet4Address address) {
          return leases.get(address);
        }

        @Override
        public @Nullable Inet4Address lastOf(MacAddress mac) {
          return leases.keySet().stream()
              .filter(address -> lease(address) instanceof Lease lease && lease.mac().equals(mac))
              .findAny()
              .orElse(null);
        }

        @Override
        public @Nullable Inet4Address offeredTo(MacAddress mac) {
          return offers.get(mac);
        }

        @Override
        public @Nullable MacAddress offerOf(Inet4Address address) {
          return offers.keySet().stream()
              .filter(mac -> address.equals(offers.get(mac)))
              .findAny()
              .orElse(null);
        }

        @Override
        public @Nullable Inet4Address vacancy(MacAddress mac) {
          Vacancies vacancies = new Vacancies(NETWORK.pool());
          leases.forEach(
              (address, entry) ->
                  vacancies.recorded(
                      address,
                      entry instanceof Entry.Readable<Lease>(Lease lease, _)
                          ? lease.expires().toEpochMilli()
                          : Long.MAX_VALUE));
          offers.values().forEach(vacancies::hold);
          return vacancies.choose(mac, NOW.toEpochMilli());
        }

        @Override
        public boolean isReserved(Inet4Address address) {
          return false;
        }

        @Override
        public int declined() {
          return (int)
              leases.keySet().stream()
                  .filter(
                      address ->
                          lease(address) instanceof Lease lease
                              && lease.state() == State.DECLINED
                              && lease.isLive(NOW))
                  .count();
        }

        private @Nullable Lease lease(Inet4Address address) {
          return leases.get(address) instanceof Entry.Readable<Lease>(Lease lease, _)
              ? lease
              : null;
        }
      };

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/allocation.csv", delimiter = '|')
  void decides(String why, String before, Kind kind, String asked, String fixed, String expected) {
    if (!before.equals("-")) {
      for (String lease : before.split(", ")) {
        given(lease.split(" "));
      }
    }
    Claim claim = new Claim(ME, kind, address(asked), address(fixed), OWNER, "01", "brave-otter");
    assertThat(describe(Allocation.decide(NETWORK, leased, claim, NOW))).isEqualTo(expected);
  }

  private void given(String... words) {
    Inet4Address address = Ipv4.parse("10.0.0." + words[0]);
    long revision = leases.size() + 1;
    if (words[1].equals("junk")) {
      leases.put(address, new Entry.Unreadable<>(revision));
      return;
    }
    MacAddress mac = words[1].equals("me") ? ME : OTHER;
    if (words[2].equals("offer")) {
      offers.put(mac, address);
      return;
    }
    Instant expires = NOW.plusSeconds(Long.parseLong(words[3]));
    State state = State.valueOf(words[2].toUpperCase(Locale.ROOT));
    Instant updated = expires.minusSeconds(3600);
    String owner = words.length > 4 ? OWNER : "";
    Lease lease = new Lease(mac, state, expires, "01", "brave-otter", updated, owner);
    leases.put(address, new Entry.Readable<>(lease, revision));
  }

  private static @Nullable Inet4Address address(String octet) {
    return octet.equals("-") ? null : Ipv4.parse("10.0.0." + octet);
  }

  private String describe(Decision decision) {
    return switch (decision) {
      case Decision.Keep(Inet4Address address) -> "keep " + octet(address);
      case Decision.Hold(Inet4Address address) -> "hold " + octet(address);
      case Decision.Stored(Inet4Address address) -> "stored " + octet(address);
      case Decision.Refuse(int code, String reason) -> "refuse " + code + " " + reason;
      case Decision.Write(Inet4Address address, Lease lease, Entry<Lease> instead) -> {
        assertThat(instead).isSameAs(leases.get(address));
        assertThat(lease.mac()).isEqualTo(ME);
        assertThat(lease.updated()).isEqualTo(NOW);
        yield "write "
            + octet(address)
            + " "
            + lease.state().name().toLowerCase(Locale.ROOT)
            + " "
            + Duration.between(NOW, lease.expires()).toSeconds();
      }
    };
  }

  private static int octet(Inet4Address address) {
    return address.getAddress()[3];
  }

  @Test
  void withoutAPoolOnlyDeclaredMachinesGetAnAddress() {
    Network none = Lab.network("--subnet=10.0.0.0/24");
    for (Kind kind : List.of(Kind.OFFER, Kind.SELECT, Kind.BIND)) {
      for (Inet4Address asked : new Inet4Address[] {null, Ipv4.parse("10.0.0.11")}) {
        Claim claim = new Claim(ME, kind, asked, null, "", "", "");
        assertThat(Allocation.decide(none, NOTHING, claim, NOW))
            .isEqualTo(
                new Decision.Refuse(
                    503, "no pool in 10.0.0.0/24: set --pool, or pools of the subnet"));
      }
    }
    Claim fixed = new Claim(ME, Kind.BIND, null, Ipv4.parse("10.0.0.50"), "", "", "");
    assertThat(Allocation.decide(none, NOTHING, fixed, NOW)).isInstanceOf(Decision.Write.class);
  }

  private static final Leased NOTHING =
      new Leased() {
        @Override
        public @Nullable Entry<Lease> at(Inet4Address address) {
          return null;
        }

        @Override
        public @Nullable Inet4Address lastOf(MacAddress mac) {
          return null;
        }

        @Override
        public @Nullable Inet4Address offeredTo(MacAddress mac) {
          return null;
        }

        @Override
        public @Nullable MacAddress offerOf(Inet4Address address) {
          return null;
        }

        @Override
        public @Nullable Inet4Address vacancy(MacAddress mac) {
          return null;
        }

        @Override
        public boolean isReserved(Inet4Address address) {
          return false;
        }

        @Override
        public int declined() {
          return 0;
        }
      };
}
