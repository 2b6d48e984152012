package dev.bootbus.runtime;

/// Of this build; a constant, so that annotations can have it.
public final class Version {
  public static final String OURS = "0.1.0-SNAPSHOT";

  private Version() {}
}
