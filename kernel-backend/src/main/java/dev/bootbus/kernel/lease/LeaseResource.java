package dev.bootbus.kernel.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.History;
import dev.bootbus.kernel.api.Resource;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Bucket.Written;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.kernel.store.StoreUnavailableException;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The leases as they are looked at and changed from outside; the id of one is its address.
///
/// One that is over stays to be read: released, expired, declined, or deleted here, which frees the
/// address at once although the machine does not hear of it.
public final class LeaseResource implements Resource, History {
  /// For a lease that its machine renews at the same moment.
  private static final int ATTEMPTS = 4;

  private final Leases leases;
  private final Bucket<Inet4Address, Lease> bucket;
  private final InstantSource clock;
  private final Journal journal;

  public LeaseResource(Leases leases, InstantSource clock, Journal journal) {
    this.leases = leases;
    this.bucket = leases.bucket();
    this.clock = clock;
    this.journal = journal;
  }

  @Override
  public String name() {
    return "leases";
  }

  @Override
  public Stream<Item> items() {
    Instant now = clock.instant();
    return bucket.entries().flatMap(one -> item(one.key(), one.entry(), now).stream());
  }

  /// @param id an address, a hardware address, or a host name, for which every lease is looked at;
  ///     of several leases the one that was changed last
  @Override
  public Optional<Item> find(String id) {
    return address(id).or(() -> addressOf(id)).flatMap(this::item);
  }

  private Optional<Item> item(Inet4Address address) {
    return item(address, bucket.find(address), clock.instant());
  }

  private Optional<Item> item(Inet4Address address, @Nullable Entry<Lease> entry, Instant now) {
    return entry instanceof Entry.Readable(Lease lease, long revision)
        ? Optional.of(
            new Item(
                address.getHostAddress(),
                revision,
                LeaseView.of(address, lease, leases.networks().at(address), now)))
        : Optional.empty();
  }

  private static Optional<Inet4Address> address(String text) {
    try {
      return Optional.of(Ipv4.parse(text, '.'));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<Inet4Address> addressOf(String id) {
    try {
      Optional<Inet4Address> last = leases.lastOf(MacAddress.parse(id));
      if (last.isPresent()) {
        return last;
      }
    } catch (IllegalArgumentException e) {
      // a host name, then
    }
    return bucket
        .entries()
        .filter(one -> one.entry() instanceof Entry.Readable(Lease lease, _) && lease.isCalled(id))
        .max(Comparator.comparing(one -> updated(one.entry())))
        .map(Bucket.Held::key);
  }

  private static Instant updated(Entry<Lease> entry) {
    return entry instanceof Entry.Readable(Lease lease, _) ? lease.updated() : Instant.MIN;
  }

  /// What the bucket remembers of an address.
  @Override
  public CompletionStage<List<ObjectNode>> history(String id) {
    CompletableFuture<List<ObjectNode>> history = new CompletableFuture<>();
    Optional<Inet4Address> address = address(id).or(() -> addressOf(id));
    if (address.isEmpty()) {
      history.complete(List.of());
      return history;
    }
    Thread.startVirtualThread(
        () -> {
          try {
            history.complete(read(address.get()));
          } catch (StoreUnavailableException e) {
            history.completeExceptionally(e);
          }
        });
    return history;
  }

  private List<ObjectNode> read(Inet4Address address) throws StoreUnavailableException {
    List<ObjectNode> rows = new ArrayList<>();
    for (Bucket.Past<Lease> past : bucket.history(address).reversed()) {
      rows.add(LeaseView.of(address, past, leases.networks().at(address)));
    }
    return rows;
  }

  /// Gives a free address of a pool to a machine that has none there, until a time, by default that
  /// of any other lease.
  @Override
  public CompletionStage<Change> create(ObjectNode body) {
    Instant now = clock.instant();
    LeaseForm form = LeaseForm.ofNew(body, now);
    if (!form.faults().isEmpty()) {
      return done(new Change.Invalid(form.faults()));
    }
    Inet4Address address = form.address();
    Network network = leases.networks().at(address);
    Entry<Lease> before = bucket.find(address);
    Optional<String> why = whyNot(form, network, before, now);
    if (why.isPresent() || network == null) {
      return done(new Change.Conflict(why.orElse("")));
    }
    Instant end = form.expires() == null ? now.plus(network.times().lease()) : form.expires();
    Lease lease = new Lease(form.mac(), Lease.State.BOUND, end, "", form.hostname(), now);
    return write(address, lease, before).thenApply(change -> created(change, address, lease));
  }

  private Change created(Change change, Inet4Address address, Lease lease) {
    if (!(change instanceof Change.Done(Item item))) {
      return change;
    }
    journalGiven(address, lease);
    return new Change.Created(item);
  }

  private void journalGiven(Inet4Address address, Lease lease) {
    Duration time = Duration.between(lease.updated(), lease.expires());
    journal.leaseGiven(lease.mac(), address, lease.hostname(), time);
  }

  private Optional<String> whyNot(
      LeaseForm form, @Nullable Network network, @Nullable Entry<Lease> before, Instant now) {
    Inet4Address address = form.address();
    String text = address.getHostAddress();
    if (network == null
        || network.pool() == null
        || !network.pool().contains(address)
        || leases.isReserved(address)) {
      return Optional.of(text + " is in no pool, or fixed for a machine: declare or reserve it");
    }
    if (before instanceof Entry.Unreadable) {
      return Optional.of(text + " has a record that cannot be read");
    }
    if (before instanceof Entry.Readable(Lease held, _) && held.isLive(now)) {
      return Optional.of(
          held.state() == Lease.State.DECLINED
              ? text + " was declined: somebody else answers there"
              : text + " is leased to " + held.mac());
    }
    Optional<MacAddress> offered = leases.offerOf(address);
    if (offered.isPresent() && !offered.get().equals(form.mac())) {
      return Optional.of(text + " is offered to " + offered.get() + " at this moment");
    }
    return leases
        .lastOf(form.mac())
        .filter(network::contains)
        .filter(
            own -> bucket.find(own) instanceof Entry.Readable(Lease lease, _) && lease.isLive(now))
        .map(own -> form.mac() + " has " + own.getHostAddress() + ": delete that lease first");
  }

  /// Changes the host name and the end of a lease that is not over. The rest of the body may be
  /// left out, and must not differ.
  @Override
  public CompletionStage<Change> replace(String id, ObjectNode body, OptionalLong revision) {
    Optional<Inet4Address> address = find(id).map(Item::id).flatMap(LeaseResource::address);
    if (address.isEmpty()
        || !(bucket.find(address.get()) instanceof Entry.Readable<Lease> before)) {
      return done(new Change.NotFound(id));
    }
    if (revision.isPresent() && revision.getAsLong() != before.revision()) {
      return done(new Change.Stale(id));
    }
    Instant now = clock.instant();
    Lease lease = before.value();
    if (lease.state() != Lease.State.BOUND || !lease.isLive(now)) {
      return done(new Change.Conflict(id + " is leased to nobody"));
    }
    ObjectNode shown = LeaseView.of(address.get(), lease, leases.networks().at(address.get()), now);
    LeaseForm form = LeaseForm.of(shown, body, now);
    if (!form.faults().isEmpty()) {
      return done(new Change.Invalid(form.faults()));
    }
    Instant end = form.expires() == null ? lease.expires() : form.expires();
    Lease next = lease.changed(end, form.hostname(), now);
    return write(address.get(), next, before)
        .thenApply(
            change -> {
              if (change instanceof Change.Done) {
                journalGiven(address.get(), next);
              }
              return change;
            });
  }

  /// Frees an address at once; the record stays to be read.
  @Override
  public CompletionStage<Change> delete(String id, OptionalLong revision) {
    return delete(id, revision, ATTEMPTS);
  }

  private CompletionStage<Change> delete(String id, OptionalLong revision, int attempts) {
    Optional<Inet4Address> address = find(id).map(Item::id).flatMap(LeaseResource::address);
    if (address.isEmpty()
        || !(bucket.find(address.get()) instanceof Entry.Readable<Lease> before)) {
      return done(new Change.NotFound(id));
    }
    if (revision.isPresent() && revision.getAsLong() != before.revision()) {
      return done(new Change.Stale(id));
    }
    Lease lease = before.value();
    if (lease.state() == Lease.State.DELETED) {
      return done(new Change.Gone(id));
    }
    return write(address.get(), lease.deleted(clock.instant()), before)
        .thenCompose(
            change ->
                switch (change) {
                  case Change.Done _ -> {
                    journal.leaseDeleted(lease.mac(), address.get());
                    yield done(new Change.Gone(id));
                  }
                  case Change.Stale _ when revision.isEmpty() && attempts > 1 ->
                      delete(id, revision, attempts - 1);
                  case Change.Created _,
                      Change.Gone _,
                      Change.NotFound _,
                      Change.Stale _,
                      Change.Conflict _,
                      Change.Invalid _,
                      Change.Unavailable _ ->
                      done(change);
                });
  }

  private CompletionStage<Change> write(
      Inet4Address address, Lease lease, @Nullable Entry<Lease> before) {
    CompletableFuture<Change> change = new CompletableFuture<>();
    bucket.write(
        address,
        lease,
        before,
        written ->
            change.complete(
                switch (written) {
                  case Written.Stored _ ->
                      item(address)
                          .<Change>map(Change.Done::new)
                          .orElseGet(() -> new Change.Stale(address.getHostAddress()));
                  case Written.Overtaken _ -> new Change.Stale(address.getHostAddress());
                  case Written.Failed(String why) -> new Change.Unavailable(why);
                }));
    return change;
  }

  private static CompletionStage<Change> done(Change change) {
    return CompletableFuture.completedFuture(change);
  }
}
