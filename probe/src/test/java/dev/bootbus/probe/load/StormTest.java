package dev.bootbus.probe.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StormTest {
  private static final MacAddress PREFIX = MacAddress.parse("02:b0:07");
  private static final Duration LONG = Duration.ofSeconds(30);

  private static Life booted(Duration took) {
    return new Life(Map.of(Stage.ADDRESS, took), Optional.empty(), Optional.empty(), took);
  }

  private static Life failed(Stage stage, Cause cause, String detail) {
    Life.Failure failure = new Life.Failure(stage, new Finding(cause, detail));
    return new Life(Map.of(), Optional.of(failure), Optional.empty(), Duration.ZERO);
  }

  private static Storm.Shape atOnce(int machines) {
    return new Storm.Shape(Duration.ZERO, machines, LONG);
  }

  @Test
  void everyMachineIsSwitchedOnOnceAndNoMoreThanThatAtOnce() throws Exception {
    Set<MacAddress> seen = ConcurrentHashMap.newKeySet();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch eight = new CountDownLatch(8);
    Tally tally = new Tally();
    Boot boot =
        (machine, _) -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          eight.countDown();
          eight.await(); // so that it is seen whether eight are let in at once
          assertThat(seen.add(machine)).isTrue();
          now.decrementAndGet();
          return booted(Duration.ofMillis(5));
        };

    new Storm(new Fleet(200, PREFIX, 0), atOnce(8), boot, tally).run();

    assertThat(seen).hasSize(200);
    assertThat(most).hasValue(8);
    assertThat(tally.count()).isEqualTo(new Tally.Count(0, 200, 0, 0));
  }

  @Test
  void theRampIsTheTimeFromTheFirstToTheLast() throws Exception {
    Duration ramp = Duration.ofMillis(200);
    Tally tally = new Tally();
    long began = System.nanoTime();

    new Storm(
            new Fleet(50, PREFIX, 0),
            new Storm.Shape(ramp, 50, LONG),
            (_, _) -> booted(Duration.ZERO),
            tally)
        .run();

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThan(ramp.multipliedBy(9).dividedBy(10));
    assertThat(tally.count().booted()).isEqualTo(50);
  }

  @Test
  void failuresAreCountedByCauseWithTheFirstAsExample() throws Exception {
    AtomicInteger number = new AtomicInteger();
    Tally tally = new Tally();
    Boot boot =
        (_, _) -> {
          int n = number.getAndIncrement();
          return n % 10 == 0
              ? failed(Stage.LOADER, Cause.TFTP_STALLED, "machine " + n)
              : n % 10 == 1
                  ? failed(Stage.ADDRESS, Cause.NO_OFFER, "")
                  : booted(Duration.ofMillis(n));
        };

    new Storm(new Fleet(105, PREFIX, 0), atOnce(1), boot, tally).run();
    Summary summary = Summary.of(105, tally, Duration.ofSeconds(2), 3);

    assertThat(summary.allBooted()).isFalse();
    assertThat(summary.silence()).isFalse();
    assertThat(summary.lines())
        .contains(
            "83 of 105 machines booted in 2.0 s: 41.5 machines/s, 0.0 MB/s",
            "11 failed: the TFTP server stops in the middle of the file (tftp-stalled)",
            "  the first at loader: machine 0",
            "11 failed: no DHCP server answers (no-offer)",
            "3 addresses released");
    assertThat(summary.json().at("/stages/boot/machines").intValue()).isEqualTo(83);
    assertThat(summary.json().at("/stages/boot/max").doubleValue()).isBetween(103., 106.);
    assertThat(summary.json().at("/failures").findValuesAsText("cause"))
        .containsExactlyInAnyOrder("tftp-stalled", "no-offer");
  }

  @Test
  void nobodyAnsweredIsSomethingElseThanBroken() throws Exception {
    Tally tally = new Tally();

    new Storm(
            new Fleet(3, PREFIX, 0),
            atOnce(3),
            (_, _) -> failed(Stage.ADDRESS, Cause.NO_OFFER, ""),
            tally)
        .run();
    tally.explain(new Finding(Cause.POOL_EXHAUSTED, "all are used up"));
    Summary summary = Summary.of(3, tally, Duration.ZERO, 0);

    assertThat(summary.silence()).isTrue();
    assertThat(summary.lines())
        .contains(
            "3 failed: the server has no address left (pool-exhausted)",
            "  the first at address: all are used up");
  }

  @Test
  void anAddressIsOneMachinesForTheWholeStorm() {
    Ledger ledger = new Ledger();
    Inet4Address address = Inet4Address.ofLiteral("192.0.2.7");
    MacAddress one = MacAddress.parse("02:b0:07:00:00:01");

    assertThat(ledger.address(one, address)).isEmpty();
    assertThat(ledger.address(one, address)).isEmpty();
    assertThat(ledger.address(MacAddress.parse("02:b0:07:00:00:02"), address))
        .contains(
            new Finding(
                Cause.ADDRESS_GIVEN_TWICE,
                "192.0.2.7 was given to 02:b0:07:00:00:01 and to 02:b0:07:00:00:02"));
  }

  @Test
  void aFileIsTheSameForAll() {
    Ledger ledger = new Ledger();
    URI uri = URI.create("http://192.0.2.1/vmlinuz");

    assertThat(ledger.file(uri, new byte[32])).isEmpty();
    assertThat(ledger.file(uri, new byte[32])).isEmpty();
    assertThat(ledger.file(URI.create("http://192.0.2.1/initrd"), new byte[] {1, 2, 3})).isEmpty();
    assertThat(ledger.file(uri, new byte[] {1, 2, 3, 4}))
        .contains(
            new Finding(
                Cause.FILE_DIFFERS,
                "http://192.0.2.1/vmlinuz was 000000… first, and 010203… later"));
  }

  @Test
  void theLineOnTheScreenHasTheRateOfTheLastSecond() {
    Tally.Count before = new Tally.Count(10, 100, 1, 1_000_000);
    Tally.Count now = new Tally.Count(12, 150, 2, 3_500_000);

    assertThat(Progress.line(Duration.ofMillis(12_300), before, now))
        .isEqualTo("  12 s  150 booted  12 in flight  2 failed  50/s  2.5 MB/s");
  }
}
