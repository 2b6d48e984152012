package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.dhcp.ConflictCheck.Verdict;
import dev.bootbus.dhcp.wire.ArpPacket;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said on the link, and what follows from it.
class ConflictCheckTest {
  private static final Inet4Address ADDRESS = Machines.ADDRESS;
  private static final MacAddress CLIENT = MacAddress.parse(TestPacket.MAC);
  private static final MacAddress OTHER = MacAddress.parse("52:54:00:99:00:99");
  private static final Bytes UNKNOWN = Bytes.of(new byte[6]);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(30);

  /// A link of our own.
  private static final class Said implements ArpLink {
    private static final ArpPacket END = new ArpPacket(0, UNKNOWN, ADDRESS, UNKNOWN, ADDRESS);

    private final BlockingQueue<ArpPacket> toHear = new LinkedBlockingQueue<>();
    private final Queue<Inet4Address> probes = new ConcurrentLinkedQueue<>();
    private volatile boolean down;

    @Override
    public void probe(Inet4Address address) throws IOException {
      if (down) {
        throw new IOException("Network is down");
      }
      probes.add(address);
    }

    @Override
    public ArpPacket receive() throws IOException, MalformedPacketException {
      try {
        ArpPacket packet = toHear.take();
        if (packet == END) {
          throw new ClosedChannelException();
        }
        return packet;
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() {
      toHear.add(END);
    }
  }

  private final Said link = new Said();
  private final ConflictCheck check = ConflictCheck.on(link, "test");

  @AfterEach
  void close() {
    check.close();
  }

  private CompletableFuture<Verdict> probe(MacAddress client, Duration patience) {
    return check.probe(ADDRESS, client, patience).toCompletableFuture();
  }

  private static Verdict end(CompletableFuture<Verdict> probe) throws Exception {
    return probe.get(10, TimeUnit.SECONDS);
  }

  private void hear(int op, MacAddress sha, Inet4Address spa, Inet4Address tpa) {
    link.toHear.add(new ArpPacket(op, Bytes.of(sha.bytes()), spa, UNKNOWN, tpa));
  }

  private static Inet4Address at(String address) {
    return Inet4Address.ofLiteral(address);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'RFC 826: somebody answers', 2, 52:54:00:99:00:99, 192.168.77.115, 192.168.77.1, in use",
    "'RFC 5227 §2.1.1: a request from the address', 1, 52:54:00:99:00:99, 192.168.77.115,"
        + " 192.168.77.1, in use",
    "'RFC 5227 §2.3: an announcement of it', 1, 52:54:00:99:00:99, 192.168.77.115,"
        + " 192.168.77.115, in use",
    "'the machine itself has it', 2, 52:54:00:77:00:10, 192.168.77.115, 192.168.77.1, free",
    "'another front end probes it too', 1, 52:54:00:99:00:99, 0.0.0.0, 192.168.77.115, free",
    "'somebody looks for it', 1, 52:54:00:99:00:99, 192.168.77.9, 192.168.77.115, free",
    "'another address', 2, 52:54:00:99:00:99, 192.168.77.116, 192.168.77.1, free",
  })
  void what_is_said_while_an_address_is_probed(
      String name, int op, String sha, String spa, String tpa, String verdict) throws Exception {
    MacAddress client = MacAddress.parse("52:54:00:77:00:10");
    boolean inUse = verdict.equals("in use");
    CompletableFuture<Verdict> probe = probe(client, inUse ? LONG : SHORT);
    hear(op, MacAddress.parse(sha), at(spa), at(tpa));

    assertThat(end(probe)).isEqualTo(inUse ? new Verdict.InUse(OTHER, false) : new Verdict.Free());
    assertThat(link.probes).containsExactly(ADDRESS);
  }

  @Test
  void a_machine_that_repeats_itself_hears_the_end_of_the_same_probe() throws Exception {
    CompletableFuture<Verdict> first = probe(CLIENT, LONG);
    CompletableFuture<Verdict> again = probe(CLIENT, LONG);
    hear(ArpPacket.REPLY, OTHER, ADDRESS, ADDRESS);

    assertThat(end(first)).isEqualTo(new Verdict.InUse(OTHER, false));
    assertThat(end(again)).as("who tells the backend").isEqualTo(new Verdict.InUse(OTHER, true));
    assertThat(link.probes).hasSize(1);
  }

  @Test
  void two_machines_may_be_offered_one_address() throws Exception {
    CompletableFuture<Verdict> owner = probe(CLIENT, SHORT);
    CompletableFuture<Verdict> other = probe(OTHER, LONG);
    hear(ArpPacket.REPLY, CLIENT, ADDRESS, ADDRESS);

    assertThat(end(other)).isEqualTo(new Verdict.InUse(CLIENT, false));
    assertThat(end(owner)).isEqualTo(new Verdict.Free());
  }

  @Test
  void the_next_probe_of_an_address_begins_anew() throws Exception {
    CompletableFuture<Verdict> first = probe(CLIENT, LONG);
    hear(ArpPacket.REPLY, OTHER, ADDRESS, ADDRESS);
    end(first);

    assertThat(end(probe(CLIENT, SHORT))).isEqualTo(new Verdict.Free());
    assertThat(link.probes).hasSize(2);
  }

  @Test
  void no_more_are_under_way_than_there_is_room_for() throws Exception {
    List<CompletableFuture<Verdict>> probes = new ArrayList<>();
    for (int i = 0; i < ConflictCheck.MAX_PROBES; i++) {
      Inet4Address address = at("10.0.%d.%d".formatted(i / 256, i % 256));
      probes.add(check.probe(address, CLIENT, LONG).toCompletableFuture());
    }

    assertThat(end(probe(CLIENT, LONG)))
        .isEqualTo(new Verdict.Unknown(DropReason.BUSY, "too many addresses are being probed"));
    hear(ArpPacket.REPLY, OTHER, at("10.0.0.0"), ADDRESS);
    end(probes.getFirst());
    assertThat(end(probe(CLIENT, SHORT))).as("there is room again").isEqualTo(new Verdict.Free());
  }

  @Test
  void an_address_that_cannot_be_probed_is_not_offered() throws Exception {
    link.down = true;

    assertThat(end(probe(CLIENT, LONG)))
        .isEqualTo(new Verdict.Unknown(DropReason.SEND_FAILED, "no ARP: Network is down"));
    link.down = false;
    assertThat(end(probe(CLIENT, SHORT))).isEqualTo(new Verdict.Free());
  }

  @Test
  void closing_ends_the_listening() {
    check.close();
    await().until(link.toHear::isEmpty);
  }
}
