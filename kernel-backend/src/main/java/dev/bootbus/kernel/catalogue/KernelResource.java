package dev.bootbus.kernel.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource;
import dev.bootbus.kernel.catalogue.LiveCatalogue.Listed;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The kernels of the catalogue, from outside. Those of the bucket can be changed, and go before
/// those that are shipped; those of a file are the file's.
///
/// Beside its fields a kernel says its `source`, `file`, `stored` or `shipped`, and a file's one
/// where it is `declared`. Templates that come from files are not shown.
public final class KernelResource implements Resource {
  private static final int MAX_STORED = 1000;
  private static final Set<String> READ_ONLY = Set.of("id", "revision", "source", "declared");

  private final LiveCatalogue catalogue;
  private final Bucket<String, Kernel> bucket;
  private final Function<String, Optional<String>> use;
  private final Consumer<String> changed;

  /// @param bucket whose changes the catalogue hears of
  /// @param use who boots a kernel by its name, as a sentence, if somebody does
  /// @param changed told the name of each kernel that was changed through this
  public KernelResource(
      LiveCatalogue catalogue,
      Bucket<String, Kernel> bucket,
      Function<String, Optional<String>> use,
      Consumer<String> changed) {
    this.catalogue = catalogue;
    this.bucket = bucket;
    this.use = use;
    this.changed = changed;
  }

  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public Stream<Item> items() {
    return catalogue.listed().values().stream().map(KernelResource::item);
  }

  @Override
  public Optional<Item> find(String id) {
    return Optional.ofNullable(catalogue.listed().get(id)).map(KernelResource::item);
  }

  private static Item item(Listed listed) {
    Kernel kernel = listed.kernel();
    ObjectNode body = KernelJson.write(kernel);
    long revision =
        switch (listed.origin()) {
          case Origin.Stored(long stored) -> {
            body.put("source", "stored");
            yield stored;
          }
          case Origin.Shipped _ -> {
            body.put("source", "shipped");
            yield checksum(kernel);
          }
          case Origin.File(String file, int line) -> {
            body.remove("config");
            body.put("source", "file").put("declared", file + ", line " + line);
            yield checksum(kernel);
          }
        };
    body.put("id", kernel.name());
    return new Item(kernel.name(), revision, body);
  }

  /// The same in every replica, and another when the kernel is.
  private static long checksum(Kernel kernel) {
    CRC32C sum = new CRC32C();
    sum.update(new KernelFormat().write(kernel));
    return sum.getValue();
  }

  private static OptionalLong revisionOf(Listed listed) {
    return OptionalLong.of(item(listed).revision());
  }

  @Override
  public CompletionStage<Change> create(ObjectNode body) {
    return switch (read(body)) {
      case Read.Wrong(List<Fault> faults) -> done(new Change.Invalid(faults));
      case Read.Right(Kernel kernel) -> {
        Listed there = catalogue.listed().get(kernel.name());
        if (there != null && !(there.origin() instanceof Origin.Shipped)) {
          yield done(new Change.Conflict(called(kernel.name(), there.origin())));
        }
        Change lost = new Change.Conflict(called(kernel.name(), new Origin.Stored(0)));
        yield write(kernel, null, new Ends(Change.Created::new, lost));
      }
    };
  }

  @Override
  public CompletionStage<Change> replace(String id, ObjectNode body, OptionalLong revision) {
    Listed there = catalogue.listed().get(id);
    if (there == null) {
      return done(new Change.NotFound(id));
    }
    if (there.origin() instanceof Origin.File) {
      return done(new Change.Conflict(called(id, there.origin())));
    }
    if (revision.isPresent() && !revision.equals(revisionOf(there))) {
      return done(new Change.Stale(id));
    }
    ObjectNode named = body.has("name") ? body : body.deepCopy().put("name", id);
    return switch (read(named)) {
      case Read.Wrong(List<Fault> faults) -> done(new Change.Invalid(faults));
      case Read.Right(Kernel kernel) when !kernel.name().equals(id) ->
          done(new Change.Invalid(List.of(new Fault("/name", "a kernel keeps its name, " + id))));
      case Read.Right(Kernel kernel) ->
          write(kernel, entry(there), new Ends(Change.Done::new, new Change.Stale(id)));
    };
  }

  @Override
  public CompletionStage<Change> delete(String id, OptionalLong revision) {
    Listed there = catalogue.listed().get(id);
    if (there == null) {
      return done(new Change.NotFound(id));
    }
    if (!(entry(there) instanceof Entry<Kernel> entry)) {
      return done(new Change.Conflict(called(id, there.origin())));
    }
    if (revision.isPresent() && !revision.equals(revisionOf(there))) {
      return done(new Change.Stale(id));
    }
    Optional<String> user = catalogue.shipped(id).isPresent() ? Optional.empty() : user(id);
    if (user.isPresent()) {
      return done(new Change.Conflict(user.get()));
    }
    CompletableFuture<Change> change = new CompletableFuture<>();
    bucket.remove(
        id,
        entry,
        written -> change.complete(end(id, written, new Change.Gone(id), new Change.Stale(id))));
    return change;
  }

  private Optional<String> user(String kernel) {
    return catalogue.get().defaults().setting().equals(kernel)
        ? Optional.of("the setting default-kernel names " + kernel)
        : use.apply(kernel);
  }

  /// The record behind a kernel, or null for one that is in no bucket.
  private static @Nullable Entry<Kernel> entry(Listed listed) {
    return listed.origin() instanceof Origin.Stored(long revision)
        ? new Entry.Readable<>(listed.kernel(), revision)
        : null;
  }

  private static String called(String name, Origin origin) {
    return "the kernel " + name + " is " + origin;
  }

  /// What a change is when its record is stored, and when another was faster.
  private record Ends(Function<Item, Change> stored, Change overtaken) {}

  private CompletionStage<Change> write(Kernel kernel, @Nullable Entry<Kernel> instead, Ends ends) {
    String name = kernel.name();
    if (instead == null) {
      if (bucket.find(name) instanceof Entry.Unreadable<Kernel>) {
        return done(new Change.Conflict("the record of " + name + " is of another version"));
      }
      if (bucket.size() >= MAX_STORED) {
        return done(new Change.Conflict("there are " + MAX_STORED + " kernels in the bucket"));
      }
    }
    CompletableFuture<Change> change = new CompletableFuture<>();
    bucket.write(
        name,
        kernel,
        instead,
        written -> {
          Change stored = find(name).map(ends.stored()).orElse(ends.overtaken());
          change.complete(end(name, written, stored, ends.overtaken()));
        });
    return change;
  }

  private Change end(String name, Bucket.Written written, Change stored, Change overtaken) {
    return switch (written) {
      case Bucket.Written.Stored _ -> {
        changed.accept(name);
        yield stored;
      }
      case Bucket.Written.Overtaken _ -> overtaken;
      case Bucket.Written.Failed(String why) -> new Change.Unavailable(why);
    };
  }

  private static CompletionStage<Change> done(Change change) {
    return CompletableFuture.completedStage(change);
  }

  private sealed interface Read {
    record Right(Kernel kernel) implements Read {}

    record Wrong(List<Fault> faults) implements Read {}
  }

  private static Read read(ObjectNode body) {
    ObjectNode own = body.deepCopy();
    own.remove(READ_ONLY);
    return switch (KernelJson.read(own)) {
      case KernelJson.Reading.Bad(List<CatalogueException> complaints) ->
          new Read.Wrong(complaints.stream().map(KernelResource::fault).toList());
      case KernelJson.Reading.Good(Kernel kernel) when !KernelFormat.isKey(kernel.name()) ->
          new Read.Wrong(List.of(new Fault("/name", "no dots at its end, or one after another")));
      case KernelJson.Reading.Good(Kernel kernel)
          when new KernelFormat().write(kernel).length > KernelFormat.MAX_SIZE ->
          new Read.Wrong(List.of(new Fault("", "larger than " + KernelFormat.MAX_SIZE + " bytes")));
      case KernelJson.Reading.Good(Kernel kernel) -> new Read.Right(kernel);
    };
  }

  private static Fault fault(CatalogueException complaint) {
    String field = complaint.field().replace("~", "~0").replace("/", "~1").replace('.', '/');
    return new Fault(field.isEmpty() ? "" : "/" + field, complaint.fault());
  }
}
