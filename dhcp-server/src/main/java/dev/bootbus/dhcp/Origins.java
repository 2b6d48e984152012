package dev.bootbus.dhcp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whose word each option of one reply is, written down while it is put together.
public final class Origins {
  private static final int CODES = 255;

  private final @Nullable Origin[] byCode = new Origin[CODES];

  void put(int code, Origin origin) {
    byCode[code] = origin;
  }

  /// Empty for an option that the reply does not have.
  public Optional<Origin> of(int code) {
    return Optional.ofNullable(byCode[code]);
  }
}
