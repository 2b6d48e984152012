package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Things in memory that are kept as the real ones are: by compare-and-set.
class Shelf implements Resource {
  private final String name;
  private final String key;
  private final Map<String, Item> items = new ConcurrentSkipListMap<>();
  private long revision;

  /// @param key field of which the id is made
  Shelf(String name, String key) {
    this.name = name;
    this.key = key;
  }

  void clear() {
    items.clear();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> actions() {
    return name.equals("nodes") ? Set.of("boot") : Set.of();
  }

  @Override
  public Stream<Item> items() {
    return items.values().stream();
  }

  @Override
  public Optional<Item> find(String id) {
    Optional<Item> item = Optional.ofNullable(items.get(id));
    return item.isPresent()
        ? item
        : items().filter(one -> one.body().path("hostname").asText().equals(id)).findFirst();
  }

  @Override
  public synchronized CompletionStage<Change> create(ObjectNode body) {
    String id = body.path(key).asText().replace(':', '-');
    if (id.isEmpty()) {
      return done(new Change.Invalid(List.of(new Fault("/" + key, "has to be there"))));
    }
    if (items.containsKey(id)) {
      return done(new Change.Conflict(id + " is there already"));
    }
    return done(new Change.Created(put(id, body)));
  }

  @Override
  public synchronized CompletionStage<Change> replace(
      String id, ObjectNode body, OptionalLong seen) {
    return changed(id, seen, () -> new Change.Done(put(id, body)));
  }

  @Override
  public synchronized CompletionStage<Change> delete(String id, OptionalLong seen) {
    return changed(
        id,
        seen,
        () -> {
          items.remove(id);
          return new Change.Gone(id);
        });
  }

  @Override
  public synchronized CompletionStage<Change> act(
      String id, String action, ObjectNode body, OptionalLong seen) {
    return changed(
        id,
        seen,
        () ->
            new Change.Done(
                put(id, items.get(id).body().deepCopy().set("bootOnce", body.get("kernel")))));
  }

  private CompletionStage<Change> changed(String id, OptionalLong seen, Supplier<Change> change) {
    Item item = items.get(id);
    if (item == null) {
      return done(new Change.NotFound(id));
    }
    return done(
        seen.isPresent() && seen.getAsLong() != item.revision()
            ? new Change.Stale(id)
            : change.get());
  }

  private Item put(String id, ObjectNode body) {
    Item item = new Item(id, ++revision, body.put("id", id));
    items.put(id, item);
    return item;
  }

  private static CompletionStage<Change> done(Change change) {
    return CompletableFuture.completedFuture(change);
  }

  /// One that remembers.
  static final class Remembering extends Shelf implements History {
    Remembering(String name, String key) {
      super(name, key);
    }

    @Override
    public CompletionStage<List<ObjectNode>> history(String id) {
      return CompletableFuture.completedFuture(
          find(id).stream()
              .map(
                  item ->
                      item.body()
                          .deepCopy()
                          .put("revision", item.revision())
                          .put("time", 1L)
                          .put("deleted", item.body().has("deleted")))
              .toList());
    }
  }
}
