package dev.bootbus.schema;

import static dev.bootbus.schema.testing.Authority.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.bootbus.schema.testing.Authority;
import dev.bootbus.schema.testing.Authority.Issued;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What is wrong with the access is told at the start, in one sentence that names the option or the
/// variable, and never with the secret.
class AccessFilesTest {
  private static final String SECRET = "hunter2-hunter2";
  private static final GeneralName HOST = new GeneralName(GeneralName.dNSName, "localhost");

  private final Authority ca = new Authority("the CA");
  @TempDir private Path folder;

  @BeforeEach
  void makeFiles() {
    Issued client = ca.issue(Authority.elliptic(), HOST);
    Issued rsa = ca.issue(Authority.rsa(), HOST);
    write(folder, "empty", "");
    write(folder, "blank", "\n" + SECRET);
    write(folder, "secret", SECRET);
    write(folder, "garbage", "-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END");
    write(folder, "client.pem", client.certificate());
    write(folder, "client.key", client.pkcs8());
    write(folder, "other.key", ca.issue(Authority.elliptic(), HOST).pkcs8());
    write(folder, "rsa.key", rsa.pkcs8());
    write(
        folder,
        "expired.pem",
        ca.issue(Authority.elliptic(), HOST, Instant.EPOCH.plusSeconds(1_000_000_000))
            .certificate());
    write(folder, "large", SECRET.repeat(10_000));
  }

  /// `name=value, …` with `@file` for one of the folder.
  private Map<String, String> settings(String text) {
    Map<String, String> settings = new LinkedHashMap<>();
    Arrays.stream(text.split(" "))
        .map(part -> part.split("=", 2))
        .forEach(part -> settings.put(part[0], value(part[1])));
    return settings;
  }

  private String value(String text) {
    return text.startsWith("@") ? folder.resolve(text.substring(1)).toString() : text;
  }

  private String shown(String message) {
    return message.replace(folder + "/", "@");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "USER=alice | no password for the NATS user alice: set BOOTBUS_NATS_PASSWORD or"
            + " BOOTBUS_NATS_PASSWORD_FILE",
        "PASSWORD=hunter2-hunter2 | a password for nats-server, and no user to whom it belongs:"
            + " set BOOTBUS_NATS_USER",
        "USER=alice PASSWORD=hunter2-hunter2 PASSWORD_FILE=@secret | set only one of"
            + " BOOTBUS_NATS_PASSWORD and BOOTBUS_NATS_PASSWORD_FILE",
        "USER=alice PASSWORD_FILE=@none | BOOTBUS_NATS_PASSWORD_FILE: there is no file @none",
        "USER=alice PASSWORD_FILE=@empty | BOOTBUS_NATS_PASSWORD_FILE: @empty is empty; its first"
            + " line should be the secret",
        "USER=alice PASSWORD_FILE=@blank | BOOTBUS_NATS_PASSWORD_FILE: @blank is empty; its first"
            + " line should be the secret",
        "USER=alice PASSWORD_FILE=@large | BOOTBUS_NATS_PASSWORD_FILE: @large is too large for a"
            + " secret",
        "USER=alice PASSWORD_FILE=@. | BOOTBUS_NATS_PASSWORD_FILE: cannot read @.: Is a directory",
        "TOKEN_FILE=@none | BOOTBUS_NATS_TOKEN_FILE: there is no file @none",
        "USER=alice PASSWORD=x TOKEN=hunter2-hunter2 | more than one way to log in to nats-server:"
            + " leave only one of BOOTBUS_NATS_USER, BOOTBUS_NATS_TOKEN",
        "URL=nats://u:hunter2-hunter2@h TOKEN=x | more than one way to log in to nats-server: leave"
            + " only one of BOOTBUS_NATS_URL, BOOTBUS_NATS_TOKEN",
        "NKEY=@none | BOOTBUS_NATS_NKEY: there is no file @none",
        "NKEY=@empty | BOOTBUS_NATS_NKEY: no seed of an nkey in @empty",
        "NKEY=@secret | BOOTBUS_NATS_NKEY: no seed of an nkey in @secret",
        "CREDS=@none | BOOTBUS_NATS_CREDS: there is no file @none",
        "CREDS=@garbage | BOOTBUS_NATS_CREDS: no seed of an nkey in @garbage",
        "CA=@none | BOOTBUS_NATS_CA: there is no file @none",
        "CA=@empty | BOOTBUS_NATS_CA: no certificate in @empty: PEM is expected",
        "CERT=@client.pem | BOOTBUS_NATS_CERT and BOOTBUS_NATS_KEY: a client certificate and its key"
            + " go together",
        "KEY=@client.key | BOOTBUS_NATS_CERT and BOOTBUS_NATS_KEY: a client certificate and its key"
            + " go together",
        "CERT=@none KEY=@client.key | BOOTBUS_NATS_CERT: there is no file @none",
        "CERT=@client.pem KEY=@none | BOOTBUS_NATS_KEY: there is no file @none",
        "CERT=@client.pem KEY=@empty | BOOTBUS_NATS_KEY: no private key in @empty: PEM without a"
            + " password is expected",
        "CERT=@client.pem KEY=@garbage | BOOTBUS_NATS_KEY: no private key in @garbage: it cannot be"
            + " read as PEM",
        "CERT=@client.pem KEY=@other.key | BOOTBUS_NATS_KEY: the key in @other.key is not that of"
            + " the certificate in @client.pem",
        "CERT=@client.pem KEY=@rsa.key | BOOTBUS_NATS_KEY: the key in @rsa.key is not that of the"
            + " certificate in @client.pem",
        "CERT=@expired.pem KEY=@client.key | BOOTBUS_NATS_CERT: the certificate in @expired.pem"
            + " expired at 2001-09-09T01:46:40Z",
        "URL=opentls://h | BOOTBUS_NATS_URL: opentls:// would believe any server; say tls://",
        "URL=http://h | BOOTBUS_NATS_URL: not a server URL: http://h",
        "URL=nats://u:hunter2-hunter2@h:99x | BOOTBUS_NATS_URL: not a server URL; it is not shown,"
            + " because it may hold a password",
        "URL=nats://u:hunter2-/hunter2@h | BOOTBUS_NATS_URL: not a server URL; it is not shown,"
            + " because it may hold a password",
      })
  void isToldAtTheStart(String given, String expected) {
    Map<String, String> environment = new HashMap<>();
    settings(given).forEach((name, value) -> environment.put("BOOTBUS_NATS_" + name, value));

    assertThatThrownBy(() -> BusSettings.from("x", environment))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .satisfies(message -> assertThat(shown(message)).isEqualTo(expected))
        .doesNotContain("hunter2");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "user=alice password-file=@none | --nats-password-file: there is no file @none",
        "user=alice token-file=@secret password-file=@secret | more than one way to log in to"
            + " nats-server: leave only one of --nats-user, --nats-token-file",
        "nkey=@none | --nats-nkey: there is no file @none",
        "creds=@none | --nats-creds: there is no file @none",
        "ca=@none | --nats-ca: there is no file @none",
        "cert=@client.pem | --nats-cert and BOOTBUS_NATS_KEY: a client certificate and its key go"
            + " together",
        "cert=@client.pem key=@rsa.key | --nats-key: the key in @rsa.key is not that of the"
            + " certificate in @client.pem",
      })
  void isToldWithTheNameOfTheOption(String given, String expected) {
    String[] arguments =
        settings(given).entrySet().stream()
            .map(option -> "--nats-" + option.getKey() + "=" + option.getValue())
            .toArray(String[]::new);

    assertThatThrownBy(() -> flags(arguments).settings("x", Map.of()))
        .message()
        .satisfies(message -> assertThat(shown(message)).isEqualTo(expected));
  }

  private static BusFlags flags(String... arguments) {
    BusFlags flags = new BusFlags();
    new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("bus", mixin(flags)))
        .parseArgs(arguments);
    return flags;
  }

  private static CommandLine.Model.CommandSpec mixin(BusFlags flags) {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(flags);
  }

  @Test
  void aPasswordOnTheCommandLineIsRefused() {
    assertThatThrownBy(() -> flags("--nats", "nats://u:" + SECRET + "@h").settings("x", Map.of()))
        .message()
        .contains("--nats:", "BOOTBUS_NATS_URL", "--nats-password-file")
        .doesNotContain(SECRET);
  }

  @Test
  void anOptionGoesBeforeTheVariableOfTheSameSecret() {
    Map<String, String> environment =
        Map.of("BOOTBUS_NATS_USER", "alice", "BOOTBUS_NATS_PASSWORD", "of-the-environment");
    BusSettings settings =
        flags("--nats-password-file=" + folder.resolve("secret")).settings("x", environment);

    assertThat(settings.access().login())
        .isInstanceOfSatisfying(
            Access.Login.Password.class,
            login -> assertThat(new String(login.password().chars())).isEqualTo(SECRET));
  }

  @Test
  void aFileThatThisUserMayNotReadIsTold() throws Exception {
    Path file = folder.resolve("secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "root may read everything");

    assertThatThrownBy(
            () -> BusSettings.from("x", Map.of("BOOTBUS_NATS_TOKEN_FILE", file.toString())))
        .hasMessage("BOOTBUS_NATS_TOKEN_FILE: this user may not read " + file);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "USER=alice PASSWORD=hunter2-hunter2",
    "USER=alice PASSWORD_FILE=@secret",
    "TOKEN=hunter2-hunter2",
    "'URL=nats://a:hunter2-hunter2@h1,nats://hunter2-hunter2@h2,h3'",
  })
  void settingsAreShownWithoutTheSecret(String given) {
    Map<String, String> environment = new HashMap<>();
    settings(given).forEach((name, value) -> environment.put("BOOTBUS_NATS_" + name, value));
    BusSettings settings = BusSettings.from("x", environment);

    assertThat(settings + settings.shownServers() + settings.access()).doesNotContain("hunter2");
  }
}
