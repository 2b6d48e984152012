package dev.bootbus.dhcp;

/// Whose word an option of a reply is.
public enum Origin {
  /// The client's or the relay's own word, given back.
  CLIENT,
  /// Our identity.
  SERVER,
  /// The backend's, by a name of the contract.
  BACKEND,
  /// Somebody's by code: the backend's, or else the settings'.
  BY_CODE,
  /// Of the boot: whoever named the boot file ([BootOptions.Why]).
  BOOT,
  /// A setting.
  SETTING,
  /// Nobody says, and so it is this.
  DEFAULT,
  /// It follows from what kind of client, or of message, this is.
  RULE
}
