package dev.bootbus.kernel.node;

import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has been learnt of machines and is on its way into the bucket of nodes, so that no machine
/// waits for that.
///
/// What is to be written is a change, not a node: where another replica is faster, it is made of
/// that replica's node again, and once it makes no difference it is done.
final class NodeWrites {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  /// A machine that finds no room here is registered when it is next heard.
  private static final int MAX_WAITING = 16_384;

  /// Of one node: a machine does not say that much in the time that a write takes.
  private static final int MAX_CHANGES = 64;

  private static final int MAX_ROUNDS = 16;
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  /// @param change of the node that there is, or of none; to the same, or to none, to change
  ///     nothing
  /// @param then told once when it is in the bucket, with the node as it was and as it is
  private record Wanted(
      Function<@Nullable Node, @Nullable Node> change, BiConsumer<@Nullable Node, Node> then) {}

  /// What one change has made of a node.
  private record Made(@Nullable Node before, Node after, BiConsumer<@Nullable Node, Node> then) {}

  /// The changes of one node. Guarded by the monitor of the whole, but for [#latest].
  private static final class Waiting {
    private final MacAddress mac;
    private final List<Wanted> wanted = new ArrayList<>(1);
    private final List<Made> made = new ArrayList<>(1);
    private int written; // how many of those wanted are under way
    private int rounds;
    private @Nullable Entry<Node> instead;
    private volatile @Nullable Node latest;

    Waiting(MacAddress mac) {
      this.mac = mac;
    }

    /// Makes all changes of the node that there is.
    ///
    /// @return whether there is anything to write
    boolean make(@Nullable Entry<Node> entry) {
      made.clear();
      if (entry instanceof Entry.Unreadable<Node>) {
        return false;
      }
      instead = entry;
      Node node = Nodes.nodeOf(entry);
      for (Wanted one : wanted) {
        Node after = one.change().apply(node);
        if (after != null && !after.equals(node)) {
          made.add(new Made(node, after, one.then()));
          node = after;
        }
      }
      written = wanted.size();
      latest = node;
      return !made.isEmpty();
    }

    Node last() {
      return made.getLast().after();
    }
  }

  private final Bucket<MacAddress, Node> bucket;
  private final Map<MacAddress, Waiting> waiting = new ConcurrentHashMap<>();
  private final Queue<Waiting> failed = new ConcurrentLinkedQueue<>(); // some of those waiting
  private final AtomicBoolean retrying = new AtomicBoolean();
  private final AtomicBoolean troubled = new AtomicBoolean();

  NodeWrites(Bucket<MacAddress, Node> bucket) {
    this.bucket = bucket;
  }

  /// What is about to be known of a machine.
  Optional<Node> find(MacAddress mac) {
    Waiting one = waiting.get(mac);
    return one == null ? Optional.empty() : Optional.ofNullable(one.latest);
  }

  Stream<MacAddress> macs() {
    return waiting.keySet().stream();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int size() {
    return waiting.size();
  }

  boolean hasRoom() {
    return waiting.size() < MAX_WAITING;
  }

  /// Stores what a change makes of a node, sooner or later.
  ///
  /// @param change of the node that there is, or of none; perhaps made more than once
  /// @param then told once when it is in the bucket, with the node as it was and as it is; not if
  ///     it makes no difference
  void change(
      MacAddress mac,
      Function<@Nullable Node, @Nullable Node> change,
      BiConsumer<@Nullable Node, Node> then) {
    Waiting one;
    synchronized (this) {
      one = waiting.get(mac);
      if (one != null) {
        append(one, new Wanted(change, then));
        return;
      }
      one = new Waiting(mac);
      one.wanted.add(new Wanted(change, then));
      if (!one.make(bucket.find(mac))) {
        return;
      }
      if (!hasRoom()) {
        tell(MAX_WAITING + " wait already");
        return;
      }
      waiting.put(mac, one);
    }
    store(one, false);
  }

  private void append(Waiting one, Wanted wanted) {
    Node now = wanted.change().apply(one.latest);
    if (now == null || now.equals(one.latest)) {
      return;
    }
    if (one.wanted.size() >= MAX_CHANGES) {
      tell(MAX_CHANGES + " changes of " + one.mac + " wait already");
      return;
    }
    one.wanted.add(wanted);
    one.latest = now;
  }

  private void store(Waiting one, boolean again) {
    Node node;
    Entry<Node> instead;
    synchronized (this) {
      node = one.last();
      instead = one.instead;
    }
    bucket.write(
        one.mac,
        node,
        instead,
        written -> {
          switch (written) {
            case Bucket.Written.Stored _ -> stored(one);
            case Bucket.Written.Overtaken _ when again && isThere(node) -> stored(one);
            case Bucket.Written.Overtaken _ -> overtaken(one);
            case Bucket.Written.Failed(String why) -> {
              failed.add(one);
              tell(why);
              retry();
            }
          }
        });
  }

  /// The first attempt may have been stored, and its acknowledgement lost.
  private boolean isThere(Node node) {
    return bucket.find(node.mac()) instanceof Entry.Readable(Node held, _) && held.equals(node);
  }

  private void stored(Waiting one) {
    List<Made> done;
    boolean more;
    synchronized (this) {
      done = List.copyOf(one.made);
      one.wanted.subList(0, one.written).clear();
      one.rounds = 0;
      more = goOn(one);
    }
    if (troubled.compareAndSet(true, false)) {
      LOG.info("nodes stored again waiting={}", waiting.size());
    }
    done.forEach(made -> made.then().accept(made.before(), made.after()));
    if (more) {
      store(one, false);
    }
  }

  private void overtaken(Waiting one) {
    boolean more;
    synchronized (this) {
      more = ++one.rounds < MAX_ROUNDS && goOn(one);
      if (!more) {
        waiting.remove(one.mac);
      }
    }
    if (more) {
      store(one, false);
    }
  }

  private boolean goOn(Waiting one) {
    boolean more = !one.wanted.isEmpty() && one.make(bucket.find(one.mac));
    if (!more) {
      waiting.remove(one.mac);
    }
    return more;
  }

  private void tell(String why) {
    if (!troubled.getAndSet(true)) {
      LOG.warn("nodes not stored for now, trying again: {}", why);
    }
  }

  private void retry() {
    if (!retrying.getAndSet(true)) {
      Thread.ofVirtual().name("node writes").start(this::retryAll);
    }
  }

  private void retryAll() {
    try {
      Thread.sleep(RETRY_AFTER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    retrying.set(false);
    for (int left = failed.size(); left > 0; left--) {
      Waiting one = failed.poll();
      if (one != null) {
        store(one, true);
      }
    }
  }
}
