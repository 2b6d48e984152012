package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource.Fault;
import java.util.List;
import java.util.Locale;

/// Why a request was not done (RFC 9457).
///
/// @param detail one sentence that says what would be right
/// @param faults of the body's fields
record Problem(Kind kind, String detail, List<Fault> faults) {
  static final String MEDIA_TYPE = "application/problem+json";

  /// Where its [Kind] is explained.
  static final String PAGE = "/api/v1/problems";

  enum Kind {
    BAD_REQUEST(400, "The request cannot be read"),
    UNAUTHORIZED(401, "A token is needed"),
    FORBIDDEN(403, "This caller may not do that"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "This cannot be done here"),
    NOT_ACCEPTABLE(406, "There is no answer of that kind"),
    CONFLICT(409, "It contradicts something else"),
    STALE(412, "It has changed meanwhile"),
    TOO_LARGE(413, "That is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "A body of that kind is not read"),
    INVALID(422, "Fields are wrong"),
    TOO_MANY(429, "That is too much at once"),
    BUG(500, "The backend made a mistake"),
    UNAVAILABLE(503, "The bus is not there");

    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    int status() {
      return status;
    }

    String title() {
      return title;
    }

    /// In `type`, the log and the README: `not-found`.
    String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Problem {
    faults = List.copyOf(faults);
  }

  static Problem of(Kind kind, String detail) {
    return new Problem(kind, detail, List.of());
  }

  RefusedException refusal() {
    return new RefusedException(this);
  }

  /// Carries one to where it is answered; no stack trace, since nothing here is at fault.
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Problem problem;

    RefusedException(Problem problem) {
      super(problem.detail(), null, false, false);
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  ObjectNode json() {
    ObjectNode json =
        Json.object()
            .put("type", PAGE + "#" + kind.key())
            .put("title", kind.title())
            .put("status", kind.status())
            .put("detail", detail);
    if (!faults.isEmpty()) {
      ArrayNode errors = json.putArray("errors");
      for (Fault fault : faults) {
        errors.addObject().put("pointer", fault.field()).put("detail", fault.message());
      }
    }
    return json;
  }
}
