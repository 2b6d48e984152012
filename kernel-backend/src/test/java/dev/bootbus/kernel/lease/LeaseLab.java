package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.lease.Claim.Kind;
import dev.bootbus.kernel.lease.Leases.Outcome;
import dev.bootbus.kernel.store.StoreUnavailableException;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Replicas of the leases alone, on one bucket of a real nats-server.
final class LeaseLab implements AutoCloseable {
  private static int count;

  final Lab.Clock clock = new Lab.Clock();
  final Queue<BootEvent> events = new ConcurrentLinkedQueue<>();
  final String bucket = "lab" + count++;
  final Connection connection;
  private final Deque<Leases> replicas = new ArrayDeque<>();

  LeaseLab(NatsServer nats) throws IOException, InterruptedException {
    connection = Nats.connect(nats.url());
  }

  Leases replica(int revisions, String catalogue, String... flags)
      throws StoreUnavailableException {
    Networks networks = Lab.networks(catalogue, flags);
    Leases leases = new Leases(networks, clock, bucket, 1, revisions);
    leases.bucket().load(connection);
    replicas.add(leases);
    return leases;
  }

  LeaseResource resource(Leases leases) {
    return new LeaseResource(leases, clock, new Journal(events::add));
  }

  Retention retention(Leases leases, Duration age) {
    return new Retention(leases, age, clock);
  }

  /// What a machine gets in the network that it is in by the address it asks for.
  static String claim(Leases leases, MacAddress mac, Kind kind, @Nullable String asked) {
    Inet4Address address = asked == null ? null : Ipv4.parse(asked);
    Network own = address == null ? null : leases.networks().at(address);
    Network network = own == null ? leases.networks().all().getFirst() : own;
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Claim claim = new Claim(mac, kind, address, null, "", "01", "brave-otter");
    leases.claim(network, claim, outcome::complete);
    return switch (outcome.orTimeout(5, TimeUnit.SECONDS).join()) {
      case Outcome.Granted(_, Inet4Address granted, _) -> granted.getHostAddress();
      case Outcome.Refused(int code, String reason) -> code + " " + reason;
    };
  }

  @Override
  public void close() {
    replicas.forEach(leases -> leases.bucket().close());
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
