package dev.bootbus.kernel.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.History;
import dev.bootbus.kernel.api.Resource;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Bucket.Past;
import dev.bootbus.kernel.store.Bucket.Written;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.kernel.store.StoreUnavailableException;
import dev.bootbus.schema.Nearest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The settings as they are looked at and changed from outside. All of them are always there; what
/// is created, changed and deleted are the values that are stored.
///
/// @param <O> the options that flags are read into
public final class SettingResource<O> implements Resource, History {
  private final LiveSettings<O> live;
  private final Bucket<Setting, Stored> bucket;
  private final Consumer<O> check;
  private final InstantSource clock;
  private final BiConsumer<Setting, String> changed;

  /// @param check what can be said of new values only when they are set: [IllegalArgumentException]
  /// @param changed told of each change that is stored, with the value as JSON, empty for none
  public SettingResource(
      LiveSettings<O> live,
      Consumer<O> check,
      InstantSource clock,
      BiConsumer<Setting, String> changed) {
    this.live = live;
    this.bucket = live.bucket();
    this.check = check;
    this.clock = clock;
    this.changed = changed;
  }

  @Override
  public String name() {
    return "settings";
  }

  @Override
  public Stream<Item> items() {
    return Arrays.stream(Setting.values()).map(this::item);
  }

  @Override
  public Optional<Item> find(String id) {
    return Setting.of(id).map(this::item);
  }

  private Item item(Setting setting) {
    LiveSettings.InForce inForce = live.inForce();
    Flags<O> flags = live.flags();
    Entry<Stored> entry = bucket.find(setting);
    Optional<JsonNode> flag = flags.value(setting);
    boolean isStored = inForce.values().containsKey(setting);
    ObjectNode body = Records.object().put("id", setting.key()).put("name", setting.key());
    Optional<JsonNode> value = isStored ? Optional.of(inForce.values().get(setting)) : flag;
    value.ifPresent(now -> body.set("value", now));
    body.put("from", isStored ? "stored" : "flag");
    body.put("why", why(setting, entry, inForce, flag.isPresent()));
    flag.ifPresent(said -> body.set("flag", said));
    live.stored(setting).ifPresent(stored -> body.set("stored", stored));
    body.put("type", flags.type(setting).name().toLowerCase(Locale.ROOT));
    if (!flags.unit(setting).isEmpty()) {
      body.put("unit", flags.unit(setting));
    }
    body.put("description", flags.description(setting));
    return new Item(setting.key(), LiveSettings.revision(entry), body);
  }

  private static String why(
      Setting setting,
      @Nullable Entry<Stored> entry,
      LiveSettings.InForce inForce,
      boolean isSaid) {
    String ignored = inForce.ignored().get(setting);
    if (ignored != null) {
      return "what is stored does not fit: " + ignored;
    }
    return switch (entry) {
      case Entry.Readable<Stored>(Stored stored, _) -> "stored at " + stored.updated();
      case Entry.Unreadable<Stored> _ -> "what is stored cannot be read by this version";
      case null ->
          isSaid
              ? "of the command line, the environment or the default; nothing is stored"
              : "neither said nor stored";
    };
  }

  @Override
  public CompletionStage<Change> create(ObjectNode body) {
    String name = body.path("name").asText();
    Optional<Setting> setting = Setting.of(name);
    if (setting.isEmpty()) {
      return now(invalid("/name", "there is no such setting" + guess(name)));
    }
    Entry<Stored> entry = bucket.find(setting.get());
    if (entry != null) {
      return now(new Change.Conflict("a value is stored for " + name + " already: change it"));
    }
    return set(setting.get(), body, null, () -> new Change.Created(item(setting.get())));
  }

  private static String guess(String name) {
    return Nearest.of(name, Setting.keys()).map(near -> "; is it " + near + "?").orElse("");
  }

  @Override
  public CompletionStage<Change> replace(String id, ObjectNode body, OptionalLong revision) {
    return changed(
        id,
        revision,
        (setting, entry) -> set(setting, body, entry, () -> new Change.Done(item(setting))));
  }

  @Override
  public CompletionStage<Change> delete(String id, OptionalLong revision) {
    return changed(id, revision, this::forget);
  }

  private interface OfOne {
    CompletionStage<Change> change(Setting setting, @Nullable Entry<Stored> entry);
  }

  private CompletionStage<Change> changed(String id, OptionalLong revision, OfOne change) {
    Optional<Setting> setting = Setting.of(id);
    if (setting.isEmpty()) {
      return now(new Change.NotFound(id));
    }
    Entry<Stored> entry = bucket.find(setting.get());
    if (revision.isPresent() && revision.getAsLong() != LiveSettings.revision(entry)) {
      return now(new Change.Stale(id));
    }
    return change.change(setting.get(), entry);
  }

  private CompletionStage<Change> set(
      Setting setting, ObjectNode body, @Nullable Entry<Stored> instead, Supplier<Change> done) {
    JsonNode value = body.path("value");
    Optional<String> fault = live.flags().fault(setting, value);
    if (fault.isPresent()) {
      return now(invalid("/value", fault.get()));
    }
    try {
      check.accept(live.tried(setting, value));
    } catch (IllegalArgumentException e) {
      return now(invalid("/value", String.valueOf(e.getMessage())));
    }
    CompletableFuture<Change> change = new CompletableFuture<>();
    bucket.write(
        setting,
        new Stored(value, clock.instant()),
        instead,
        written -> change.complete(outcome(setting, written, value.toString(), done)));
    return change;
  }

  private CompletionStage<Change> forget(Setting setting, @Nullable Entry<Stored> entry) {
    if (entry == null) {
      return now(new Change.Gone(setting.key()));
    }
    try {
      live.tried(setting, null);
    } catch (IllegalArgumentException e) {
      return now(new Change.Conflict("the flag's value does not fit: " + e.getMessage()));
    }
    CompletableFuture<Change> change = new CompletableFuture<>();
    bucket.remove(
        setting,
        entry,
        written ->
            change.complete(outcome(setting, written, "", () -> new Change.Gone(setting.key()))));
    return change;
  }

  private Change outcome(Setting setting, Written written, String value, Supplier<Change> done) {
    return switch (written) {
      case Written.Stored _ -> {
        changed.accept(setting, value);
        yield done.get();
      }
      case Written.Overtaken _ -> new Change.Stale(setting.key());
      case Written.Failed(String why) -> new Change.Unavailable(why);
    };
  }

  @Override
  public CompletionStage<List<ObjectNode>> history(String id) {
    Optional<Setting> setting = Setting.of(id);
    if (setting.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    try {
      return CompletableFuture.completedFuture(
          bucket.history(setting.get()).reversed().stream().map(SettingResource::row).toList());
    } catch (StoreUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static ObjectNode row(Past<Stored> past) {
    ObjectNode row =
        Records.object().put("revision", past.revision()).put("time", past.time().toEpochMilli());
    switch (past.entry()) {
      case Entry.Readable<Stored>(Stored stored, _) -> row.set("value", stored.value());
      case Entry.Unreadable<Stored> _ -> {}
      case null -> row.put("deleted", true);
    }
    return row;
  }

  private static Change invalid(String field, String message) {
    return new Change.Invalid(List.of(new Fault(field, message)));
  }

  private static CompletionStage<Change> now(Change change) {
    return CompletableFuture.completedFuture(change);
  }
}
