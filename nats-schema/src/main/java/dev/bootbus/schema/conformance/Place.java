package dev.bootbus.schema.conformance;

import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.PlainConnection;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Where the conversation is held: the options that kit and simulator have in common.
final class Place {
  static final int NOBODY_ANSWERED = 3;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      description = "nats-server, as --nats: nats://HOST:PORT.")
  private @Nullable String url;

  @Option(
      names = "--subject",
      paramLabel = "SUBJECT",
      description = "Where requests go; BOOTBUS_SUBJECT, else bootbus.v1.dhcp.")
  private @Nullable String subject;

  @Mixin private BusFlags bus = new BusFlags();

  /// What the options and the environment say together.
  BusSettings settings(String clientName) {
    try {
      BusSettings settings = bus.settings(clientName);
      if (subject != null) {
        settings = settings.withSubjects(settings.subjects().withDhcp(subject));
      }
      if (url == null) {
        return settings;
      }
      if (url.contains("@")) {
        throw new IllegalArgumentException(
            "everybody can read a password there: put the URL into BOOTBUS_NATS_URL, or use"
                + " --nats-user and --nats-password-file");
      }
      return settings.withServers(url);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  /// Connects, or says why not and what to do.
  Optional<Connection> connect(BusSettings settings, int reconnects) throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      return Optional.of(PlainConnection.open(settings, reconnects));
    } catch (AuthenticationException e) {
      err.printf(
          "%s: %s refuses the login: %s; give --nats-user, --nats-token-file or --nats-creds%n",
          settings.clientName(), settings.shownServers(), e.getMessage());
    } catch (IOException e) {
      err.printf(
          "%s: no nats-server at %s; start one there, or name the right address%n",
          settings.clientName(), settings.shownServers());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }
}
