package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.http.DiskRoot.Lookup;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of one request: its path, then small files in memory, then the disk, then the backend.
/// What an operator put on disk wins over what a backend would write.
///
/// A file in memory is answered on the selector's thread, at the cost of one look at the disk;
/// whatever may block goes on a virtual thread and is written from top to bottom.
final class BootHandler extends Handler.Abstract.NonBlocking {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");
  private static final String RETRY_AFTER_SECONDS = "2";

  private final DiskRoot disk;
  private final SmallFiles small = new SmallFiles();
  private final GeneratedFiles generated;
  private final FileTransfer transfer = new FileTransfer();
  private final Executor virtualThreads;
  private final InstantSource clock;

  BootHandler(
      DiskRoot disk, GeneratedFiles generated, Executor virtualThreads, InstantSource clock) {
    this.disk = disk;
    this.generated = generated;
    this.virtualThreads = virtualThreads;
    this.clock = clock;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, callback);
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.header(HttpHeader.ALLOW, "GET, HEAD");
      exchange.say(405, "Only GET and HEAD are served here, not " + method + ".");
      return true;
    }
    try {
      BootPath path = BootPath.of(request.getHttpURI().getPath());
      small
          .get(path)
          .ifPresentOrElse(
              file -> sendFromMemory(exchange, file),
              () -> virtualThreads.execute(() -> serve(exchange, path)));
    } catch (BootPath.RefusedException e) {
      exchange.say(400, "Refused: " + e.getMessage() + ".");
    }
    return true;
  }

  private static void sendFromMemory(Exchange exchange, SmallFiles.Kept file) {
    Answer answer = answer(exchange, file.representation());
    List<Piece> pieces = FileResponse.begin(exchange, file.representation(), answer);
    if (!pieces.isEmpty()) {
      exchange.send(Piece.join(pieces, file.content()));
    }
  }

  private static Answer answer(Exchange exchange, Representation file) {
    return Answer.of(!exchange.isHead(), exchange.request().getHeaders(), file);
  }

  private void serve(Exchange exchange, BootPath path) {
    try {
      switch (disk.open(path)) {
        case Lookup.Found(var file) -> {
          try (file) {
            send(exchange, path, file);
          }
        }
        case Lookup.Missing(var reason) when !generated.covers(path) -> exchange.say(404, reason);
        case Lookup.Missing _ -> generate(exchange, path);
        case Lookup.Denied(var reason) -> exchange.say(403, reason);
      }
    } catch (IOException e) {
      LOG.warn("disk failed path={} reason={}", LogText.of("/" + path), LogText.of(e.toString()));
      exchange.fail("/" + path + " cannot be read: the disk of this server failed.", e);
    } catch (RuntimeException e) {
      LOG.error("bug path={}", LogText.of("/" + path), e);
      exchange.fail("This server made a mistake; its log says which.", e);
    }
  }

  private void send(Exchange exchange, BootPath path, OpenFile open) throws IOException {
    Representation file = open.version().representation(MediaTypes.of(path), clock.instant());
    Answer answer = answer(exchange, file);
    if (answer instanceof Answer.Whole) {
      small.keep(path, disk.locate(path), open, file);
    }
    List<Piece> pieces = FileResponse.begin(exchange, file, answer);
    if (!pieces.isEmpty()) {
      transfer.send(exchange, open, pieces);
    }
  }

  private void generate(Exchange exchange, BootPath path) {
    MacAddress mac;
    try {
      mac = GeneratedFiles.mac(exchange.request().getHttpURI().getQuery());
    } catch (IllegalArgumentException e) {
      exchange.say(400, "The mac= of the URL is not a hardware address like 52:54:00:12:34:56.");
      return;
    }
    // it may be another text for the next machine, or the next time
    exchange.header(HttpHeader.CACHE_CONTROL, "no-store");
    try {
      switch (generated.ask(path, exchange.peer(), mac, exchange.trace())) {
        case FileAnswer.Content(var text, var mediaType) -> {
          exchange.request().setAttribute(Exchange.GENERATED, true);
          exchange.whole(200, mediaType, text.getBytes(UTF_8));
        }
        case FileAnswer.NotFound(var reason) -> exchange.say(404, reason);
        case FileAnswer.Denied(var reason) -> exchange.say(403, reason);
        case FileAnswer.Failed(_, var reason) -> unavailable(exchange, reason);
      }
    } catch (BackendUnavailableException e) {
      unavailable(exchange, "The backend is not answering: " + e.getMessage());
    }
  }

  private static void unavailable(Exchange exchange, String reason) {
    exchange.header(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
    exchange.say(503, reason);
  }
}
