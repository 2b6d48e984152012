package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.api.Resource.Item;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.schema.ApiReply;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.ServiceTerms;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// The same as REST, as endpoints of the NATS service: `bootbus.v1.nodes.list` and so on. Who may
/// ask is decided by the permissions of nats-server.
public final class ApiBus {
  private static final String CALLER = "bus";
  private static final Set<String> CONFIG = Set.of("key", "value");
  private static final Set<String> ONE = Set.of("id");
  private static final Set<String> NEW = Set.of("body");
  private static final Set<String> CHANGED = Set.of("id", "revision", "body");
  private static final Set<String> GONE = Set.of("id", "revision");

  private final Bus bus;
  private final ServiceTerms terms;
  private final Served served;
  private final Journal journal;

  private ApiBus(Bus bus, ServiceTerms terms, Served served, Journal journal) {
    this.bus = bus;
    this.terms = terms;
    this.served = served;
    this.journal = journal;
  }

  /// Answers from now on.
  public static void answer(Bus bus, ServiceTerms terms, Served served, Journal journal) {
    ApiBus api = new ApiBus(bus, terms, served, journal);
    served.resources().values().forEach(api::answer);
    if (served.resources().get("nodes") != null) {
      api.read("nodes.files", ONE, asked -> served.texts().files(text(asked, "id")));
      api.read("nodes.render", Set.of("id", "path"), api::rendered);
      api.read("kernels.generateBootFile", Set.of("node", "kernel", "loader"), api::bootFile);
    }
    if (served.resources().get("settings") instanceof Resource settings) {
      api.change("config.set", CONFIG, true, settings, asked -> config(settings, asked));
    }
  }

  private interface Reading {
    ObjectNode of(ObjectNode asked) throws RefusedException;
  }

  private interface Changing {
    Change of(ObjectNode asked) throws RefusedException;
  }

  private void answer(Resource resource) {
    String name = resource.name() + ".";
    read(name + "list", Query.PARAMETERS, asked -> selection(resource, asked).page());
    read(name + "count", Query.PARAMETERS, asked -> selection(resource, asked).count());
    for (String what : new String[] {"get", "lookup"}) {
      read(name + what, ONE, asked -> one(resource, text(asked, "id")));
    }
    if (resource instanceof History) {
      read(name + "history", ONE, asked -> Changes.history(resource, text(asked, "id")));
    }
    change(name + "create", NEW, resource, asked -> Changes.create(resource, body(asked)));
    change(
        name + "replace",
        CHANGED,
        resource,
        asked -> Changes.replace(resource, text(asked, "id"), body(asked), revision(asked)));
    change(
        name + "patch",
        CHANGED,
        resource,
        asked -> Changes.patch(resource, text(asked, "id"), body(asked), revision(asked)));
    change(
        name + "delete",
        GONE,
        resource,
        asked -> Changes.delete(resource, text(asked, "id"), revision(asked)));
    for (String action : resource.actions()) {
      change(
          name + action,
          CHANGED,
          resource,
          asked -> Changes.act(resource, text(asked, "id"), action, body(asked), revision(asked)));
    }
  }

  private void read(String what, Set<String> fields, Reading reading) {
    bus.answerApi(
        terms,
        what,
        false,
        bytes ->
            attempt(
                what,
                () -> {
                  ObjectNode answer = reading.of(asked(bytes, fields));
                  journal.apiRead();
                  return ApiReply.of(Json.write(answer));
                }));
  }

  private void change(String what, Set<String> fields, Resource resource, Changing changing) {
    change(what, fields, false, resource, changing);
  }

  private void change(
      String what, Set<String> fields, boolean told, Resource resource, Changing changing) {
    bus.answerApi(
        terms,
        what,
        told,
        bytes ->
            attempt(
                what,
                () -> {
                  ObjectNode answer = done(resource, changing.of(asked(bytes, fields)));
                  journal.apiChanged(CALLER, what, 200);
                  return ApiReply.of(Json.write(answer));
                }));
  }

  private interface Answering {
    ApiReply reply() throws RefusedException;
  }

  private ApiReply attempt(String what, Answering answering) {
    try {
      return answering.reply();
    } catch (RefusedException e) {
      Problem problem = e.problem();
      journal.apiRefused(CALLER, what, problem.kind().key(), problem.detail());
      return new ApiReply(Json.write(problem.json()), problem.kind().status(), problem.detail());
    }
  }

  private static ObjectNode done(Resource resource, Change change) throws RefusedException {
    return switch (change) {
      case Change.Done(Item item) -> Selection.whole(item);
      case Change.Created(Item item) -> Selection.whole(item);
      case Change.Gone(String id) -> Json.object().put("id", id);
      case Change.NotFound _,
          Change.Stale _,
          Change.Conflict _,
          Change.Invalid _,
          Change.Unavailable _ ->
          throw Changes.problem(resource, change).refusal();
    };
  }

  private static ObjectNode asked(byte[] bytes, Set<String> fields) throws RefusedException {
    ObjectNode asked = Json.read(bytes);
    for (String field : (Iterable<String>) asked::fieldNames) {
      if (!fields.contains(field)) {
        throw refused(field, "there is no such field; there are " + new TreeSet<>(fields));
      }
    }
    return asked;
  }

  private static Selection selection(Resource resource, ObjectNode asked) throws RefusedException {
    Map<String, String> parameters = new HashMap<>();
    asked.properties().forEach(field -> parameters.put(field.getKey(), field.getValue().asText()));
    return new Selection(resource, Query.of(parameters));
  }

  private static ObjectNode one(Resource resource, String id) throws RefusedException {
    return Selection.whole(
        resource.find(id).orElseThrow(() -> Changes.missing(resource, id).refusal()));
  }

  private ObjectNode rendered(ObjectNode asked) throws RefusedException {
    Texts.Text text = served.texts().file(text(asked, "id"), text(asked, "path"));
    return Json.object().put("mediaType", text.mediaType()).put("text", text.text());
  }

  private ObjectNode bootFile(ObjectNode asked) throws RefusedException {
    Map<String, String> parameters =
        asked.has("loader") ? Map.of("loader", text(asked, "loader")) : Map.of();
    return Json.object()
        .put(
            "text",
            served.texts().bootFile(text(asked, "node"), text(asked, "kernel"), parameters));
  }

  /// `{"key":"lease-time","value":600}`; null for the flag's own.
  private static Change config(Resource settings, ObjectNode asked) throws RefusedException {
    String key = text(asked, "key");
    JsonNode value = asked.path("value");
    if (value.isNull()) {
      return Changes.delete(settings, key, OptionalLong.empty());
    }
    ObjectNode body = Json.object();
    body.set("value", value);
    return Changes.replace(settings, key, body, OptionalLong.empty());
  }

  private static String text(ObjectNode asked, String field) throws RefusedException {
    if (!asked.path(field).isTextual()) {
      throw refused(field, "has to be text");
    }
    return asked.get(field).textValue();
  }

  private static ObjectNode body(ObjectNode asked) throws RefusedException {
    return switch (asked.path("body")) {
      case ObjectNode body -> body;
      case JsonNode none when none.isMissingNode() -> Json.object();
      case JsonNode _ -> throw refused("body", "has to be an object");
    };
  }

  private static OptionalLong revision(ObjectNode asked) throws RefusedException {
    JsonNode revision = asked.path("revision");
    if (revision.isMissingNode() || revision.isNull()) {
      return OptionalLong.empty();
    }
    if (!revision.isIntegralNumber() || !revision.canConvertToLong()) {
      throw refused("revision", "has to be a whole number");
    }
    return OptionalLong.of(revision.longValue());
  }

  private static RefusedException refused(String field, String why) {
    return Problem.of(Kind.BAD_REQUEST, field + ": " + why).refusal();
  }
}
