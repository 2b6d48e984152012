package dev.bootbus.kernel.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Origin;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.life.Cause;
import dev.bootbus.kernel.life.Happening;
import dev.bootbus.kernel.life.Life;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Nodes for the API. What YAML declares cannot be changed by it.
public final class NodeResource implements Resource {
  /// A node that changes this often meanwhile is in use by something else.
  private static final int MAX_ROUNDS = 8;

  /// A record that is larger could not be read.
  private static final int MAX_RECORD = 60 << 10;

  private final Nodes nodes;
  private final Supplier<Catalogue> catalogue;
  private final Function<Inet4Address, Optional<MacAddress>> leased;
  private final Journal journal;
  private final InstantSource clock;

  /// @param leased who has leased an address
  public NodeResource(
      Nodes nodes,
      Supplier<Catalogue> catalogue,
      Function<Inet4Address, Optional<MacAddress>> leased,
      Journal journal,
      InstantSource clock) {
    this.nodes = nodes;
    this.catalogue = catalogue;
    this.leased = leased;
    this.journal = journal;
    this.clock = clock;
  }

  /// What a node becomes, or why it does not.
  private sealed interface Edit {
    record To(Node node) implements Edit {}

    record Not(Change why) implements Edit {}
  }

  @Override
  public String name() {
    return "nodes";
  }

  @Override
  public Stream<Item> items() {
    return nodes.all().map(this::item);
  }

  @Override
  public Optional<Item> find(String id) {
    return nodes.named(id).map(this::item);
  }

  private Item item(MacAddress mac) {
    Entry<Node> entry = nodes.bucket().find(mac);
    Node node = nodes.node(mac).orElseGet(() -> Node.stranger(mac));
    Declared declared = nodes.declared(mac);
    Given given = declared == null ? node.given() : Machine.declared(declared, node.given());
    return new Item(
        mac.dashed(),
        entry == null ? 0 : entry.revision(),
        NodeFields.write(Machine.of(mac, declared, node), given, node));
  }

  @Override
  public CompletionStage<Change> create(ObjectNode body) {
    NodeBody read = new NodeBody(body, NodeFields.ALL);
    Optional<MacAddress> named = read.read("mac", NodeFields::mac);
    if (named.isEmpty() && read.faults().isEmpty()) {
      read.fault("mac", "missing");
    }
    if (named.isEmpty()) {
      return done(new Change.Invalid(read.faults()));
    }
    MacAddress mac = named.get();
    MacAddress holder = nodes.first(mac);
    if (nodes.named(holder.toString()).isPresent()) {
      return done(new Change.Conflict(mac + " is the node " + holder.dashed() + " already"));
    }
    if (nodes.bucket().size() >= Nodes.MAX_NODES) {
      return done(new Change.Conflict("there are " + Nodes.MAX_NODES + " nodes already"));
    }
    return switch (edit(nodes.fresh(mac), body)) {
      case Edit.Not(Change why) -> done(why);
      case Edit.To(Node node) -> create(node);
    };
  }

  private CompletionStage<Change> create(Node node) {
    CompletableFuture<Change> then = new CompletableFuture<>();
    nodes
        .bucket()
        .write(
            node.mac(),
            node,
            null,
            written ->
                then.complete(
                    switch (written) {
                      case Bucket.Written.Stored _ -> {
                        told(node);
                        yield new Change.Created(item(node.mac()));
                      }
                      case Bucket.Written.Overtaken _ ->
                          new Change.Conflict(node.mac() + " has just become a node");
                      case Bucket.Written.Failed(String why) -> new Change.Unavailable(why);
                    }));
    return then;
  }

  @Override
  public CompletionStage<Change> replace(String id, ObjectNode body, OptionalLong revision) {
    return change(id, revision, node -> edit(node, body));
  }

  @Override
  public CompletionStage<Change> delete(String id, OptionalLong revision) {
    Optional<MacAddress> mac = nodes.named(id);
    if (mac.isEmpty()) {
      return done(new Change.NotFound(id));
    }
    if (nodes.declared(mac.get()) != null) {
      return done(new Change.Conflict(mac.get().dashed() + " is " + origin(mac.get())));
    }
    CompletableFuture<Change> then = new CompletableFuture<>();
    delete(mac.get(), revision, MAX_ROUNDS, then);
    return then;
  }

  private void delete(
      MacAddress mac, OptionalLong revision, int rounds, CompletableFuture<Change> then) {
    Entry<Node> entry = nodes.bucket().find(mac);
    if (entry == null) {
      then.complete(new Change.NotFound(mac.dashed()));
    } else if (isStale(entry, revision) || rounds == 0) {
      then.complete(new Change.Stale(mac.dashed()));
    } else {
      nodes
          .bucket()
          .remove(
              mac,
              entry,
              written -> {
                switch (written) {
                  case Bucket.Written.Stored _ -> {
                    journal.nodeRemoved(mac, Nodes.nodeOf(entry));
                    then.complete(new Change.Gone(mac.dashed()));
                  }
                  case Bucket.Written.Overtaken _ -> delete(mac, revision, rounds - 1, then);
                  case Bucket.Written.Failed(String why) ->
                      then.complete(new Change.Unavailable(why));
                }
              });
    }
  }

  @Override
  public Set<String> actions() {
    return Set.of("boot", "reinstall", "commission", "provisioned", "fail");
  }

  @Override
  public CompletionStage<Change> act(
      String id, String action, ObjectNode body, OptionalLong revision) {
    Function<Node, Edit> edit =
        switch (action) {
          case "boot" -> node -> boot(node, body);
          case "reinstall" -> node -> reinstall(node, body);
          case "commission" -> node -> commission(node, body);
          case "provisioned" ->
              node -> told(node, body, List.of(), new Happening.ToldProvisioned());
          case "fail" -> node -> fail(node, body);
          default -> throw new IllegalArgumentException("nodes have no action " + action);
        };
    return change(id, revision, edit);
  }

  private Edit boot(Node node, ObjectNode body) {
    NodeBody read = new NodeBody(body, List.of("kernel"));
    Optional<Kernel> kernel = kernel(read);
    if (!read.has("kernel")) {
      read.fault("kernel", "missing");
    }
    return kernel.isPresent() && read.faults().isEmpty()
        ? new Edit.To(
            next(node, new Happening.ToldToBoot(kernel.get().name(), kernel.get().installs())))
        : new Edit.Not(new Change.Invalid(read.faults()));
  }

  private Edit reinstall(Node node, ObjectNode body) {
    NodeBody read = new NodeBody(body, List.of("kernel"));
    Optional<Kernel> kernel = kernel(read);
    if (!read.faults().isEmpty()) {
      return new Edit.Not(new Change.Invalid(read.faults()));
    }
    Node told = next(node, new Happening.ToldToReinstall());
    if (kernel.isEmpty()) {
      return new Edit.To(told);
    }
    String name = kernel.get().name();
    Declared declared = nodes.declared(node.mac());
    if (declared != null && !declared.kernel().isEmpty()) {
      return declared.kernel().equals(name)
          ? new Edit.To(told)
          : new Edit.Not(new Change.Conflict("kernel is " + origin(node.mac())));
    }
    return new Edit.To(told.with(node.given().withKernel(name)));
  }

  private Optional<Kernel> kernel(NodeBody read) {
    Map<String, Kernel> kernels = catalogue.get().kernels();
    return read.read("kernel", name -> NodeFields.kernel(name, "", catalogue.get()))
        .map(kernels::get);
  }

  /// Values for its command line and templates, such as its disk, are kept by that.
  private Edit commission(Node node, ObjectNode body) {
    NodeBody read = new NodeBody(body, List.of("options"));
    Map<String, String> options = new HashMap<>(node.given().options());
    options.putAll(read.values("options", NodeFields::name, NodeFields::value));
    return read.faults().isEmpty()
        ? new Edit.To(
            next(node, new Happening.ToldToCommission()).with(node.given().withOptions(options)))
        : new Edit.Not(new Change.Invalid(read.faults()));
  }

  private Edit fail(Node node, ObjectNode body) {
    NodeBody read = new NodeBody(body, List.of("reason"));
    String reason = read.read("reason", NodeFields::value).orElse("");
    return told(node, body, List.of("reason"), new Happening.ToldFailed(reason));
  }

  private Edit told(Node node, ObjectNode body, List<String> fields, Happening what) {
    NodeBody read = new NodeBody(body, fields);
    read.read("reason", NodeFields::value);
    return read.faults().isEmpty()
        ? new Edit.To(next(node, what))
        : new Edit.Not(new Change.Invalid(read.faults()));
  }

  private Node next(Node node, Happening what) {
    return node.with(Life.next(node.progress(), what, Integer.MAX_VALUE, clock.instant()));
  }

  /// Puts what a body says in the place of what was said over the API before.
  private Edit edit(Node node, ObjectNode body) {
    NodeBody read = new NodeBody(body, NodeFields.ALL);
    MacAddress mac = node.mac();
    read.read("mac", NodeFields::mac)
        .filter(other -> !other.equals(mac))
        .ifPresent(_ -> read.fault("mac", "a node keeps its first hardware address: " + mac));
    read.text("id")
        .filter(other -> !other.equals(mac.dashed()))
        .ifPresent(_ -> read.fault("id", "a node keeps its id: " + mac.dashed()));
    Given said = NodeFields.given(read, effective(node), catalogue.get());
    List<String> clashes = new ArrayList<>();
    Declared declared = nodes.declared(mac);
    if (declared != null) {
      said = NodeFields.beside(declared, said, node.given(), read, clashes::add);
    }
    if (said.hostname().isEmpty()) {
      said = said.named(nodes.names().freeFor(mac));
    }
    Node edited = node.with(said);
    if (read.has("uuid") || read.has("arch")) {
      edited =
          edited.with(
              read.read("arch", NodeFields::arch).orElse(node.arch()),
              read.has("uuid") ? read.read("uuid", NodeFields::uuid).orElse("") : node.uuid());
    }
    edited = progressed(edited, read);
    if (!read.faults().isEmpty()) {
      return new Edit.Not(new Change.Invalid(read.faults()));
    }
    if (!clashes.isEmpty()) {
      return new Edit.Not(new Change.Conflict(String.join(", ", clashes) + ": " + origin(mac)));
    }
    Optional<String> taken = taken(edited, node);
    if (taken.isPresent()) {
      return new Edit.Not(new Change.Conflict(taken.get()));
    }
    return new NodeFormat().write(edited).length > MAX_RECORD
        ? new Edit.Not(
            new Change.Invalid(List.of(new Fault("", "larger than " + MAX_RECORD + " bytes"))))
        : new Edit.To(edited);
  }

  private Given effective(Node node) {
    Declared declared = nodes.declared(node.mac());
    return declared == null ? node.given() : Machine.declared(declared, node.given());
  }

  /// A stage that is set is as if somebody had said it.
  private Node progressed(Node node, NodeBody read) {
    Progress now = node.progress();
    Optional<Stage> stage = read.read("stage", text -> NodeFields.one(text, Stage.values()));
    if (stage.isPresent() && stage.get() != now.stage()) {
      node =
          next(
              node,
              switch (stage.get()) {
                case COMMISSIONING, COMMISSIONED -> new Happening.ToldToCommission();
                case PROVISIONING -> new Happening.ToldToReinstall();
                case PROVISIONED -> new Happening.ToldProvisioned();
              });
      node = node.with(node.progress().to(stage.get()));
    }
    Optional<Status> status = read.read("status", text -> NodeFields.one(text, Status.values()));
    if (status.isPresent() && status.get() != now.status()) {
      node = node.with(node.progress().to(status.get()).because("").since(clock.instant()));
    }
    String once =
        read.read("bootOnce", name -> NodeFields.kernel(name, now.bootOnce(), catalogue.get()))
            .orElse("");
    if (!once.equals(now.bootOnce())) {
      Kernel kernel = catalogue.get().kernels().get(once);
      node = next(node, new Happening.ToldToBoot(once, kernel != null && kernel.installs()));
    }
    return node;
  }

  /// What another node has already.
  private Optional<String> taken(Node edited, Node before) {
    MacAddress mac = edited.mac();
    Names names = nodes.names();
    Given given = edited.given();
    if (!given.hostname().equals(before.hostname()) && names.isTaken(given.hostname(), mac)) {
      return Optional.of("another node is called " + given.hostname());
    }
    for (MacAddress other : given.macs()) {
      if (other.equals(mac) || names.isTaken(other, mac)) {
        return Optional.of(
            other + " is the node " + nodes.first(other).dashed() + " already: remove it there");
      }
    }
    if (!edited.uuid().equals(before.uuid())
        && !edited.uuid().isEmpty()
        && names.isUuidTaken(edited.uuid(), mac)) {
      return Optional.of("another node has the UUID " + edited.uuid());
    }
    Inet4Address address = given.address();
    if (address == null || address.equals(before.given().address())) {
      return Optional.empty();
    }
    if (names.isTaken(address, mac)) {
      return Optional.of("another node has the address " + address.getHostAddress());
    }
    return leased
        .apply(address)
        .map(nodes::first)
        .filter(holder -> !holder.equals(mac))
        .map(holder -> address.getHostAddress() + " is leased to " + holder);
  }

  private String origin(MacAddress mac) {
    Origin.@Nullable File origin = catalogue.get().origins().nodes().get(mac);
    return origin == null ? "declared in the catalogue" : origin.toString();
  }

  private CompletionStage<Change> change(
      String id, OptionalLong revision, Function<Node, Edit> edit) {
    Optional<MacAddress> mac = nodes.named(id);
    if (mac.isEmpty()) {
      return done(new Change.NotFound(id));
    }
    CompletableFuture<Change> then = new CompletableFuture<>();
    change(mac.get(), revision, edit, MAX_ROUNDS, then);
    return then;
  }

  private void change(
      MacAddress mac,
      OptionalLong revision,
      Function<Node, Edit> edit,
      int rounds,
      CompletableFuture<Change> then) {
    Entry<Node> entry = nodes.bucket().find(mac);
    if (entry instanceof Entry.Unreadable<Node>) {
      then.complete(new Change.Conflict("the record of " + mac.dashed() + " cannot be read"));
      return;
    }
    if (isStale(entry, revision) || rounds == 0) {
      then.complete(new Change.Stale(mac.dashed()));
      return;
    }
    Node node = nodes.node(mac).orElseGet(() -> nodes.fresh(mac));
    Node stored = Nodes.nodeOf(entry);
    switch (edit.apply(stored == null ? node : stored)) {
      case Edit.Not(Change why) -> then.complete(why);
      case Edit.To(Node edited) when edited.equals(stored) ->
          then.complete(new Change.Done(item(mac)));
      case Edit.To(Node edited) ->
          nodes
              .bucket()
              .write(
                  mac,
                  edited,
                  entry,
                  written -> {
                    switch (written) {
                      case Bucket.Written.Stored _ -> {
                        told(edited);
                        then.complete(new Change.Done(item(mac)));
                      }
                      case Bucket.Written.Overtaken _ ->
                          change(mac, revision, edit, rounds - 1, then);
                      case Bucket.Written.Failed(String why) ->
                          then.complete(new Change.Unavailable(why));
                    }
                  });
    }
  }

  private void told(Node node) {
    journal.nodeChanged(node, Cause.TOLD.key(), node.progress().reason(), "");
  }

  private static boolean isStale(@Nullable Entry<Node> entry, OptionalLong revision) {
    return revision.isPresent() && revision.getAsLong() != (entry == null ? 0 : entry.revision());
  }

  private static CompletionStage<Change> done(Change change) {
    return CompletableFuture.completedFuture(change);
  }
}
