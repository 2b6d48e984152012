package dev.bootbus.kernel.ctl;

import dev.bootbus.runtime.terminal.Terminal;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why nobody was reached, and what to do about it.
final class Unreached {
  private static final int DEPTH = 8; // of causes

  private Unreached() {}

  static UnreachableException because(String url, Duration timeout, @Nullable Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEPTH; i++) {
      Optional<String> known = known(url, timeout, cause);
      if (known.isPresent()) {
        return new UnreachableException(known.get());
      }
      cause = cause.getCause();
    }
    String said = failure == null ? "" : Terminal.printable(String.valueOf(failure.getMessage()));
    return new UnreachableException(url + " does not answer: " + said);
  }

  static UnreachableException late(String url, Duration timeout) {
    return new UnreachableException(
        "%s says nothing for %d s (--timeout)".formatted(url, timeout.toSeconds()));
  }

  private static Optional<String> known(String url, Duration timeout, Throwable cause) {
    return switch (cause) {
      case UnresolvedAddressException _ -> Optional.of(noHost(url));
      case UnknownHostException _ -> Optional.of(noHost(url));
      case HttpTimeoutException _ -> Optional.of(late(url, timeout).getMessage());
      case SSLException e -> Optional.of(tls(url, String.valueOf(e.getMessage())));
      case ConnectException e when e.getCause() == null || noReason(e) ->
          Optional.of(
              url
                  + ": nobody listens there: start kernel-backend with its API, or say where it is"
                  + " with --api URL (BOOTBUS_API)");
      default -> Optional.empty();
    };
  }

  /// The HTTP client tells of a refused connection by an exception without a word.
  private static boolean noReason(ConnectException e) {
    return !(e.getCause() instanceof UnresolvedAddressException
        || e.getCause() instanceof ConnectException);
  }

  private static String noHost(String url) {
    return url + ": there is no such host: say where the API is with --api URL (BOOTBUS_API)";
  }

  private static String tls(String url, String message) {
    if (message.contains("PKIX") || message.contains("certificate")) {
      return url
          + ": its certificate is not one to trust: name the CA's with --cacert FILE (BOOTBUS_API_CACERT): "
          + Terminal.printable(message);
    }
    return url + ": TLS fails: " + Terminal.printable(message) + ": is it http, not https?";
  }
}
