package dev.bootbus.probe.load;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.fetch.Fetcher;
import dev.bootbus.probe.fetch.HttpFetcher;
import dev.bootbus.probe.fetch.HttpProfile;
import dev.bootbus.probe.fetch.TftpFetcher;
import dev.bootbus.probe.fetch.TftpProfile;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/// Fetches over TFTP and HTTP for all machines, and counts the bytes.
final class Downlink implements Fetcher, AutoCloseable {
  private final TftpFetcher tftp;
  private final HttpFetcher http;
  private final Tally tally;

  /// @param tftp how each machine asks
  Downlink(TftpProfile tftp, Tally tally) throws IOException {
    this.tftp = new TftpFetcher(tftp);
    // every machine has connections of its own
    this.http = new HttpFetcher(HttpProfile.IPXE.with(HttpProfile.Connection.CLOSE));
    this.tally = tally;
  }

  @Override
  public Fetched fetch(URI uri, Limits limits, Sink sink) throws InterruptedException {
    Sink counting =
        piece -> {
          tally.received(piece.remaining());
          sink.take(piece);
        };
    return switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
      case "tftp" -> tftp.fetch(uri, limits, counting);
      case "http", "https" -> http.fetch(uri, limits, counting);
      default ->
          new Fetched.Broken(
              new Finding(Cause.HOST_NOT_FOUND, "no tftp: or http: " + uri), 0, Duration.ZERO);
    };
  }

  @Override
  public void close() {
    http.close();
  }
}
