package dev.bootbus.kernel.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The settings in force in this replica. They change as a whole: what is stored together with
/// what the flags say for the rest.
///
/// Two replicas may store two values that do not fit together. Then the later one is left out, in
/// every replica, whatever it heard first: what counts is the order of the revisions.
///
/// @param <O> the options that flags are read into
public final class LiveSettings<O> {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final int HISTORY = 64; // the most that a bucket keeps of a key

  /// @param values that are stored and in force
  /// @param ignored of those that are stored and not in force, why
  record InForce(Map<Setting, JsonNode> values, Map<Setting, String> ignored) {}

  private final Flags<O> flags;
  private final Function<O, Runnable> meaning;
  private final Bucket<Setting, Stored> bucket;
  private volatile InForce inForce = new InForce(Map.of(), Map.of());
  private boolean read;

  /// @param meaning checks whether options fit together, else [IllegalArgumentException], and gives
  ///     what puts them in force, which must not wait
  public LiveSettings(
      Flags<O> flags, Function<O, Runnable> meaning, String bucketName, int replicas) {
    this.flags = flags;
    this.meaning = meaning;
    this.bucket =
        new Bucket<>(bucketName, replicas, HISTORY, new SettingFormat(), (_, _, _) -> changed());
  }

  public Bucket<Setting, Stored> bucket() {
    return bucket;
  }

  Flags<O> flags() {
    return flags;
  }

  InForce inForce() {
    return inForce;
  }

  /// The buckets have been read: what is stored counts from now on. Until then one value after the
  /// other comes, and the first ones may not fit without the others.
  public void begin() {
    synchronized (bucket) {
      read = true;
      renew();
    }
  }

  private void changed() {
    if (read) {
      renew();
    }
  }

  /// Under the monitor of the bucket.
  private void renew() {
    List<Setting> order = inOrder();
    Map<Setting, String> ignored = new EnumMap<>(Setting.class);
    while (true) {
      Map<Setting, JsonNode> values = new EnumMap<>(Setting.class);
      order.forEach(setting -> stored(setting).ifPresent(value -> values.put(setting, value)));
      try {
        Runnable put = meaning.apply(flags.with(values));
        InForce now = new InForce(values, ignored);
        if (!now.equals(inForce)) {
          inForce = now;
          put.run();
          LOG.info("settings in force stored={} ignored={}", values.keySet(), ignored.keySet());
        }
        return;
      } catch (IllegalArgumentException e) {
        if (order.isEmpty()) {
          throw e; // the flags fitted when the process began
        }
        Setting latest = order.removeLast();
        String why = String.valueOf(e.getMessage());
        ignored.put(latest, why);
        if (!why.equals(inForce.ignored().get(latest))) {
          LOG.warn("setting ignored name={} reason=\"{}\"", latest.key(), why);
        }
      }
    }
  }

  /// Those that are stored, the oldest first.
  private List<Setting> inOrder() {
    List<Setting> stored = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      if (bucket.find(setting) instanceof Entry.Readable) {
        stored.add(setting);
      }
    }
    stored.sort(Comparator.comparingLong(setting -> revision(bucket.find(setting))));
    return stored;
  }

  static long revision(@Nullable Entry<Stored> entry) {
    return entry == null ? 0 : entry.revision();
  }

  /// What is stored, in force or not.
  Optional<JsonNode> stored(Setting setting) {
    return bucket.find(setting) instanceof Entry.Readable<Stored>(Stored stored, _)
        ? Optional.of(stored.value())
        : Optional.empty();
  }

  /// Whether what is in force would fit with another value.
  ///
  /// @param value null for that of the flag
  /// @throws IllegalArgumentException with one sentence if not
  O tried(Setting setting, @Nullable JsonNode value) {
    Map<Setting, JsonNode> values = new EnumMap<>(Setting.class);
    values.putAll(inForce.values());
    if (value == null) {
      values.remove(setting);
    } else {
      values.put(setting, value);
    }
    O options = flags.with(values);
    meaning.apply(options);
    return options;
  }
}
