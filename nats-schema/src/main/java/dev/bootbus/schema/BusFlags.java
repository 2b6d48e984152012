package dev.bootbus.schema;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Command-line options of a process on the bus, as a picocli mixin. Each goes before its
/// environment variable. Secrets have no option, only files and variables, because everybody sees
/// the command line of a process.
public final class BusFlags {
  @Option(
      names = "--nats",
      paramLabel = "URL",
      description =
          "nats-server, or several separated by commas; BOOTBUS_NATS_URL, else"
              + " nats://127.0.0.1:4222. tls:// for TLS.")
  private @Nullable String url;

  @Option(
      names = "--nats-user",
      paramLabel = "NAME",
      description = "User name for nats-server; the password is in BOOTBUS_NATS_PASSWORD or in:")
  private @Nullable String user;

  @Option(names = "--nats-password-file", paramLabel = "FILE", description = "The user's password.")
  private @Nullable String passwordFile;

  @Option(
      names = "--nats-token-file",
      paramLabel = "FILE",
      description = "Token for nats-server; or in BOOTBUS_NATS_TOKEN.")
  private @Nullable String tokenFile;

  @Option(names = "--nats-nkey", paramLabel = "FILE", description = "Seed of an nkey, SU….")
  private @Nullable String nkey;

  @Option(
      names = "--nats-creds",
      paramLabel = "FILE",
      description = "Credentials as nsc writes them: JWT and seed.")
  private @Nullable String creds;

  @Option(
      names = "--nats-ca",
      paramLabel = "FILE",
      description = "PEM: who may have signed the certificate of nats-server.")
  private @Nullable String ca;

  @Option(
      names = "--nats-cert",
      paramLabel = "FILE",
      description = "PEM: certificate to show nats-server.")
  private @Nullable String cert;

  @Option(names = "--nats-key", paramLabel = "FILE", description = "PEM: key of that certificate.")
  private @Nullable String key;

  @Option(
      names = "--events",
      paramLabel = "on|off",
      description = "Publish an event for each thing that happens to a machine; on unless set.")
  private @Nullable String events;

  @Option(
      names = "--event-subject",
      paramLabel = "NAME",
      description = "What the subjects of events begin with; bootbus.v1.event unless set.")
  private @Nullable String eventSubject;

  /// What the options and the environment say together.
  ///
  /// @throws IllegalArgumentException with one sentence that names the option or the variable
  public BusSettings settings(String clientName) {
    return settings(clientName, System.getenv());
  }

  BusSettings settings(String clientName, Map<String, String> environment) {
    if (url != null && url.contains("@")) {
      throw new IllegalArgumentException(
          "--nats: everybody can read a password there: put the URL into BOOTBUS_NATS_URL, or use"
              + " --nats-user and --nats-password-file");
    }
    Map<String, String> both = new HashMap<>(environment);
    if (passwordFile != null) {
      both.remove(BusEnvironment.PASSWORD);
    }
    if (tokenFile != null) {
      both.remove(BusEnvironment.TOKEN);
    }
    Map<String, String> given = new LinkedHashMap<>();
    put(given, BusEnvironment.URL, "--nats", url, both);
    put(given, BusEnvironment.USER, "--nats-user", user, both);
    put(given, BusEnvironment.PASSWORD_FILE, "--nats-password-file", passwordFile, both);
    put(given, BusEnvironment.TOKEN_FILE, "--nats-token-file", tokenFile, both);
    put(given, BusEnvironment.NKEY, "--nats-nkey", nkey, both);
    put(given, BusEnvironment.CREDS, "--nats-creds", creds, both);
    put(given, BusEnvironment.CA, "--nats-ca", ca, both);
    put(given, BusEnvironment.CERT, "--nats-cert", cert, both);
    put(given, BusEnvironment.KEY, "--nats-key", key, both);
    put(given, BusEnvironment.EVENTS, "--events", events, both);
    put(given, BusEnvironment.EVENT_SUBJECT, "--event-subject", eventSubject, both);
    try {
      return BusSettings.from(clientName, both);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      for (Map.Entry<String, String> option : given.entrySet()) {
        message = message.replaceAll(option.getKey() + "(?![A-Z_])", option.getValue());
      }
      throw new IllegalArgumentException(message, e);
    }
  }

  private static void put(
      Map<String, String> given,
      String variable,
      String option,
      @Nullable String value,
      Map<String, String> both) {
    if (value != null) {
      both.put(variable, value);
      given.put(variable, option);
    }
  }
}
