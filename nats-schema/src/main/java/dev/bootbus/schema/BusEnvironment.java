package dev.bootbus.schema;

import dev.bootbus.schema.Access.Login;
import dev.bootbus.schema.Access.Tls;
import io.nats.client.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads [BusSettings] from variables. An empty one is as good as none.
final class BusEnvironment {
  static final String URL = "BOOTBUS_NATS_URL";
  static final String USER = "BOOTBUS_NATS_USER";
  static final String PASSWORD = "BOOTBUS_NATS_PASSWORD";
  static final String PASSWORD_FILE = "BOOTBUS_NATS_PASSWORD_FILE";
  static final String TOKEN = "BOOTBUS_NATS_TOKEN";
  static final String TOKEN_FILE = "BOOTBUS_NATS_TOKEN_FILE";
  static final String NKEY = "BOOTBUS_NATS_NKEY";
  static final String CREDS = "BOOTBUS_NATS_CREDS";
  static final String CA = "BOOTBUS_NATS_CA";
  static final String CERT = "BOOTBUS_NATS_CERT";
  static final String KEY = "BOOTBUS_NATS_KEY";
  static final String SUBJECT = "BOOTBUS_SUBJECT";
  static final String FILE_SUBJECT = "BOOTBUS_FILE_SUBJECT";
  static final String EVENT_SUBJECT = "BOOTBUS_EVENT_SUBJECT";
  static final String DHCP_TYPE = "BOOTBUS_DHCP_TYPE";
  static final String DEADLINE = "BOOTBUS_DEADLINE_MS";
  static final String ANSWER_CACHE = "BOOTBUS_ANSWER_CACHE";
  static final String EVENTS = "BOOTBUS_EVENTS";

  private final Map<String, String> variables;

  BusEnvironment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  BusSettings settings(String clientName) {
    BusSettings settings =
        BusSettings.of(clientName)
            .withServers(read(URL, BusEnvironment::servers).orElse(BusSettings.DEFAULT_SERVER))
            .withAccess(new Access(login(), tls()))
            .withSubjects(subjects())
            .withDhcpType(given(DHCP_TYPE).orElse(""))
            .withEvents(read(EVENTS, BusEnvironment::onOrOff).orElse(true))
            .withAnswerCache(read(ANSWER_CACHE, AnswerCache::parse).orElse(AnswerCache.AS_TOLD));
    ConnectOptions.of(settings); // so that a file that cannot be used is known at once
    return read(DEADLINE, text -> settings.withDeadline(Duration.ofMillis(Long.parseLong(text))))
        .orElse(settings);
  }

  private Login login() {
    Map<String, Login> logins = new LinkedHashMap<>();
    given(URL)
        .filter(url -> url.contains("@"))
        .ifPresent(url -> logins.put(URL, new Login.Anonymous()));
    Optional<Secret> password = secret(PASSWORD, PASSWORD_FILE);
    given(USER).ifPresent(user -> logins.put(USER, password(user, password)));
    secret(TOKEN, TOKEN_FILE)
        .ifPresent(
            token ->
                logins.put(given(TOKEN).isPresent() ? TOKEN : TOKEN_FILE, new Login.Token(token)));
    read(NKEY, file -> checked(new Login.NKey(Path.of(file))))
        .ifPresent(nkey -> logins.put(NKEY, nkey));
    read(CREDS, file -> checked(new Login.Creds(Path.of(file))))
        .ifPresent(creds -> logins.put(CREDS, creds));
    if (password.isPresent() && given(USER).isEmpty()) {
      throw new IllegalArgumentException(
          "a password for nats-server, and no user to whom it belongs: set " + USER);
    }
    if (logins.size() > 1) {
      throw new IllegalArgumentException(
          "more than one way to log in to nats-server: leave only one of "
              + String.join(", ", logins.keySet()));
    }
    return logins.values().stream().findFirst().orElse(new Login.Anonymous());
  }

  private static Login password(String user, Optional<Secret> password) {
    return new Login.Password(
        user,
        password.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no password for the NATS user %s: set %s or %s"
                        .formatted(user, PASSWORD, PASSWORD_FILE))));
  }

  private Optional<Secret> secret(String value, String file) {
    if (given(value).isPresent() && given(file).isPresent()) {
      throw new IllegalArgumentException("set only one of " + value + " and " + file);
    }
    return given(value).map(Secret::of).or(() -> read(file, text -> Secret.ofFile(Path.of(text))));
  }

  private static Login checked(Login login) {
    ConnectOptions.of(BusSettings.of("check").withAccess(new Access(login, Tls.SYSTEM)));
    return login;
  }

  private Tls tls() {
    try {
      return new Tls(path(CA), path(CERT), path(KEY));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(CERT + " and " + KEY + ": " + e.getMessage(), e);
    }
  }

  private @Nullable Path path(String name) {
    return given(name).map(Path::of).orElse(null);
  }

  private Subjects subjects() {
    Subjects usual = Subjects.DEFAULT;
    return new Subjects(
        given(SUBJECT).orElse(usual.dhcp()),
        given(FILE_SUBJECT).orElse(usual.file()),
        given(EVENT_SUBJECT).orElse(usual.event()));
  }

  private static String servers(String urls) {
    if (urls.toLowerCase(Locale.ROOT).contains("opentls:")) {
      throw new IllegalArgumentException("opentls:// would believe any server; say tls://");
    }
    try {
      new Options.Builder().server(urls).build();
      return urls;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          // what cannot be read has no known place for its password
          urls.contains("@")
              ? "not a server URL; it is not shown, because it may hold a password"
              : "not a server URL: " + urls,
          e);
    }
  }

  private static boolean onOrOff(String text) {
    return switch (text) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException("say on or off, not " + text);
    };
  }

  private Optional<String> given(String name) {
    return Optional.ofNullable(variables.get(name)).map(String::strip).filter(t -> !t.isEmpty());
  }

  private <T> Optional<T> read(String name, Function<String, T> reader) {
    try {
      return given(name).map(reader);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": not a number: " + given(name).orElse(""), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
