package dev.bootbus.kernel.store;

/// What a bucket holds under one key, with the revision that a change has to name.
public sealed interface Entry<V> {
  long revision();

  record Readable<V>(V value, long revision) implements Entry<V> {}

  /// Bytes that are not the record they should be: left alone, and taken for someone else's.
  record Unreadable<V>(long revision) implements Entry<V> {}
}
