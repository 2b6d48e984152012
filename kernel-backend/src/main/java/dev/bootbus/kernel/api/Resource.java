package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/// One kind of thing that can be looked at and changed from outside: nodes, kernels, leases,
/// settings. It knows JSON and nothing of HTTP or NATS.
///
/// What is read comes from this replica's memory at once; a change is done when it is stored, and
/// only if nothing else has changed the thing meanwhile.
public interface Resource {
  /// In paths and subjects: `nodes`.
  String name();

  /// All that there are at this moment, in no order, without secrets.
  Stream<Item> items();

  /// The ids of all, where they are had without their bodies, and none of them is deleted.
  default Optional<Stream<String>> ids() {
    return Optional.empty();
  }

  /// @param id its key, or another name that only one has: a host name, a UUID, an address
  Optional<Item> find(String id);

  CompletionStage<Change> create(ObjectNode body);

  /// Puts a whole thing in the place of one.
  ///
  /// @param revision that the caller has seen, if it insists on it
  CompletionStage<Change> replace(String id, ObjectNode body, OptionalLong revision);

  CompletionStage<Change> delete(String id, OptionalLong revision);

  /// What can be done with one beside that, such as `reinstall`.
  default Set<String> actions() {
    return Set.of();
  }

  /// @param action one of [#actions]
  /// @param body the action's values; empty where it needs none
  default CompletionStage<Change> act(
      String id, String action, ObjectNode body, OptionalLong revision) {
    throw new IllegalArgumentException(name() + " have no action " + action);
  }

  /// @param id its key, which stands in the body as `id` as well
  /// @param revision changes with each change; the ETag
  record Item(String id, long revision, ObjectNode body) {}

  /// What became of a change.
  sealed interface Change {
    /// It is stored, and this is there now.
    record Done(Item item) implements Change {}

    record Created(Item item) implements Change {}

    record Gone(String id) implements Change {}

    record NotFound(String id) implements Change {}

    /// Somebody else was faster, or the caller has seen an old one.
    record Stale(String id) implements Change {}

    /// It contradicts something else, as a host name that another has.
    record Conflict(String reason) implements Change {}

    record Invalid(List<Fault> faults) implements Change {}

    /// Not now: the store cannot be reached.
    record Unavailable(String reason) implements Change {}
  }

  /// @param field as a JSON Pointer (RFC 6901), such as `/address`
  /// @param message one sentence that says what would be right
  record Fault(String field, String message) {}
}
