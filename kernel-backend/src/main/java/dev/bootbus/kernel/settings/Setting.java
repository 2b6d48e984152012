package dev.bootbus.kernel.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A flag that may be changed while the backend runs.
public enum Setting {
  POOL,
  EXCLUDE,
  SUBNET,
  SUBNET_MASK,
  GATEWAY,
  DNS,
  DOMAIN,
  NTP,
  LEASE_TIME,
  OFFER_TIME,
  DECLINE_TIME,
  MAX_DECLINED,
  UNKNOWN,
  DEFAULT_KERNEL,
  PROVISIONED,
  BOOT_TIMEOUT,
  INSTALL_ATTEMPTS;

  /// `lease-time`
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String flag() {
    return "--" + key();
  }

  public static Optional<Setting> of(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key().equals(key)).findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Setting::key).toList();
  }
}
