package dev.bootbus.kernel.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.Lab;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

public class VacanciesTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");

  private static Vacancies of(String pool) {
    return new Vacancies(Pool.parse(pool));
  }

  private static Inet4Address ip(int last) {
    return Ipv4.parse("10.0.0." + last);
  }

  @Test
  void excludedAddressesAreNotChosen() {
    Pool pool = Pool.parse("10.0.0.1-10.0.0.3").without(Set.of(ip(2), ip(9)));
    assertThat(fill(new Vacancies(pool))).containsExactlyInAnyOrder(ip(1), ip(3));
  }

  @Test
  void everyAddressIsChosenOnceAndThenNoneIsLeft() {
    assertThat(fill(of("192.168.77.250-192.168.78.5"))).doesNotHaveDuplicates().hasSize(12);
  }

  private static List<Inet4Address> fill(Vacancies vacancies) {
    List<Inet4Address> chosen = new ArrayList<>();
    for (Inet4Address next = vacancies.choose(MAC, 0);
        next != null;
        next = vacancies.choose(MAC, 0)) {
      chosen.add(next);
      vacancies.recorded(next, 1);
    }
    return chosen;
  }

  @Test
  void theSameMachineFindsTheSameAddressEverywhere() {
    // CRC-32 of 52 54 00 12 34 56, so that other versions and languages agree
    assertThat(of("10.0.0.0-10.0.0.255").choose(MAC, 0)).isEqualTo(ip(124));
  }

  @Test
  void aFreeAddressGoesBeforeAnExpiredOne() {
    Vacancies vacancies = of("10.0.0.1-10.0.0.3");
    vacancies.recorded(ip(1), 10);
    vacancies.recorded(ip(2), 30);
    assertThat(vacancies.choose(MAC, 20)).isEqualTo(ip(3));
    vacancies.hold(ip(3));
    assertThat(vacancies.choose(MAC, 20)).isEqualTo(ip(1));
    vacancies.hold(ip(1));
    assertThat(vacancies.choose(MAC, 29)).isNull();
    assertThat(vacancies.choose(MAC, 30)).isEqualTo(ip(2));
  }

  @Test
  void whatExpiredLongAgoGoesBeforeWhatExpiredJustNow() {
    Vacancies vacancies = of("10.0.0.0-10.0.0.255");
    for (int last = 0; last < 256; last++) {
      vacancies.recorded(ip(last), last < 128 ? 10 : 20);
    }
    Set<Inet4Address> first = new HashSet<>();
    for (int machine = 0; machine < 128; machine++) {
      Inet4Address chosen = vacancies.choose(Lab.mac(machine), machine == 0 ? 10 : 20);
      first.add(chosen);
      vacancies.recorded(chosen, 1000);
    }
    assertThat(first).hasSize(128).allMatch(address -> (address.getAddress()[3] & 0xFF) < 128);
    assertThat(vacancies.choose(MAC, 20).getAddress()[3] & 0xFF).isGreaterThanOrEqualTo(128);
  }

  /// Machines of one replica, and of others, that come at once do not all want one address.
  @Test
  void machinesFindDifferentExpiredAddresses() {
    Vacancies vacancies = of("10.0.0.0-10.0.255.255");
    Inet4Address first = Ipv4.parse("10.0.0.0");
    for (int i = 0; i < 65_536; i++) {
      vacancies.recorded(Ipv4.of(Ipv4.number(first) + i), i);
    }
    Set<Inet4Address> chosen = new HashSet<>();
    for (int machine = 0; machine < 100; machine++) {
      chosen.add(vacancies.choose(Lab.mac(machine), 100_000));
    }
    assertThat(chosen.size()).isGreaterThan(95);
  }

  @Test
  void severalRangesAreUsedUp() {
    Pool pool =
        Pool.of(
                List.of(
                    Pool.Range.parse("10.0.0.1-10.0.0.3"),
                    Pool.Range.parse("10.0.0.200-10.0.0.201")))
            .without(Set.of(ip(2)));
    assertThat(fill(new Vacancies(pool))).containsExactlyInAnyOrder(ip(1), ip(3), ip(200), ip(201));
  }

  /// Beside a plain model that looks at every address.
  @Test
  void agreesWithAModel() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Vacancies vacancies = of("10.0.0.0-10.0.0.63");
    Map<Inet4Address, Long> records = new HashMap<>();
    Set<Inet4Address> held = new HashSet<>();
    long now = 0;
    for (int step = 0; step < 100_000; step++) {
      Inet4Address address = ip(random.nextInt(64));
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          long end = now + random.nextInt(200) - 20;
          vacancies.recorded(address, end);
          records.put(address, end);
        }
        case 2 -> {
          vacancies.cleared(address);
          records.remove(address);
        }
        case 3 -> {
          vacancies.hold(address);
          held.add(address);
        }
        case 4 -> {
          vacancies.release(address);
          held.remove(address);
        }
        default -> now += random.nextInt(10);
      }
      Inet4Address chosen = vacancies.choose(Lab.mac(random.nextInt(1 << 24)), now);
      boolean anyFree = false;
      boolean anyExpired = false;
      for (int last = 0; last < 64; last++) {
        if (!held.contains(ip(last))) {
          anyFree |= !records.containsKey(ip(last));
          anyExpired |= records.getOrDefault(ip(last), Long.MAX_VALUE) <= now;
        }
      }
      String where = "seed " + seed + ", step " + step;
      assertThat(chosen != null).describedAs(where).isEqualTo(anyFree || anyExpired);
      if (chosen != null) {
        assertThat(held).describedAs(where).doesNotContain(chosen);
        assertThat(records.containsKey(chosen)).describedAs(where).isEqualTo(!anyFree);
        assertThat(records.getOrDefault(chosen, now)).describedAs(where).isLessThanOrEqualTo(now);
      }
    }
  }
}
