package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.Allocation.Decision;
import dev.bootbus.kernel.Allocation.Leased;
import dev.bootbus.kernel.Claim.Kind;
import dev.bootbus.kernel.Lease.State;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class AllocationTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final MacAddress ME = Lab.mac(3);
  private static final MacAddress OTHER = Lab.mac(2);
  private static final Network NETWORK =
      Lab.network("--pool=10.0.0.10-10.0.0.12", "--subnet=10.0.0.0/24");

  private final Map<Inet4Address, Entry<Lease>> leases = new HashMap<>();

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
              .max(Comparator.comparing(address -> updated(address)))
              .orElse(null);
        }

        private @Nullable Lease lease(Inet4Address address) {
          return leases.get(address) instanceof Entry.Readable<Lease>(Lease lease, _)
              ? lease
              : null;
        }

        private Instant updated(Inet4Address address) {
          return lease(address) instanceof Lease lease ? lease.updated() : Instant.MIN;
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
    Claim claim = new Claim(ME, kind, address(asked), address(fixed), "01", "brave-otter");
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
    State state = words[2].equals("bound") ? State.BOUND : State.OFFERED;
    Instant expires = NOW.plusSeconds(Long.parseLong(words[3]));
    leases.put(
        address, new Entry.Readable<>(new Lease(mac, state, expires, "", "", NOW), revision));
  }

  private static @Nullable Inet4Address address(String octet) {
    return octet.equals("-") ? null : Ipv4.parse("10.0.0." + octet);
  }

  private String describe(Decision decision) {
    return switch (decision) {
      case Decision.Keep(Inet4Address address) -> "keep " + octet(address);
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
    for (Kind kind : Kind.values()) {
      for (Inet4Address asked : new Inet4Address[] {null, Ipv4.parse("10.0.0.11")}) {
        Claim claim = new Claim(ME, kind, asked, null, "", "");
        assertThat(Allocation.decide(none, leased, claim, NOW))
            .isEqualTo(new Decision.Refuse(503, "no pool configured: set --pool"));
      }
      Claim fixed = new Claim(ME, kind, null, Ipv4.parse("10.0.0.50"), "", "");
      assertThat(Allocation.decide(none, leased, fixed, NOW)).isInstanceOf(Decision.Write.class);
    }
  }

  /// The watch of another replica's writes runs while a decision is made.
  @Test
  void itsOwnRecordIsMetWhenItTurnsUpDuringTheSearch() {
    given("12", "me", "bound", "60");
    Entry<Lease> mine = leases.get(Ipv4.parse("10.0.0.12"));
    for (int octet = 10; octet <= 12; octet++) { // wherever the search begins
      Inet4Address address = Ipv4.parse("10.0.0." + octet);
      Set<Inet4Address> met = new HashSet<>();
      Leased late =
          new Leased() {
            @Override
            public @Nullable Entry<Lease> at(Inet4Address at) {
              assertThat(met.add(at)).describedAs("%s is looked up once", at).isTrue();
              return at.equals(address) ? mine : new Entry.Unreadable<>(1);
            }

            @Override
            public @Nullable Inet4Address lastOf(MacAddress mac) {
              return null;
            }
          };
      Claim claim = new Claim(ME, Kind.BIND, null, null, "", "");
      assertThat(Allocation.decide(NETWORK, late, claim, NOW))
          .isInstanceOfSatisfying(
              Decision.Write.class,
              write -> {
                assertThat(write.address()).isEqualTo(address);
                assertThat(write.instead()).isSameAs(mine);
              });
    }
  }
}
