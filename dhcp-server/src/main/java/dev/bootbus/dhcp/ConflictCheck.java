package dev.bootbus.dhcp;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.bootbus.dhcp.wire.ArpPacket;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/// Finds out by ARP whether somebody on the link uses an address that a machine is to be offered
/// (RFC 2131 §3.1 step 2, RFC 5227 §2.1.1). One probe, where a host that takes an address for
/// itself sends three: a machine that boots does not wait that long.
public final class ConflictCheck implements AutoCloseable {
  public sealed interface Verdict {
    /// Nobody answered in time.
    record Free() implements Verdict {}

    /// @param told whether an earlier packet of the same machine got this verdict too
    record InUse(MacAddress by, boolean told) implements Verdict {}

    /// It could not be found out.
    record Unknown(DropReason reason, String why) implements Verdict {}
  }

  /// Beyond it the machine has to ask again. A link on which so many machines without a lease are
  /// switched on within `--conflict-check` has other troubles.
  static final int MAX_PROBES = 4096;

  private static final Verdict FREE = new Verdict.Free();
  private static final Verdict TOO_MANY =
      new Verdict.Unknown(DropReason.BUSY, "too many addresses are being probed");
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

  private record Question(Inet4Address address, MacAddress client) {}

  private final ArpLink link;
  private final Map<Inet4Address, Map<MacAddress, CompletableFuture<Verdict>>> probes =
      new HashMap<>();
  private int underWay;

  private ConflictCheck(ArpLink link) {
    this.link = link;
  }

  /// Listens to the link from now on, which it closes when it is closed itself.
  static ConflictCheck on(ArpLink link, String name) {
    ConflictCheck check = new ConflictCheck(link);
    Thread.ofPlatform().daemon().name("arp " + name).start(check::listen);
    return check;
  }

  /// Returns at once. A machine that repeats itself meanwhile hears the end of the same probe.
  ///
  /// @param client who may have the address: it is to have it
  /// @param patience how long somebody else has for an answer
  CompletionStage<Verdict> probe(Inet4Address address, MacAddress client, Duration patience) {
    Question question = new Question(address, client);
    CompletableFuture<Verdict> mine = new CompletableFuture<>();
    synchronized (this) {
      CompletableFuture<Verdict> other =
          probes.getOrDefault(address, Map.of()).get(question.client());
      if (other != null) {
        return other.thenApply(ConflictCheck::told);
      }
      if (underWay == MAX_PROBES) {
        return CompletableFuture.completedFuture(TOO_MANY);
      }
      underWay++;
      probes.computeIfAbsent(address, _ -> new HashMap<>()).put(client, mine);
    }
    try {
      link.probe(address);
      CompletableFuture.delayedExecutor(patience.toNanos(), NANOSECONDS, Thread::startVirtualThread)
          .execute(() -> end(question, FREE));
    } catch (IOException e) {
      end(question, new Verdict.Unknown(DropReason.SEND_FAILED, "no ARP: " + e.getMessage()));
    }
    return mine;
  }

  private static Verdict told(Verdict verdict) {
    return verdict instanceof Verdict.InUse(MacAddress by, _)
        ? new Verdict.InUse(by, true)
        : verdict;
  }

  private void end(Question question, Verdict verdict) {
    CompletableFuture<Verdict> ended;
    synchronized (this) {
      Map<MacAddress, CompletableFuture<Verdict>> clients = probes.get(question.address());
      ended = clients == null ? null : clients.remove(question.client());
      if (ended == null) {
        return;
      }
      underWay--;
      if (clients.isEmpty()) {
        probes.remove(question.address());
      }
    }
    ended.complete(verdict);
  }

  private void listen() {
    while (true) {
      try {
        heard(link.receive());
      } catch (MalformedPacketException e) {
        // nobody whose address could be ours
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // the interface went down, most likely; it may come back
        LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
      }
    }
  }

  /// RFC 5227 §2.1.1: whatever is said from the address, as a question or as an answer, says that
  /// it is in use. A probe of the same address says nothing: other front ends send them too.
  private void heard(ArpPacket packet) {
    MacAddress by = MacAddress.of(packet.sha().toArray());
    List<MacAddress> others;
    synchronized (this) {
      others =
          probes.getOrDefault(packet.spa(), Map.of()).keySet().stream()
              .filter(client -> !client.equals(by))
              .toList();
    }
    others.forEach(client -> end(new Question(packet.spa(), client), new Verdict.InUse(by, false)));
  }

  @Override
  public void close() {
    link.close();
  }
}
