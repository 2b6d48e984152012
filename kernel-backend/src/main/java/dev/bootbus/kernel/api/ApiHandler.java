package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.api.Resource.Item;
import dev.bootbus.kernel.journal.Journal;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/// From request to answer. What is in memory is answered at once, in the thread that has read the
/// request; lists of many have threads of their own, and a change is waited for in a virtual one.
final class ApiHandler extends Handler.Abstract.NonBlocking {
  /// Each is held in memory, with at most 1 MiB.
  private static final int MAX_BODIES = 32;

  private static final Set<String> JSON = Set.of(Media.JSON);
  private static final Set<String> PATCH = Set.of(Media.JSON, Media.MERGE_PATCH);

  private final Served served;
  private final Gate gate;
  private final Journal journal;
  private final Executor scans;
  private final Executor waits;
  private final Semaphore bodies = new Semaphore(MAX_BODIES);

  /// @param scans for what goes through all things
  /// @param waits for what waits for the bus
  ApiHandler(Served served, Gate gate, Journal journal, Executor scans, Executor waits) {
    this.served = served;
    this.gate = gate;
    this.journal = journal;
    this.scans = scans;
    this.waits = waits;
  }

  /// A part of the answer that may be refused.
  private interface Step {
    void run() throws RefusedException;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    ApiExchange exchange = new ApiExchange(request, response, callback, journal);
    attempt(exchange, () -> enter(exchange));
    return true;
  }

  private static void attempt(ApiExchange exchange, Step step) {
    try {
      step.run();
    } catch (RefusedException e) {
      exchange.refuse(e.problem());
    } catch (RuntimeException | StackOverflowError e) { // one request, not the server
      exchange.fail(e);
    }
  }

  private void run(Executor threads, ApiExchange exchange, Step step) throws RefusedException {
    try {
      threads.execute(() -> attempt(exchange, step));
    } catch (RejectedExecutionException e) {
      throw Problem.of(Kind.TOO_MANY, "too many lists at once").refusal();
    }
  }

  private void enter(ApiExchange exchange) throws RefusedException {
    var target = Target.of(exchange.path(), served.resources());
    if (target.isPresent() && target.get() instanceof Target.About(AboutFile file)) {
      mustAllow(exchange, target.get());
      about(exchange, file);
      return;
    }
    exchange.by(gate.enter(exchange.credentials(), !exchange.isRead()));
    if (target.isEmpty()) {
      throw Problem.of(Kind.NOT_FOUND, "no such path; /api/v1/docs shows those there are")
          .refusal();
    }
    mustAllow(exchange, target.get());
    if (!served.isReady()) {
      throw Problem.of(Kind.UNAVAILABLE, "the buckets have not been read yet").refusal();
    }
    if (exchange.isRead()) {
      read(exchange, target.get());
    } else {
      withBody(exchange, target.get());
    }
  }

  private static void mustAllow(ApiExchange exchange, Target target) throws RefusedException {
    String method = exchange.isHead() ? "GET" : exchange.method();
    if (!target.methods().contains(method)) {
      Set<String> allowed = new TreeSet<>(target.methods());
      if (allowed.contains("GET")) {
        allowed.add("HEAD");
      }
      exchange.put(HttpHeader.ALLOW, String.join(", ", allowed));
      throw Problem.of(
              Kind.METHOD_NOT_ALLOWED,
              "not %s, but %s".formatted(method, String.join(", ", allowed)))
          .refusal();
    }
  }

  private static void about(ApiExchange exchange, AboutFile file) throws RefusedException {
    exchange.mustAccept(file.mediaType());
    exchange.secure(AboutFile.CONTENT_SECURITY_POLICY);
    exchange.body(200, file.mediaType(), file.content());
  }

  private void read(ApiExchange exchange, Target target) throws RefusedException {
    switch (target) {
      case Target.BootFile _, Target.Files _, Target.File _ -> texts(exchange, target);
      case Target.Collection(Resource resource) -> {
        Selection selection = new Selection(resource, query(exchange));
        run(scans, exchange, () -> exchange.json(200, selection.page()));
      }
      case Target.All(Resource resource) -> {
        Selection selection = new Selection(resource, query(exchange));
        run(scans, exchange, () -> exchange.stream(new StreamedRows(resource, selection)));
      }
      case Target.Count(Resource resource) -> {
        Selection selection = new Selection(resource, query(exchange));
        run(scans, exchange, () -> exchange.json(200, selection.count()));
      }
      case Target.One(Resource resource, String id) -> one(exchange, resource, id);
      case Target.Lookup(Resource resource, String id) -> one(exchange, resource, id);
      case Target.Past(Resource resource, String id) -> {
        exchange.mustAccept(Media.JSON);
        run(waits, exchange, () -> exchange.json(200, Changes.history(resource, id)));
      }
      case Target.Act _, Target.About _ -> throw new IllegalStateException("not read: " + target);
    }
  }

  private static Query query(ApiExchange exchange) throws RefusedException {
    exchange.mustAccept(Media.JSON);
    return Query.of(exchange.parameters());
  }

  private static void one(ApiExchange exchange, Resource resource, String id)
      throws RefusedException {
    exchange.mustAccept(Media.JSON);
    Item item = resource.find(id).orElseThrow(() -> Changes.missing(resource, id).refusal());
    exchange.item(200, item);
  }

  private void texts(ApiExchange exchange, Target target) throws RefusedException {
    Texts texts = served.texts();
    switch (target) {
      case Target.BootFile(String node, String kernel) -> {
        exchange.mustAccept(Media.TEXT);
        Map<String, String> parameters = exchange.parameters();
        exchange.text(Media.TEXT, texts.bootFile(node, kernel, parameters));
      }
      case Target.Files(String node) -> {
        exchange.mustAccept(Media.JSON);
        run(scans, exchange, () -> exchange.json(200, texts.files(node)));
      }
      case Target.File(String node, String path) ->
          run(
              scans,
              exchange,
              () -> {
                Texts.Text text = texts.file(node, path);
                exchange.mustAccept(text.mediaType());
                exchange.text(text.mediaType(), text.text());
              });
      default -> throw new IllegalStateException("no text: " + target);
    }
  }

  private void withBody(ApiExchange exchange, Target target) throws RefusedException {
    Request request = exchange.request();
    OptionalLong revision = Preconditions.insisted(exchange.header(HttpHeader.IF_MATCH));
    if (request.getLength() > Json.MAX_BODY) {
      throw tooLarge();
    }
    mustBeJson(exchange);
    if (!bodies.tryAcquire()) {
      throw Problem.of(Kind.TOO_MANY, "too many changes at once").refusal();
    }
    Content.Source.asByteArrayAsync(
        request,
        Json.MAX_BODY,
        new Promise.Invocable.NonBlocking<>() {
          @Override
          public void succeeded(byte[] body) {
            waits.execute(
                () -> {
                  try {
                    attempt(exchange, () -> change(exchange, target, Json.read(body), revision));
                  } finally {
                    bodies.release();
                  }
                });
          }

          @Override
          public void failed(Throwable failure) {
            bodies.release();
            unread(exchange, failure);
          }
        });
  }

  private static RefusedException tooLarge() {
    return Problem.of(Kind.TOO_LARGE, "a body has at most " + Json.MAX_BODY + " bytes").refusal();
  }

  /// What has no body needs no type.
  private static void mustBeJson(ApiExchange exchange) throws RefusedException {
    String type = exchange.header(HttpHeader.CONTENT_TYPE);
    Set<String> types = exchange.method().equals("PATCH") ? PATCH : JSON;
    if (type == null && exchange.request().getLength() == 0) {
      return;
    }
    if (!Media.isOneOf(type, types)) {
      throw Problem.of(
              Kind.UNSUPPORTED_MEDIA_TYPE,
              "Content-Type has to be " + String.join(" or ", new TreeSet<>(types)))
          .refusal();
    }
  }

  private static void unread(ApiExchange exchange, Throwable failure) {
    switch (failure) {
      case IllegalStateException _ -> exchange.refuse(tooLarge().problem());
      case TimeoutException _ ->
          exchange.refuse(Problem.of(Kind.BAD_REQUEST, "the rest of the body did not come"));
      default -> exchange.lost(failure);
    }
  }

  private static void change(
      ApiExchange exchange, Target target, ObjectNode body, OptionalLong revision)
      throws RefusedException {
    exchange.mustAccept(Media.JSON);
    switch (target) {
      case Target.Collection(Resource resource) ->
          told(exchange, resource, Changes.create(resource, body));
      case Target.One(Resource resource, String id) ->
          told(
              exchange,
              resource,
              switch (exchange.method()) {
                case "PUT" -> Changes.replace(resource, id, body, revision);
                case "PATCH" -> Changes.patch(resource, id, body, revision);
                default -> Changes.delete(resource, id, revision);
              });
      case Target.Act(Resource resource, String id, String action) ->
          told(exchange, resource, Changes.act(resource, id, action, body, revision));
      default -> throw new IllegalStateException("not changed: " + target);
    }
  }

  private static void told(ApiExchange exchange, Resource resource, Change change)
      throws RefusedException {
    switch (change) {
      case Change.Done(Item item) -> exchange.item(200, item);
      case Change.Created(Item item) -> {
        exchange.put(HttpHeader.LOCATION, "/api/v1/%s/%s".formatted(resource.name(), item.id()));
        exchange.item(201, item);
      }
      case Change.Gone _ -> exchange.empty(204);
      case Change.NotFound _,
          Change.Stale _,
          Change.Conflict _,
          Change.Invalid _,
          Change.Unavailable _ ->
          throw Changes.problem(resource, change).refusal();
    }
  }
}
