package dev.bootbus.kernel.life;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.life.BootDecision.How;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// @param provisioned how a machine that has its system is sent to its disk, by architecture;
///     [Architecture#ANY] for the others
/// @param bootTimeout how long a boot may take
/// @param installAttempts how often a machine may be given its installer
public record LifeSettings(
    Map<Architecture, How> provisioned, Duration bootTimeout, int installAttempts) {
  public static final LifeSettings DEFAULT = new LifeSettings(Map.of(), Duration.ofMinutes(30), 3);

  public LifeSettings {
    provisioned = Map.copyOf(provisioned);
  }

  How how(Architecture arch) {
    return Optional.ofNullable(provisioned.get(arch))
        .orElseGet(() -> provisioned.getOrDefault(Architecture.ANY, How.DENY));
  }

  /// Reads `deny`, `exit` or `sanboot`; or some of them by architecture: `x86_64=sanboot,any=exit`.
  ///
  /// @throws IllegalArgumentException for anything else
  public static Map<Architecture, How> provisioned(String text) {
    Map<Architecture, How> all = new HashMap<>();
    for (String one : text.split(",", -1)) {
      String[] parts = one.strip().split("=", 2);
      Architecture arch = new Architecture(parts.length == 1 ? "any" : parts[0]);
      if (all.put(arch, how(parts[parts.length - 1])) != null) {
        throw new IllegalArgumentException("it is said twice for " + arch);
      }
    }
    return all;
  }

  private static How how(String text) {
    return Arrays.stream(How.values())
        .filter(how -> how.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("say one of deny, exit, sanboot, not " + text));
  }
}
