package dev.bootbus.dhcp.config;

import java.util.List;

/// A configuration that cannot be used. There is no stack trace, because the fault is the file's.
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final String[] complaints;

  /// @param complaints one sentence each, which names file and line, variable or flag
  public ConfigException(List<String> complaints) {
    super(String.join("; ", complaints), null, false, false);
    this.complaints = complaints.toArray(String[]::new);
  }

  static ConfigException of(String complaint) {
    return new ConfigException(List.of(complaint));
  }

  static ConfigException at(String file, int line, String message) {
    return of(file + ":" + line + ": " + message);
  }

  public List<String> complaints() {
    return List.of(complaints);
  }
}
