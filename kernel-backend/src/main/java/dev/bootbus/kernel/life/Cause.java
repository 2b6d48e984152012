package dev.bootbus.kernel.life;

import java.util.Locale;

/// Why a node changed; what [#key] says stands in the log line and in the event.
public enum Cause {
  /// a loader or a system asked for an address
  DHCP_SEEN,
  /// a boot script was written for it
  SCRIPT_FETCHED,
  /// its kernel was sent to it
  KERNEL_FETCHED,
  /// something that only a running system asks for was sent to it
  SYSTEM_FETCHED,
  /// its configuration was written for it
  CONFIG_FETCHED,
  /// it said that its system is up
  PHONED_HOME,
  /// its loader said that it could not boot
  BOOT_FAILED,
  /// it was not heard of in time
  BOOT_TIMEOUT,
  /// it was given its installer too often
  INSTALL_LOOP,
  /// somebody said so
  TOLD,
  /// it had what is another node's
  CONFLICT;

  /// `script-fetched`
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
