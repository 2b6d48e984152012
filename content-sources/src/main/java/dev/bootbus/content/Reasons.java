package dev.bootbus.content;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What went wrong with a connection, in a few words.
final class Reasons {
  private static final int DEPTH = 8;

  private Reasons() {}

  static String of(Throwable why) {
    if (has(why, UnresolvedAddressException.class) || has(why, UnknownHostException.class)) {
      return "nobody knows the name of its host";
    }
    if (why instanceof HttpConnectTimeoutException) {
      return "no connection in time";
    }
    if (why instanceof ConnectException) {
      return said(why, "connection refused");
    }
    if (why instanceof SSLException) {
      return "TLS: " + said(why, "failed");
    }
    return said(why, why.getClass().getSimpleName());
  }

  private static boolean has(Throwable why, Class<? extends Throwable> kind) {
    Throwable cause = why;
    for (int i = 0; cause != null && i < DEPTH; i++) {
      if (kind.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /// The JDK's client leaves the message to the cause.
  private static String said(Throwable why, String otherwise) {
    @Nullable Throwable cause = why;
    for (int i = 0; cause != null && i < DEPTH; i++) {
      String message = cause.getMessage();
      if (message != null && !message.isBlank()) {
        return message;
      }
      cause = cause.getCause();
    }
    return otherwise;
  }
}
