package dev.bootbus.probe.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Names of hosts to addresses, by a deadline, which the system's resolver does not have.
final class Hosts {
  private Hosts() {}

  /// There is no such host, or nobody says.
  static final class Unknown extends Exception {
    private static final long serialVersionUID = 1;

    Unknown(String message) {
      super(message, null, false, false);
    }
  }

  static InetAddress address(String host, Duration deadline) throws Unknown, InterruptedException {
    if (host == null || host.isEmpty()) {
      throw new Unknown("the URL names no host");
    }
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException _) {
      return lookUp(host, deadline);
    }
  }

  private static InetAddress lookUp(String host, Duration deadline)
      throws Unknown, InterruptedException {
    CompletableFuture<InetAddress> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(InetAddress.getByName(host));
              } catch (UnknownHostException e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException _) {
      throw new Unknown(Words.printable(host));
    } catch (TimeoutException _) {
      throw new Unknown(Words.printable(host) + ": the resolver does not answer");
    }
  }
}
