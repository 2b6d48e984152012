package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;

/// What the API says to one request.
sealed interface Answer {
  /// @param etag empty where there is none
  record Done(String etag, JsonNode body) implements Answer {}

  record Refused(Problem problem) implements Answer {}

  /// @throws RefusedException if it is a problem
  default Done orThrow() throws RefusedException {
    return switch (this) {
      case Done done -> done;
      case Refused(Problem problem) -> throw new RefusedException(problem);
    };
  }
}
