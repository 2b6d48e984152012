package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.api.Resource.Item;
import dev.bootbus.kernel.store.StoreUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Changes things of a [Resource], and waits until that is stored. What REST and the bus have in
/// common.
final class Changes {
  /// nats-server answers in milliseconds, or the bus is not there.
  private static final long SECONDS = 10;

  /// As many callers may be faster, one after the other.
  private static final int ROUNDS = 16;

  private static final List<String> OURS = List.of("id", "revision");

  private Changes() {}

  static Change create(Resource resource, ObjectNode body) throws RefusedException {
    return await(resource.create(theirs(body)));
  }

  static Change replace(Resource resource, String id, ObjectNode body, OptionalLong revision)
      throws RefusedException {
    return await(resource.replace(id, theirs(body), revision));
  }

  /// Each caller changes its own fields only, so that one who insists on no revision goes on with
  /// what another has just written.
  static Change patch(Resource resource, String id, ObjectNode patch, OptionalLong revision)
      throws RefusedException {
    for (int round = 1; ; round++) {
      Optional<Item> item = resource.find(id);
      if (item.isEmpty()) {
        return new Change.NotFound(id);
      }
      long seen = item.get().revision();
      if (revision.isPresent() && revision.getAsLong() != seen) {
        return new Change.Stale(id);
      }
      ObjectNode merged = theirs(MergePatch.apply(item.get().body(), theirs(patch)));
      Change change = await(resource.replace(id, merged, OptionalLong.of(seen)));
      if (!(change instanceof Change.Stale) || revision.isPresent() || round == ROUNDS) {
        return change;
      }
    }
  }

  static Change delete(Resource resource, String id, OptionalLong revision)
      throws RefusedException {
    return await(resource.delete(id, revision));
  }

  static Change act(
      Resource resource, String id, String action, ObjectNode body, OptionalLong revision)
      throws RefusedException {
    return await(resource.act(id, action, body, revision));
  }

  /// `{"rows":[…]}`
  static ObjectNode history(Resource resource, String id) throws RefusedException {
    if (!(resource instanceof History history)) {
      throw missing(resource, id).refusal();
    }
    List<ObjectNode> rows = await(history.history(id));
    if (rows.isEmpty() && resource.find(id).isEmpty()) {
      throw missing(resource, id).refusal();
    }
    ObjectNode json = Json.object();
    json.putArray("rows").addAll(rows);
    return json;
  }

  /// A body without what only the backend says.
  private static ObjectNode theirs(ObjectNode body) {
    ObjectNode copy = body.deepCopy();
    copy.remove(OURS);
    return copy;
  }

  static Problem missing(Resource resource, String id) {
    return Problem.of(Kind.NOT_FOUND, "among the %s there is no %s".formatted(resource.name(), id));
  }

  /// What is to be said of a change that was not made.
  static Problem problem(Resource resource, Change change) {
    return switch (change) {
      case Change.NotFound(String id) -> missing(resource, id);
      case Change.Stale(String id) ->
          Problem.of(Kind.STALE, id + " has changed since: get it again, and change that");
      case Change.Conflict(String reason) -> Problem.of(Kind.CONFLICT, reason);
      case Change.Invalid(List<Resource.Fault> faults) ->
          new Problem(Kind.INVALID, "nothing was changed: see errors", faults);
      case Change.Unavailable(String reason) -> Problem.of(Kind.UNAVAILABLE, reason);
      case Change.Done _, Change.Created _, Change.Gone _ ->
          throw new IllegalArgumentException("no problem: " + change);
    };
  }

  private static <T> T await(CompletionStage<T> stage) throws RefusedException {
    try {
      return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw Problem.of(
              Kind.UNAVAILABLE, "the bus has not said in %d s that it is stored".formatted(SECONDS))
          .refusal();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.of(Kind.UNAVAILABLE, "the backend is stopping").refusal();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case StoreUnavailableException why ->
            throw Problem.of(Kind.UNAVAILABLE, String.valueOf(why.getMessage())).refusal();
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}
