package dev.bootbus.kernel.ctl;

/// How what was found is printed; the constants are the words of `--output`.
enum Format {
  table,
  /// with all columns
  wide,
  json,
  yaml,
  /// ids alone
  name
}
