package dev.bootbus.probe;

import java.util.Locale;

/// Everything that can be found wrong. Each has a section of the same name in FINDINGS.md.
public enum Cause {
  NO_OFFER(
      Severity.BROKEN,
      "no DHCP server answers",
      "look whether one runs on this network, or a relay leads to one; the log of ours says why it"
          + " does not answer");

  private final Severity severity;
  private final String title;
  private final String remedy;

  Cause(Severity severity, String title, String remedy) {
    this.severity = severity;
    this.title = title;
    this.remedy = remedy;
  }

  /// In `--json`, and the anchor in FINDINGS.md: `no-offer`.
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Severity severity() {
    return severity;
  }

  /// What is wrong, without the particulars.
  public String title() {
    return title;
  }

  /// What to do.
  public String remedy() {
    return remedy;
  }
}
