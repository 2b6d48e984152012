package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Lease;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several replicas at once, and what becomes of them when nats-server goes away.
class ReplicasTest {
  private static final int MACHINES = 300;
  private static final int MOST = 12_000;
  private static final int AT_ONCE = 3; // as where three front ends hear one machine

  /// Hardly larger than it must be, so that machines meet each other everywhere.
  private static final String[] POOL = {"--pool=10.0.0.10-10.0.1.69", "--subnet=10.0.0.0/16"};

  @ParameterizedTest(name = "{0} replicas")
  @ValueSource(ints = {2, 4})
  void noAddressIsGivenTwice(int replicas) throws Exception {
    try (NatsServer nats = NatsServer.start(true);
        Backends backends = new Backends(nats)) {
      for (int i = 0; i < replicas; i++) {
        backends.start("", POOL);
      }
      Map<Inet4Address, MacAddress> given = bootAll(backends);
      assertThat(given.values())
          .containsAll(IntStream.range(0, MACHINES).mapToObj(Lab::mac).toList());
      Map<String, Lease> stored = backends.storedLeases();
      given.forEach(
          (address, mac) -> {
            Lease lease = stored.get(address.getHostAddress());
            assertThat(lease.mac()).isEqualTo(mac);
            assertThat(lease.state()).isEqualTo(Lease.State.BOUND);
          });
    }
  }

  /// What was acknowledged, and to whom.
  private static Map<Inet4Address, MacAddress> bootAll(Backends backends) throws Exception {
    List<Callable<DhcpResponse>> boots = new ArrayList<>();
    for (int i = 0; i < MACHINES * AT_ONCE; i++) {
      MacAddress mac = Lab.mac(i / AT_ONCE);
      boots.add(() -> boot(backends, mac));
    }
    Map<Inet4Address, MacAddress> given = new HashMap<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<DhcpResponse> boot : threads.invokeAll(boots)) {
        assertThat(boot.get()).isInstanceOf(DhcpResponse.Answer.class);
        var dhcp = ((DhcpResponse.Answer) boot.get()).dhcp();
        MacAddress other = given.put(dhcp.ipAddress(), dhcp.mac());
        assertThat(other).describedAs("who has %s", dhcp.ipAddress()).isIn(null, dhcp.mac());
      }
    }
    return given;
  }

  /// As a machine does: it takes one of its offers, and starts over when that is refused.
  private static DhcpResponse boot(Backends backends, MacAddress mac)
      throws BackendUnavailableException {
    for (int attempt = 0; attempt < 20; attempt++) {
      String offered = backends.address(Lab.discover(mac));
      DhcpResponse answer = backends.ask(Lab.select(mac, offered));
      if (answer instanceof DhcpResponse.Answer) {
        return answer;
      }
    }
    throw new AssertionError(mac + " got no address");
  }

  /// Machines come and go for seconds while replicas are killed and nats-server is killed under
  /// them. What a machine was told once it may believe until its lease is over.
  @Test
  void noAddressIsGivenTwiceAndNoneIsLostWhereverSomethingDies() throws Exception {
    long seed = System.nanoTime();
    System.out.println("ReplicasTest seed " + seed);
    Random random = new Random(seed);
    Map<Inet4Address, MacAddress> given = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    String[] large = {"--pool=10.0.0.1-10.0.63.255", "--subnet=10.0.0.0/16", "--unknown=lease"};
    try (NatsServer nats = NatsServer.start(true);
        Backends backends = new Backends(nats);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Deque<Process> replicas = new ArrayDeque<>();
      for (int i = 0; i < 3; i++) {
        replicas.add(backends.startProcess(large));
      }
      List<Future<?>> machines = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        machines.add(
            threads.submit(
                () -> {
                  while (!over.get() && next.get() < MOST) {
                    MacAddress mac = Lab.mac(next.getAndIncrement());
                    while (!over.get() && !isLeased(backends, mac, given)) {
                      Thread.sleep(20); // before it sends again
                    }
                  }
                  return null;
                }));
      }
      for (int death = 0; death < 6; death++) {
        int soFar = given.size();
        int more = 200 + random.nextInt(400);
        await().atMost(Duration.ofSeconds(20)).until(() -> given.size() > soFar + more);
        if (death % 3 == 2) {
          nats.stop();
          nats.restart();
        } else {
          replicas.remove().destroyForcibly();
          replicas.add(backends.startProcess(large));
        }
      }
      int soFar = given.size();
      await().atMost(Duration.ofSeconds(20)).until(() -> given.size() > soFar + 200);
      over.set(true);
      for (Future<?> machine : machines) {
        machine.get();
      }
      Map<String, Lease> stored = backends.storedLeases();
      given.forEach(
          (address, mac) -> {
            Lease lease = stored.get(address.getHostAddress());
            assertThat(lease).describedAs("%s of %s, seed %d", address, mac, seed).isNotNull();
            assertThat(lease.mac()).describedAs("%s, seed %d", address, seed).isEqualTo(mac);
            assertThat(lease.state()).isEqualTo(Lease.State.BOUND);
          });
    }
  }

  /// One exchange, in which anything may get lost but nothing may go wrong.
  private static boolean isLeased(
      Backends backends, MacAddress mac, Map<Inet4Address, MacAddress> given) {
    try {
      if (backends.ask(Lab.discover(mac)) instanceof DhcpResponse.Answer offer
          && backends.ask(Lab.select(mac, offer.dhcp().ipAddress().getHostAddress()))
              instanceof DhcpResponse.Answer lease) {
        MacAddress other = given.putIfAbsent(lease.dhcp().ipAddress(), mac);
        assertThat(other).describedAs("who has %s", lease.dhcp().ipAddress()).isIn(null, mac);
        return true;
      }
    } catch (BackendUnavailableException e) {
      // killed under it
    }
    return false;
  }

  /// As a front end of the Go original asks: no message type, no wish.
  @Test
  void noAddressIsGivenTwiceToMachinesThatAskForNone() throws Exception {
    try (NatsServer nats = NatsServer.start(true);
        Backends backends = new Backends(nats)) {
      backends.start("", POOL);
      backends.start("", POOL);
      Map<String, MacAddress> given = new HashMap<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Callable<String>> asks = new ArrayList<>();
        for (int i = 0; i < MACHINES * AT_ONCE; i++) {
          MacAddress mac = Lab.mac(i / AT_ONCE);
          asks.add(() -> backends.address(Lab.request(mac, null)) + " " + mac);
        }
        for (Future<String> answer : threads.invokeAll(asks)) {
          String[] parts = answer.get().split(" ");
          MacAddress mac = MacAddress.parse(parts[1]);
          assertThat(given.put(parts[0], mac)).isIn(null, mac);
        }
      }
      assertThat(given.size()).isEqualTo(MACHINES); // each has one
      assertThat(backends.storedLeases()).hasSize(MACHINES);
    }
  }

  @Test
  void leasesOutliveNatsServer() throws Exception {
    try (NatsServer nats = NatsServer.start(true);
        Backends backends = new Backends(nats)) {
      backends.start("", POOL);
      String address = backends.address(Lab.request(Lab.mac(1), null));
      String taken = backends.address(Lab.request(Lab.mac(2), null));
      nats.stop();
      nats.restart();
      answersWithin(Duration.ofSeconds(2), backends, address);
      assertThat(backends.address(Lab.request(Lab.mac(1), address))).isEqualTo(address);
      assertThat(backends.ask(Lab.request(Lab.mac(3), taken)))
          .isInstanceOf(DhcpResponse.Error.class);

      // another replica's writes are seen again: the watch has been made anew
      backends.start("", POOL);
      for (int i = 0; i < 50; i++) {
        backends.address(Lab.request(Lab.mac(100 + i), null));
      }
      assertThat(backends.storedLeases()).hasSize(52);
    }
  }

  private static void answersWithin(Duration time, Backends backends, String address) {
    await()
        .atMost(time)
        .pollInterval(Duration.ofMillis(20))
        .ignoreException(BackendUnavailableException.class)
        .until(
            () ->
                backends.ask(Lab.discover(Lab.mac(1))) instanceof DhcpResponse.Answer answer
                    && Ipv4.parse(address).equals(answer.dhcp().ipAddress()));
  }

  /// A server whose disk is gone: the buckets are made again, and what was known is forgotten.
  @Test
  void startsAfreshWhenTheBucketsAreGone() throws Exception {
    try (NatsServer nats = NatsServer.start(true);
        Backends backends = new Backends(nats)) {
      backends.start("", POOL);
      backends.address(Lab.request(Lab.mac(1), null));
      var buckets = backends.connection().keyValueManagement();
      for (String bucket : buckets.getBucketNames()) {
        buckets.delete(bucket);
      }
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> backends.ask(Lab.request(Lab.mac(9), null)) instanceof DhcpResponse.Answer);
      assertThat(backends.storedLeases().values())
          .extracting(Lease::mac)
          .containsExactly(Lab.mac(9));
    }
  }

  @Test
  void theLimitsOfEventsStayAsTheyAreWhenNatsServerComesBack() throws Exception {
    try (Log log = new Log();
        NatsServer nats = NatsServer.start(true);
        Backends backends = new Backends(nats)) {
      backends.start("", "--events-age=1d");
      backends.start("", "--events-age=2d");
      nats.stop();
      nats.restart();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> backends.connections() == 4); // each replica twice
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(() -> backends.stream() != null); // the asker is back too
      await()
          .during(Duration.ofMillis(2500)) // both have looked after it by then
          .atMost(Duration.ofSeconds(10))
          .until(() -> backends.stream().getConfiguration().getMaxAge().equals(Duration.ofDays(2)));
      assertThat(log.lines("event stream updated")).hasSize(1);
    }
  }

  @Test
  void startsBeforeNatsServer() throws Exception {
    try (NatsServer nats = NatsServer.start(true)) {
      nats.stop();
      try (Backends backends = new Backends(nats)) {
        Service service = backends.startAnyway("", POOL);
        assertThat(service.ready()).isNotDone();
        nats.restart();
        await().atMost(Duration.ofSeconds(3)).until(service.ready()::isDone);
      }
    }
  }

  @Test
  void waitsForJetStreamAndSaysSoOnce() throws Exception {
    try (Log log = new Log();
        NatsServer nats = NatsServer.start(false);
        Backends backends = new Backends(nats)) {
      Service service = backends.startAnyway("", POOL);
      await()
          .during(Duration.ofMillis(1200)) // two attempts and more
          .atMost(Duration.ofSeconds(5))
          .until(() -> log.lines("unavailable").size() == 1);
      assertThat(log.lines("unavailable"))
          .containsExactly(
              "WARN store unavailable, trying again: "
                  + "nats-server runs without JetStream: start it with -js");
      assertThat(service.ready()).isNotDone();
      assertThat(service.trouble())
          .contains(
              "the buckets are not read: nats-server runs without JetStream: start it with -js");
    }
  }
}
