package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.runtime.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;

/// Why the API has refused something: problem details (RFC 9457).
///
/// @param says in one sentence
/// @param faults of single fields: `/address: not an IPv4 address`
record Problem(int status, String says, List<String> faults) {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int SERVER_ERROR = 500;
  static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;

  static Problem of(int status, JsonNode details) {
    List<String> faults = new ArrayList<>();
    for (JsonNode error : details.path("errors")) {
      faults.add(error.path("pointer").asText() + ": " + error.path("detail").asText());
    }
    String detail = details.path("detail").asText();
    String says = detail.isEmpty() ? details.path("title").asText("error " + status) : detail;
    return new Problem(status, says, faults);
  }

  /// What a person reads: a line, and one for each fault.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(Terminal.printable(says + advice()));
    faults.forEach(fault -> lines.add("  " + Terminal.printable(fault)));
    return lines;
  }

  private String advice() {
    return switch (status) {
      case UNAUTHORIZED -> " (name a file with a token: --token-file, BOOTBUS_API_TOKEN_FILE)";
      case FORBIDDEN -> " (the token of --token-file has another role)";
      case PRECONDITION_FAILED -> " (nothing was changed: look at it, and try again)";
      default -> "";
    };
  }

  /// Whether the next request would end the same, whatever it is about.
  boolean isOfAll() {
    return status == UNAUTHORIZED || status == FORBIDDEN || status >= SERVER_ERROR;
  }

  /// In one line, where there are many to tell.
  String line() {
    return Terminal.printable(faults.isEmpty() ? says : says + ": " + String.join("; ", faults));
  }
}
