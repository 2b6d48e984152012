package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;

/// Ends a fetch from deep inside; never leaves this package.
final class Broke extends Exception {
  private static final long serialVersionUID = 1;
  private final transient Finding finding;

  Broke(Cause cause, String detail) {
    this(new Finding(cause, detail));
  }

  Broke(Finding finding) {
    super(finding.detail(), null, false, false);
    this.finding = finding;
  }

  Finding finding() {
    return finding;
  }
}
