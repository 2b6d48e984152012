package dev.bootbus.schema.conformance;

/// One thing that a backend owes, or should have.
///
/// @param name short and stable, for scripts
/// @param why one sentence: what it is good for
public record Check(String name, Level level, Needs needs, String why, Run run) {

  /// How bad it is when a check fails.
  public enum Level {
    /// a machine would not boot, or others would suffer
    MUST,
    /// some peer, or some mistake of a peer, would not be met
    SHOULD
  }

  /// Without what a check cannot tell anything; each needs what those before it need.
  public enum Needs {
    NOTHING,
    /// the first request got a reply
    REPLY,
    /// and that could be read
    READABLE,
    /// and it was an answer for a known machine
    KNOWN
  }

  /// What is done to find out.
  @FunctionalInterface
  public interface Run {
    Verdict on(Session session) throws InterruptedException;
  }

  static Check must(String name, Needs needs, String why, Run run) {
    return new Check(name, Level.MUST, needs, why, run);
  }

  static Check should(String name, Needs needs, String why, Run run) {
    return new Check(name, Level.SHOULD, needs, why, run);
  }
}
