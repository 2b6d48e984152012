package dev.bootbus.kernel.api;

import dev.bootbus.kernel.api.ApiSettings.Certificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/// Whether and how REST is served.
public final class ApiFlags {
  private static final Pattern ADDRESS = Pattern.compile("(?:(\\[[^]]+]|[^:]+):)?(\\d{1,5})");
  private static final String PRESET = "127.0.0.1:8081";

  @Option(
      names = "--api",
      paramLabel = "[HOST:]PORT",
      defaultValue = "${env:BOOTBUS_API:-}",
      showDefaultValue = Help.Visibility.NEVER,
      description = {
        "Where REST is served, or off; 127.0.0.1:8081 if nothing is said and the port is free.",
        "Other hosts than this one need --api-tokens."
      })
  private String api = "";

  @Option(
      names = "--api-tokens",
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_API_TOKENS:-}",
      description = "Lines of NAME read|write TOKEN, or sha256:HEX of it; read when it changes.")
  private String tokens = "";

  @Option(
      names = "--api-cert",
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_API_CERT:-}",
      description = "Certificate for HTTPS in PEM; read when it changes.")
  private String certificate = "";

  @Option(
      names = "--api-key",
      paramLabel = "FILE",
      defaultValue = "${env:BOOTBUS_API_KEY:-}",
      description = "Its key, in PEM without a password.")
  private String key = "";

  /// Empty for none.
  ///
  /// @throws IllegalArgumentException if they do not go together
  public Optional<ApiSettings> settings() {
    String said = api.strip();
    if (said.equals("off")) {
      return Optional.empty();
    }
    if (certificate.isBlank() != key.isBlank()) {
      throw new IllegalArgumentException("--api-cert and --api-key go together");
    }
    InetSocketAddress address = address(said.isEmpty() ? PRESET : said);
    if (tokens.isBlank() && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "--api: without --api-tokens only this host may ask, and %s is reached by others"
              .formatted(address.getAddress().getHostAddress()));
    }
    return Optional.of(
        new ApiSettings(
            address,
            said.isEmpty(),
            tokens.isBlank() ? Optional.empty() : Optional.of(Path.of(tokens.strip())),
            certificate.isBlank()
                ? Optional.empty()
                : Optional.of(
                    new Certificate(Path.of(certificate.strip()), Path.of(key.strip())))));
  }

  private static InetSocketAddress address(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : -1;
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("--api: not [HOST:]PORT, nor off: " + text);
    }
    String host = matcher.group(1) == null ? "127.0.0.1" : matcher.group(1);
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("--api: no address of this host: " + host, e);
    }
  }
}
