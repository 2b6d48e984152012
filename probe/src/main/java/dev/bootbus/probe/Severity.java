package dev.bootbus.probe;

/// How much a finding matters to a machine that wants to boot.
public enum Severity {
  /// The machine does not boot.
  BROKEN,
  /// It boots here and now; elsewhere, later, or on other firmware it may not.
  WARNING,
  /// Nothing is wrong; the operator may want to know.
  NOTE
}
