package dev.bootbus.runtime.yaml;

/// Text that is no document. There is no stack trace, because the fault is the file's.
public final class YamlException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;
  private final String fault;

  YamlException(int line, String fault) {
    super("line " + line + ": " + fault, null, false, false);
    this.line = line;
    this.fault = fault;
  }

  /// From 1 on.
  public int line() {
    return line;
  }

  public String fault() {
    return fault;
  }
}
