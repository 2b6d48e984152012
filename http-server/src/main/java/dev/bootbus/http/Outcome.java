package dev.bootbus.http;

import java.util.Locale;

/// How one request ended; log key and counter at once.
enum Outcome {
  /// A file, or the part of it that was asked for, or its head.
  SENT,
  /// What a machine sent is stored.
  STORED,
  /// A machine said that its system is up.
  ONLINE,
  /// What is in a directory.
  LISTED,
  /// A directory was asked for without its slash.
  REDIRECTED,
  /// The client has this version already.
  UNCHANGED,
  NOT_FOUND,
  /// It exists, but not for this machine, or not for anyone.
  DENIED,
  /// The request is at fault.
  REFUSED,
  /// A backend would have to write it or an upstream server to send it, and does not.
  UNAVAILABLE,
  /// The response began well, and then the client went away or was too slow.
  BROKEN,
  /// The response began well, and then its source broke off.
  CUT_SHORT,
  /// This server is at fault.
  FAILED;

  static Outcome of(int status) {
    return switch (status) {
      case 301 -> REDIRECTED;
      case 304 -> UNCHANGED;
      case 403 -> DENIED;
      case 404 -> NOT_FOUND;
      case 502, 503, 504 -> UNAVAILABLE;
      case 505 -> REFUSED; // HTTP/0.9 or HTTP/2, which is the client's choice
      default -> status < 400 ? SENT : status < 500 ? REFUSED : FAILED;
    };
  }

  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
