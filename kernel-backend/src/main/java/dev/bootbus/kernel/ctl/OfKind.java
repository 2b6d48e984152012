package dev.bootbus.kernel.ctl;

/// The command above `list`, `get` and so on, which says of what.
interface OfKind {
  Kind kind();
}
