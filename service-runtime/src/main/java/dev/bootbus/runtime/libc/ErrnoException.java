package dev.bootbus.runtime.libc;

import java.io.IOException;

/// A call that failed, with the system's own words for it.
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1;
  private final int errno;

  public ErrnoException(int errno) {
    super(Libc.strerror(errno));
    this.errno = errno;
  }

  /// Whether the same call may well succeed the next time.
  public static boolean isTransient(int errno) {
    return errno == Libc.EINTR || errno == Libc.EAGAIN;
  }

  /// Whether the process lacks a capability.
  public boolean isForbidden() {
    return errno == Libc.EPERM;
  }

  public boolean isAddressInUse() {
    return errno == Libc.EADDRINUSE;
  }
}
