package dev.bootbus.probe.doctor;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.Severity;
import java.util.List;

/// One thing that was looked at.
///
/// @param name short, as `ports`
/// @param said what was seen, in one line
record Check(String name, String said, List<Finding> findings) {

  /// `ok`, `note`, `warning` or `broken`
  String state() {
    if (has(Severity.BROKEN)) {
      return "broken";
    }
    if (has(Severity.WARNING)) {
      return "warning";
    }
    return has(Severity.NOTE) ? "note" : "ok";
  }

  private boolean has(Severity severity) {
    return findings.stream().anyMatch(finding -> finding.cause().severity() == severity);
  }
}
