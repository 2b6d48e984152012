package dev.bootbus.runtime;

import dev.bootbus.runtime.log.LogFormat;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Command-line options that every service has, as a picocli mixin. Each goes before its
/// environment variable; an empty one is as good as none.
public final class ServiceFlags {
  private static final int MAX_DRAIN = 600;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description =
          "TCP port of /metrics, /healthz, /readyz and /loglevel; 0 takes a free one, off none."
              + " BOOTBUS_MANAGEMENT_PORT, else 9467 for dhcp-server, 9469 for tftp-server, 9480"
              + " for http-server, 9490 for kernel-backend.")
  private @Nullable String port;

  @Option(
      names = "--management-address",
      paramLabel = "IP",
      description =
          "Address of that port, 0.0.0.0 for all; BOOTBUS_MANAGEMENT_ADDRESS, else 127.0.0.1.")
  private @Nullable String address;

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      description = "How log lines are written; BOOTBUS_LOG_FORMAT, else text.")
  private @Nullable String logFormat;

  @Option(
      names = "--drain-seconds",
      paramLabel = "SECONDS",
      description =
          "How long what is under way may take when the process is told to stop, 0 to 600;"
              + " BOOTBUS_DRAIN_SECONDS, else 20.")
  private @Nullable String drain;

  /// What the options and the environment say together.
  ///
  /// @param usualPort where none is named
  /// @throws IllegalArgumentException with one sentence that names the option or the variable
  public ServiceSettings settings(int usualPort) {
    return settings(usualPort, System.getenv());
  }

  ServiceSettings settings(int usualPort, Map<String, String> environment) {
    Given at = Given.of("--management-port", port, environment);
    return new ServiceSettings(
        Given.of("--management-address", address, environment)
            .read("127.0.0.1", InetAddress::ofLiteral, "not an IP address: "),
        at.read(
            String.valueOf(usualPort),
            text -> text.equals("off") ? ServiceSettings.OFF : number(text, 65_535),
            "not 0 to 65535 or off: "),
        !at.text().isEmpty(),
        Given.of("--log-format", logFormat, environment)
            .read("text", LogFormat::parse, "not text or json: "),
        Duration.ofSeconds(
            Given.of("--drain-seconds", drain, environment)
                .read("20", text -> number(text, MAX_DRAIN), "not 0 to " + MAX_DRAIN + ": ")));
  }

  private static int number(String text, int max) {
    int number = Integer.parseInt(text);
    if (number < 0 || number > max) {
      throw new IllegalArgumentException(text);
    }
    return number;
  }

  /// @param name of the option or the variable that it comes from
  /// @param text empty where neither says anything
  private record Given(String name, String text) {
    static Given of(String option, @Nullable String value, Map<String, String> environment) {
      if (value != null && !value.isBlank()) {
        return new Given(option, value.strip());
      }
      String variable = "BOOTBUS_" + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
      return new Given(variable, environment.getOrDefault(variable, "").strip());
    }

    <T> T read(String otherwise, Function<String, T> reader, String complaint) {
      try {
        return reader.apply(text.isEmpty() ? otherwise : text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ": " + complaint + LogText.printable(text), e);
      }
    }
  }
}
