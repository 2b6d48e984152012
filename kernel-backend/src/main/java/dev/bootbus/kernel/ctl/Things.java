package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.MacAddress;
import java.util.Optional;

/// Single things of one kind: finds them, and changes what was found, unless somebody else has
/// changed it meanwhile.
record Things(Api api, Kind kind) {
  static Things of(Api api, Kind kind) {
    return new Things(api, kind);
  }

  /// As it was when it was looked at.
  record Found(String id, String etag, JsonNode body) {}

  Found found(String id) throws UnreachableException, RefusedException {
    return found(id, api.get(path(id)).orThrow());
  }

  Optional<Found> find(String id) throws UnreachableException, RefusedException {
    return switch (api.get(path(id))) {
      case Answer.Refused(Problem problem) when problem.status() == Problem.NOT_FOUND ->
          Optional.empty();
      case Answer answer -> Optional.of(found(id, answer.orThrow()));
    };
  }

  private static Found found(String asked, Answer.Done done) {
    return new Found(done.body().path("id").asText(asked), done.etag(), done.body());
  }

  Answer create(JsonNode body) throws UnreachableException {
    return api.post(kind.path(), body);
  }

  Answer change(Found found, JsonNode patch) throws UnreachableException {
    return api.patch(path(found.id()), patch, found.etag());
  }

  Answer replace(Found found, JsonNode body) throws UnreachableException {
    return api.put(path(found.id()), body, found.etag());
  }

  Answer delete(Found found) throws UnreachableException {
    return api.delete(path(found.id()), found.etag());
  }

  Answer act(Found found, String action, JsonNode body) throws UnreachableException {
    return api.post(path(found.id()) + "/" + action, body, found.etag());
  }

  private String path(String id) {
    return Api.path(kind.path(), kind == Kind.NODES ? dashed(id) : id);
  }

  /// A MAC in whichever of its spellings; anything else as it is.
  private static String dashed(String id) {
    try {
      return id.indexOf(':') < 0 ? id : MacAddress.parse(id).dashed();
    } catch (IllegalArgumentException e) {
      return id;
    }
  }
}
