package dev.bootbus.kernel.node;

import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has been learnt of machines and is on its way into the bucket of nodes, so that no machine
/// waits for that.
public final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  /// A machine that finds no room here is registered when it is next heard.
  private static final int MAX_WAITING = 16_384;

  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  /// @param instead the record that the node was learnt from
  /// @param then told when the node is in the bucket
  /// @param newer what has been learnt since; stored next
  private record Waiting(
      Node node, @Nullable Entry<Node> instead, Consumer<Node> then, @Nullable Node newer) {
    Node latest() {
      return newer == null ? node : newer;
    }
  }

  private final Bucket<MacAddress, Node> bucket;
  private final Map<MacAddress, Waiting> waiting = new ConcurrentHashMap<>();
  private final Queue<Waiting> failed = new ConcurrentLinkedQueue<>(); // some of those waiting
  private final AtomicBoolean retrying = new AtomicBoolean();
  private final AtomicBoolean troubled = new AtomicBoolean();

  Registrations(Bucket<MacAddress, Node> bucket) {
    this.bucket = bucket;
  }

  /// What is about to be known of a machine.
  Optional<Node> find(MacAddress mac) {
    return Optional.ofNullable(waiting.get(mac)).map(Waiting::latest);
  }

  int size() {
    return waiting.size();
  }

  /// Stores a node in the place of another record, or of none. If another replica is faster, its
  /// node stays. Does nothing while another change of the node is under way.
  ///
  /// @param then told when it is in the bucket
  void add(Node node, @Nullable Entry<Node> instead, Consumer<Node> then) {
    if (waiting.size() >= MAX_WAITING) {
      tell(MAX_WAITING + " wait already");
      return;
    }
    Waiting one = new Waiting(node, instead, then, null);
    if (waiting.putIfAbsent(node.mac(), one) == null) {
      store(one, false);
    }
  }

  /// Stores what is known of a node by now as soon as what is under way is stored.
  void learn(Node now) {
    waiting.computeIfPresent(
        now.mac(),
        (_, one) ->
            one.latest().equals(now)
                ? one
                : new Waiting(one.node(), one.instead(), one.then(), now));
  }

  private void store(Waiting one, boolean again) {
    bucket.write(
        one.node().mac(),
        one.node(),
        one.instead(),
        written -> {
          switch (written) {
            case Bucket.Written.Stored _ -> stored(one);
            case Bucket.Written.Overtaken _ when again && isThere(one.node()) -> stored(one);
            case Bucket.Written.Overtaken _ -> waiting.remove(one.node().mac());
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
    Waiting last = waiting.remove(one.node().mac());
    if (last != null && last.newer() instanceof Node newer) {
      add(newer, bucket.find(newer.mac()), _ -> {});
    }
    if (troubled.compareAndSet(true, false)) {
      LOG.info("nodes registered again waiting={}", waiting.size());
    }
    one.then().accept(one.node());
  }

  private void tell(String why) {
    if (!troubled.getAndSet(true)) {
      LOG.warn("nodes unregistered for now, trying again: {}", why);
    }
  }

  private void retry() {
    if (!retrying.getAndSet(true)) {
      Thread.ofVirtual().name("registrations").start(this::retryAll);
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
