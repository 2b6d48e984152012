package dev.bootbus.kernel.life;

import dev.bootbus.kernel.store.EventLimits;
import java.util.function.Function;
import picocli.CommandLine.Option;

/// The flags about the life of machines.
public final class LifeFlags {
  private static final int MAX_ATTEMPTS = 100;

  @Option(
      names = "--provisioned",
      paramLabel = "deny|exit|sanboot",
      defaultValue = "${env:BOOTBUS_PROVISIONED:-deny}",
      description =
          "How a machine that has its system comes to its disk: by no boot options, or by a script"
              + " that ends, or that starts the disk; or by architecture,"
              + " x86_64=sanboot,any=exit.")
  String provisioned = "";

  @Option(
      names = "--boot-timeout",
      paramLabel = "TIME",
      defaultValue = "${env:BOOTBUS_BOOT_TIMEOUT:-30m}",
      description = "How long a boot may take before it has failed: 10m, 2h, 1d.")
  String bootTimeout = "";

  @Option(
      names = "--install-attempts",
      paramLabel = "N",
      defaultValue = "${env:BOOTBUS_INSTALL_ATTEMPTS:-3}",
      description =
          "How often a machine is given its installer before somebody has to look, 1-100.")
  int installAttempts;

  /// @throws IllegalArgumentException that names the flag
  public LifeSettings settings() {
    if (installAttempts < 1 || installAttempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException(
          "--install-attempts: not from 1 to " + MAX_ATTEMPTS + ": " + installAttempts);
    }
    return new LifeSettings(
        given(provisioned)
            ? parsed("--provisioned", provisioned, LifeSettings::provisioned)
            : LifeSettings.DEFAULT.provisioned(),
        given(bootTimeout)
            ? parsed("--boot-timeout", bootTimeout, EventLimits::age)
            : LifeSettings.DEFAULT.bootTimeout(),
        installAttempts);
  }

  private static boolean given(String text) {
    return !text.isBlank();
  }

  private static <T> T parsed(String option, String text, Function<String, T> reader) {
    try {
      return reader.apply(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }
}
