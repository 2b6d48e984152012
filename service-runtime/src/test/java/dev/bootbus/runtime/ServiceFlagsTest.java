package dev.bootbus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.runtime.log.LogFormat;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class ServiceFlagsTest {
  private static ServiceSettings settings(Map<String, String> environment, String... options) {
    CommandLine commandLine =
        new CommandLine(
            CommandSpec.create()
                .addMixin("service", CommandSpec.forAnnotatedObject(new ServiceFlags())));
    commandLine.parseArgs(options);
    ServiceFlags flags =
        (ServiceFlags) commandLine.getCommandSpec().mixins().get("service").userObject();
    return flags.settings(9467, environment);
  }

  @Test
  void nothingIsNeeded() {
    assertThat(settings(Map.of("BOOTBUS_LOG_FORMAT", "")))
        .isEqualTo(
            new ServiceSettings(
                InetAddress.ofLiteral("127.0.0.1"),
                9467,
                false,
                LogFormat.TEXT,
                Duration.ofSeconds(20)));
  }

  @Test
  void anOptionGoesBeforeItsVariable() {
    Map<String, String> environment =
        Map.of(
            "BOOTBUS_MANAGEMENT_PORT", "1",
            "BOOTBUS_MANAGEMENT_ADDRESS", "0.0.0.0",
            "BOOTBUS_LOG_FORMAT", "json",
            "BOOTBUS_DRAIN_SECONDS", "5");
    assertThat(settings(environment, "--management-port=off", "--drain-seconds=0"))
        .isEqualTo(
            new ServiceSettings(
                InetAddress.ofLiteral("0.0.0.0"),
                ServiceSettings.OFF,
                true,
                LogFormat.JSON,
                Duration.ZERO));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--management-port=70000 | --management-port: not 0 to 65535 or off: 70000",
        "--management-port=-1 | --management-port: not 0 to 65535 or off: -1",
        "--management-port=no | --management-port: not 0 to 65535 or off: no",
        "--management-address=localhost | --management-address: not an IP address: localhost",
        "--log-format=xml | --log-format: not text or json: xml",
        "--drain-seconds=601 | --drain-seconds: not 0 to 600: 601",
        "--drain-seconds=1m | --drain-seconds: not 0 to 600: 1m",
      })
  void aMistakeIsOneSentence(String option, String complaint) {
    assertThatThrownBy(() -> settings(Map.of(), option))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(complaint);
  }

  @Test
  void aMistakeInTheEnvironmentNamesTheVariable() {
    assertThatThrownBy(() -> settings(Map.of("BOOTBUS_MANAGEMENT_PORT", "x")))
        .hasMessage("BOOTBUS_MANAGEMENT_PORT: not 0 to 65535 or off: x");
  }

  @Test
  void theReadmeHasARowForEach() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    CommandSpec.forAnnotatedObject(new ServiceFlags())
        .options()
        .forEach(
            option ->
                assertThat(readme)
                    .contains(
                        "| `%s` | `BOOTBUS_%s` |"
                            .formatted(
                                option.longestName(),
                                option
                                    .longestName()
                                    .substring(2)
                                    .replace('-', '_')
                                    .toUpperCase(Locale.ROOT))));
  }
}
