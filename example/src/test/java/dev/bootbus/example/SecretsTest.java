package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No process says a secret, whatever is wrong.
class SecretsTest {
  private static final String SECRET = "hunter2";
  private static final Map<String, String> ALL =
      Map.of(
          "BOOTBUS_NATS_URL",
          "nats://alice:hunter2@127.0.0.1:1",
          "BOOTBUS_NATS_USER",
          "alice",
          "BOOTBUS_NATS_PASSWORD",
          SECRET,
          "BOOTBUS_NATS_TOKEN",
          SECRET);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"dhcp-server", "tftp-server", "http-server", "kernel-backend"})
  void helpDoesNotShowTheSecretsOfTheEnvironment(String name) throws Exception {
    try (Service service = Service.start(folder, name, ALL, "--help")) {
      assertThat(service.status()).isZero();
      assertThat(service.log()).contains("--nats-password-file").doesNotContain(SECRET);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dhcp-server", "tftp-server", "http-server", "kernel-backend"})
  void aWrongEnvironmentIsToldInOneLine(String name) throws Exception {
    isRefused(
        name,
        ALL,
        "more than one way to log in to nats-server: leave only one of BOOTBUS_NATS_URL,"
            + " BOOTBUS_NATS_USER, BOOTBUS_NATS_TOKEN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dhcp-server", "tftp-server", "http-server", "kernel-backend"})
  void aPasswordOnTheCommandLineIsRefused(String name) throws Exception {
    isRefused(
        name,
        Map.of(),
        "--nats: everybody can read a password there",
        "--nats",
        "nats://alice:hunter2@127.0.0.1:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dhcp-server", "tftp-server", "http-server", "kernel-backend"})
  void aUrlThatCannotBeReadIsNotShown(String name) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("BOOTBUS_NATS_URL", "nats://alice:hunter2/@127.0.0.1:1");
    isRefused(name, environment, "BOOTBUS_NATS_URL: not a server URL");
  }

  private void isRefused(String name, Map<String, String> given, String why, String... arguments)
      throws Exception {
    Map<String, String> environment = new HashMap<>(given);
    environment.putAll(
        Map.of(
            "BOOTBUS_ROOT", folder.toString(),
            "BOOTBUS_ADDRESS", "127.0.0.1",
            "BOOTBUS_PORT", "0",
            "BOOTBUS_CLIENT_PORT", "1",
            "BOOTBUS_PROXY_PORT", "0",
            "BOOTBUS_HTTP_PORT", name.equals("http-server") ? "0" : "80"));
    try (Service service = Service.start(folder, name, environment, arguments)) {
      assertThat(service.status()).as(service.log()).isEqualTo(2);
      assertThat(service.log())
          .startsWith(name + ": " + why)
          .hasLineCount(1)
          .doesNotContain(SECRET);
    }
  }
}
