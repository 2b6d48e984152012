package dev.bootbus.schema.conformance;

/// What one check found.
public sealed interface Verdict {
  /// @param detail what was seen, for the table
  record Passed(String detail) implements Verdict {}

  /// @param reason what was seen, and what should have been
  /// @param remedy one sentence: what to do in the backend
  record Failed(String reason, String remedy) implements Verdict {}

  /// @param reason why it could not be told
  record Skipped(String reason) implements Verdict {}

  static Verdict passed(String detail) {
    return new Passed(detail);
  }

  static Verdict failed(String reason, String remedy) {
    return new Failed(reason, remedy);
  }

  static Verdict skipped(String reason) {
    return new Skipped(reason);
  }
}
