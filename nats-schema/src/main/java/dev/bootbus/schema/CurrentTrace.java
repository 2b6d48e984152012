package dev.bootbus.schema;

import org.jspecify.annotations.Nullable;

/// The trace that a thread works for, so that what is measured meanwhile can name it as an
// exemplar.
public final class CurrentTrace {
  private static final ThreadLocal<@Nullable Traceparent> CURRENT = new ThreadLocal<>();

  private CurrentTrace() {}

  /// Does the work in the name of the trace, or of none.
  public static void during(@Nullable Traceparent trace, Runnable work) {
    Traceparent before = CURRENT.get();
    CURRENT.set(trace);
    try {
      work.run();
    } finally {
      CURRENT.set(before);
    }
  }

  /// @return null outside of [#during]
  public static @Nullable Traceparent get() {
    return CURRENT.get();
  }
}
