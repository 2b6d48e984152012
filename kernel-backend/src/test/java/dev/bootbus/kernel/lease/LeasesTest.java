package dev.bootbus.kernel.lease;

import static dev.bootbus.kernel.lease.LeaseLab.claim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.lease.Claim.Kind;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Leases in a bucket: other networks at run time, what is remembered, and what is forgotten.
class LeasesTest {
  private static final MacAddress MAC = Lab.mac(1);
  private static final String[] POOL = {"--subnet=10.0.0.0/24", "--pool=10.0.0.10-10.0.0.13"};
  private static final Duration MONTH = Duration.ofDays(30);

  private static NatsServer nats;
  private LeaseLab lab;

  @BeforeAll
  static void startNats() throws IOException {
    nats = NatsServer.start(true);
  }

  @AfterAll
  static void stopNats() throws IOException {
    nats.close();
  }

  @BeforeEach
  void open() throws Exception {
    lab = new LeaseLab(nats);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /// RFC 2131 §4.3.2: what a client asks for and cannot have is refused, so that it starts over.
  @Test
  void anotherPoolCountsAtOnceAndLeavesRunningLeasesAlone() throws Exception {
    Leases leases = lab.replica(10, "", POOL);
    String old = claim(leases, MAC, Kind.BIND, "10.0.0.10");
    String both = claim(leases, Lab.mac(2), Kind.BIND, "10.0.0.13");
    String offered = claim(leases, Lab.mac(3), Kind.OFFER, "10.0.0.12");
    leases.reconfigure(Lab.networks("", "--subnet=10.0.0.0/24", "--pool=10.0.0.12-10.0.0.15"));

    assertThat(leases.holderOf(Ipv4.parse(old))).contains(MAC); // until it ends
    assertThat(claim(leases, MAC, Kind.BIND, old))
        .isEqualTo("409 10.0.0.10 is not in the pool 10.0.0.12-10.0.0.15");
    assertThat(claim(leases, Lab.mac(2), Kind.BIND, both)).isEqualTo(both);
    Set<String> others = new HashSet<>();
    others.add(claim(leases, MAC, Kind.OFFER, null));
    others.add(claim(leases, Lab.mac(4), Kind.OFFER, null));
    assertThat(others).containsExactlyInAnyOrder("10.0.0.14", "10.0.0.15"); // 12 is held, 13 bound
    assertThat(claim(leases, Lab.mac(5), Kind.OFFER, null)).startsWith("503 pool exhausted");
    assertThat(claim(leases, Lab.mac(3), Kind.SELECT, offered)).isEqualTo(offered);

    leases.reconfigure(Lab.networks("", POOL));
    assertThat(claim(leases, MAC, Kind.BIND, old)).isEqualTo(old);
    assertThat(claim(leases, MAC, Kind.RELEASE, old)).isEqualTo(old);
  }

  /// As when an operator fixes it for a node over the API.
  @Test
  void anAddressThatIsFixedAtRunTimeIsNobodyElses() throws Exception {
    Leases leases = lab.replica(10, "", POOL);
    String mine = claim(leases, MAC, Kind.BIND, "10.0.0.10");
    leases.reserve(Ipv4.parse("10.0.0.10"), true);
    leases.reserve(Ipv4.parse("10.0.0.11"), true);
    assertThat(claim(leases, MAC, Kind.BIND, mine)).startsWith("409 "); // it ends, as it was told
    assertThat(claim(leases, Lab.mac(2), Kind.BIND, "10.0.0.11")).startsWith("409 ");
    leases.reconfigure(Lab.networks("", "--subnet=10.0.0.0/24", "--pool=10.0.0.10-10.0.0.12"));
    lab.clock.pass(Duration.ofHours(2));
    assertThat(claim(leases, Lab.mac(2), Kind.OFFER, "10.0.0.10")).isEqualTo("10.0.0.12");
    assertThat(claim(leases, Lab.mac(3), Kind.OFFER, null)).startsWith("503 pool exhausted");
    leases.reserve(Ipv4.parse("10.0.0.10"), false);
    assertThat(claim(leases, Lab.mac(3), Kind.OFFER, null)).isEqualTo("10.0.0.10");
  }

  /// While machines ask; nobody is given what another has, and nothing is left undone.
  @Test
  void networksMayChangeUnderLoad() throws Exception {
    Leases leases = lab.replica(2, "", "--subnet=10.0.0.0/16", "--pool=10.0.1.0-10.0.4.255");
    Networks one = leases.networks();
    Networks other = Lab.networks("", "--subnet=10.0.0.0/16", "--pool=10.0.3.0-10.0.6.255");
    List<CompletableFuture<String>> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      MacAddress mac = Lab.mac(i);
      all.add(CompletableFuture.supplyAsync(() -> claim(leases, mac, Kind.BIND, null)));
      if (i % 20 == 0) {
        leases.reconfigure(i % 40 == 0 ? other : one);
      }
    }
    List<String> given = all.stream().map(CompletableFuture::join).toList();
    assertThat(given).allMatch(address -> address.startsWith("10.0.")).doesNotHaveDuplicates();
  }

  @Test
  void aBucketRemembersTheLastRecordsOfAnAddress() throws Exception {
    Leases leases = lab.replica(3, "", POOL);
    for (int machine = 1; machine <= 5; machine++) {
      claim(leases, Lab.mac(machine), Kind.BIND, "10.0.0.11");
      lab.clock.pass(Duration.ofHours(2));
    }
    List<Bucket.Past<Lease>> history = leases.bucket().history(Ipv4.parse("10.0.0.11"));
    assertThat(history)
        .extracting(past -> ((Entry.Readable<Lease>) past.entry()).value().mac())
        .containsExactly(Lab.mac(3), Lab.mac(4), Lab.mac(5));
    assertThat(history).extracting(Bucket.Past::revision).isSorted();
  }

  /// One of an older version keeps one record of each key.
  @Test
  void aBucketThatIsThereIsToldToRememberMore() throws Exception {
    Leases old = lab.replica(1, "", POOL);
    claim(old, MAC, Kind.BIND, "10.0.0.11");
    assertThat(stream().getConfiguration().getMaxMsgsPerSubject()).isEqualTo(1);
    Leases leases = lab.replica(10, "", POOL);
    assertThat(stream().getConfiguration().getMaxMsgsPerSubject()).isEqualTo(10);
    lab.clock.pass(Duration.ofMinutes(10));
    claim(leases, MAC, Kind.BIND, "10.0.0.11");
    assertThat(leases.bucket().history(Ipv4.parse("10.0.0.11"))).hasSize(2);

    Leases late = lab.replica(10, "", POOL); // reads the latest of each, of several
    assertThat(late.bucket().size()).isEqualTo(1);
    assertThat(late.holderOf(Ipv4.parse("10.0.0.11"))).contains(MAC);
    assertThat(claim(late, Lab.mac(2), Kind.BIND, "10.0.0.11"))
        .isEqualTo("409 10.0.0.11 belongs to another machine");
  }

  private StreamInfo stream() throws Exception {
    return lab.connection.jetStreamManagement().getStreamInfo("KV_" + lab.bucket);
  }

  @Test
  void whatIsOverForLongIsForgottenByWhoeverComesFirst() throws Exception {
    Leases leases = lab.replica(10, "", POOL);
    Leases other = lab.replica(10, "", POOL);
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    claim(leases, Lab.mac(2), Kind.BIND, "10.0.0.11");
    claim(leases, Lab.mac(2), Kind.RELEASE, "10.0.0.11");
    claim(leases, Lab.mac(3), Kind.BIND, "10.0.0.12");
    await().until(() -> other.bucket().size() == 3);
    lab.clock.pass(MONTH.plusMinutes(30));
    claim(leases, Lab.mac(3), Kind.BIND, "10.0.0.12"); // it was never away
    assertThat(lab.retention(leases, MONTH).sweep()).isEqualTo(1); // the released one
    await().until(() -> other.bucket().size() == 2);
    lab.clock.pass(Duration.ofMinutes(45));
    assertThat(lab.retention(other, MONTH).sweep()).isEqualTo(1);
    assertThat(lab.retention(leases, MONTH).sweep()).isZero();
    await().until(() -> leases.bucket().size() == 1 && other.bucket().size() == 1);
    assertThat(leases.bucket().history(Ipv4.parse("10.0.0.10")))
        .extracting(Bucket.Past::entry)
        .containsOnlyNulls(); // its past is gone as well
    assertThat(claim(other, Lab.mac(4), Kind.BIND, "10.0.0.10")).isEqualTo("10.0.0.10");
    assertThat(claim(leases, Lab.mac(4), Kind.BIND, "10.0.0.10")).isEqualTo("10.0.0.10");
    assertThat(leases.holderOf(Ipv4.parse("10.0.0.12"))).contains(Lab.mac(3));
  }

  /// A replica that has been away judges by records of long ago. What it removes has to be what it
  /// has judged.
  @Test
  void aLiveLeaseIsNeverForgotten() throws Exception {
    Leases leases = lab.replica(10, "", POOL);
    claim(leases, MAC, Kind.BIND, "10.0.0.10");
    Inet4Address address = Ipv4.parse("10.0.0.10");
    Entry<Lease> old = leases.bucket().find(address);
    lab.clock.pass(MONTH.plusDays(1));
    claim(leases, MAC, Kind.BIND, "10.0.0.10");
    CompletableFuture<Bucket.Written> written = new CompletableFuture<>();
    leases.bucket().purge(address, old, written::complete);
    assertThat(written.get()).isInstanceOf(Bucket.Written.Overtaken.class);
    assertThat(leases.holderOf(address)).contains(MAC);
    assertThat(leases.bucket().history(address)).hasSize(2);
    assertThat(lab.replica(10, "", POOL).holderOf(address)).contains(MAC);
    assertThat(lab.retention(leases, MONTH).sweep()).isZero();
  }
}
