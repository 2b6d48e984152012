package dev.bootbus.http;

import dev.bootbus.content.BootPath;
import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What machines tell: `PUT` or `POST` of `/apkovl` stores their overlay, and `/online` says that
/// their system is up. Only of a machine that the backend knows, by its address or by the token in
/// the URL.
final class MachineRequests {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final int MAX_UPLOADS = 16;

  /// How many times the limit of an upload is read of one that is larger.
  private static final int MAX_EXCESS = 8;

  private final WhoIs whoIs;
  private final OverlayBucket bucket;
  private final long maxUpload;
  private final TrustedProxies proxies;
  private final Semaphore uploads = new Semaphore(MAX_UPLOADS);

  /// Two uploads of one machine at once would leave the chunks of one behind.
  private final Set<MacAddress> uploading = ConcurrentHashMap.newKeySet();

  /// @param maxUpload bytes of an overlay
  MachineRequests(WhoIs whoIs, OverlayBucket bucket, long maxUpload, TrustedProxies proxies) {
    this.whoIs = whoIs;
    this.bucket = bucket;
    this.maxUpload = maxUpload;
    this.proxies = proxies;
  }

  /// Finds out who the client is, and answers if it tells something.
  ///
  /// @return false if it asks for something, or cannot be understood
  boolean take(Exchange exchange, Executor threads) {
    exchange.from(proxies);
    try {
      BootPath path = exchange.url().path();
      boolean tells =
          switch (exchange.request().getMethod()) {
            case "GET" -> isOnline(path);
            case "PUT", "POST" -> isOnline(path) || Overlays.has(path);
            default -> false;
          };
      if (tells) {
        threads.execute(() -> answer(exchange, path));
      }
      return tells;
    } catch (BootPath.RefusedException e) {
      return false; // whoever serves files says so
    }
  }

  private static boolean isOnline(BootPath path) {
    return path.toString().equals(WhoIs.ONLINE) && !path.directory();
  }

  private void answer(Exchange exchange, BootPath path) {
    try {
      if (exchange.mac().isEmpty()) {
        exchange.say(400, "The mac= of the URL is not a hardware address like 52:54:00:12:34:56.");
      } else if (isOnline(path)) {
        known(exchange, WhoIs.ONLINE, MachineRequests::online);
      } else if (exchange.request().getLength() > maxUpload) {
        tooLarge(exchange, unread(exchange));
      } else if (exchange.request().getLength() == 0) {
        exchange.say(400, "There is nothing in this upload.");
      } else {
        known(exchange, WhoIs.APKOVL, this::store);
      }
    } catch (RuntimeException e) {
      LOG.error("bug path={}", LogText.of("/" + path), e);
      exchange.fail("This server made a mistake; its log says which.", e);
    }
  }

  private void known(Exchange exchange, String what, BiConsumer<Exchange, MacAddress> then) {
    switch (whoIs.ask(what, exchange.asker())) {
      case WhoIs.Said.Machine(MacAddress mac, _) -> {
        exchange.by(mac);
        then.accept(exchange, mac);
      }
      case WhoIs.Said.Refused(Answer answer) -> refuse(exchange, answer);
    }
  }

  private static void refuse(Exchange exchange, Answer answer) {
    switch (answer) {
      case Answer.Found _, Answer.Directory _ -> throw new IllegalStateException("no refusal");
      case Answer.Missing(var reason) -> exchange.say(404, reason);
      case Answer.Denied(var reason) -> exchange.say(403, reason);
      case Answer.NotReady(var reason, var after) -> later(exchange, reason, after);
      case Answer.Unavailable(_, var reason) -> later(exchange, reason, RETRY_AFTER);
    }
  }

  private static void later(Exchange exchange, String reason, Duration after) {
    exchange.header(HttpHeader.RETRY_AFTER, String.valueOf(after.toSeconds()));
    exchange.say(503, reason);
  }

  private static void online(Exchange exchange, MacAddress mac) {
    exchange.done(200, Outcome.ONLINE, 0, "Hello " + mac + ".");
  }

  /// What the client sends on, unless it waits for leave to (RFC 9110 §10.1.1).
  private static InputStream unread(Exchange exchange) {
    return exchange.request().getHeaders().contains(HttpHeader.EXPECT)
        ? InputStream.nullInputStream()
        : Content.Source.asInputStream(exchange.request());
  }

  /// A client that still sends when the connection is closed gets a reset, which may overtake the
  /// answer; so what it sends on is read, within bounds, before the exchange ends.
  private void tooLarge(Exchange exchange, InputStream rest) {
    Runnable end =
        () -> {
          try {
            rest.skipNBytes(maxUpload * MAX_EXCESS);
          } catch (IOException e) {
            // it ends, by itself or because it broke off
          } finally {
            exchange.callback().succeeded();
          }
        };
    Callback lingering =
        Callback.from(() -> Thread.startVirtualThread(end), exchange.callback()::failed);
    new Exchange(exchange.request(), exchange.response(), lingering)
        .say(413, "An overlay has at most " + maxUpload + " bytes here.");
  }

  private void store(Exchange exchange, MacAddress mac) {
    if (!uploads.tryAcquire()) {
      later(exchange, "There are too many uploads at once.", RETRY_AFTER);
      return;
    }
    try {
      if (!uploading.add(mac)) {
        later(exchange, "Another upload of " + mac + " is under way.", RETRY_AFTER);
        return;
      }
      try {
        storeNow(exchange, mac);
      } finally {
        uploading.remove(mac);
      }
    } finally {
      uploads.release();
    }
  }

  private void storeNow(Exchange exchange, MacAddress mac) {
    InputStream body = Content.Source.asInputStream(exchange.request());
    try {
      long size = bucket.store(mac, new UploadBody(body, maxUpload));
      exchange.done(201, Outcome.STORED, size, "Stored " + size + " bytes for " + mac + ".");
    } catch (UploadBody.TooLargeException e) {
      tooLarge(exchange, body);
    } catch (OverlayBucket.UnavailableException e) {
      later(exchange, "It cannot be stored: " + e.getMessage() + ".", RETRY_AFTER);
    } catch (IOException e) {
      exchange.broken(e, 0);
    }
  }
}
