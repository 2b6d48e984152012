package dev.bootbus.http;

import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.ContentSource.Answer.Denied;
import dev.bootbus.content.ContentSource.Answer.Directory;
import dev.bootbus.content.ContentSource.Answer.Found;
import dev.bootbus.content.ContentSource.Answer.Missing;
import dev.bootbus.content.ContentSource.Answer.NotReady;
import dev.bootbus.content.ContentSource.Answer.Unavailable;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.runtime.LogText;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of one request: its path, then small files in memory, then the sources.
///
/// A file in memory is answered on the selector's thread, at the cost of one look at the disk;
/// whatever may block goes on a virtual thread and is written from top to bottom.
final class BootHandler extends Handler.Abstract.NonBlocking {
  private static final Logger LOG = LoggerFactory.getLogger("http-server");
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final DiskRoot disk;
  private final SmallFiles small = new SmallFiles();
  private final ContentSource source;
  private final MachineRequests machines;
  private final GzipSiblings siblings;
  private final Pacing pacing;
  private final FileTransfer transfer;
  private final Directories directories;
  private final boolean listings;
  private final boolean diskFirst;
  private final Executor virtualThreads;
  private final InstantSource clock;

  BootHandler(
      DiskRoot disk,
      ContentSource source,
      MachineRequests machines,
      BootHttpServer.Settings settings,
      Executor virtualThreads) {
    this.disk = disk;
    this.siblings = new GzipSiblings(disk);
    this.pacing = new Pacing(settings.ratePerClient());
    this.transfer = new FileTransfer(pacing);
    this.directories = new Directories(disk, transfer);
    this.listings = settings.listings();
    this.diskFirst = settings.diskFirst();
    this.source = source;
    this.machines = machines;
    this.virtualThreads = virtualThreads;
    this.clock = settings.clock();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, callback);
    if (machines.take(exchange, virtualThreads)) {
      return true;
    }
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.header(HttpHeader.ALLOW, "GET, HEAD");
      exchange.say(405, "Only GET and HEAD are served here, not " + method + ".");
      return true;
    }
    try {
      BootPath path = exchange.url().path();
      boolean mayBePacked = Accepted.gzip(request.getHeaders());
      small
          .get(path)
          .filter(_ -> diskFirst && pacing.isOff() && !(mayBePacked && siblings.exist(path)))
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
      // a backend would answer for another machine
      ContentSource asked = exchange.mac().isPresent() ? source : disk;
      if (Overlays.has(path)) { // another one for the next machine
        exchange.header(HttpHeader.CACHE_CONTROL, "no-store");
      }
      switch (asked.open(path, exchange.asker())) {
        case Found(Content content) -> {
          try {
            send(exchange, path, content);
          } finally {
            close(content);
          }
        }
        case Directory(var folder) when listings -> directories.serve(exchange, path, folder);
        case Directory _ -> exchange.say(404, "/" + path + " is a directory, not a file.");
        case Missing _ when exchange.mac().isEmpty() ->
            exchange.say(
                400, "The mac= of the URL is not a hardware address like 52:54:00:12:34:56.");
        case Missing(var reason) -> exchange.say(404, reason);
        case Denied(var reason) -> exchange.say(403, reason);
        case NotReady(var reason, var retryAfter) -> {
          exchange.header(HttpHeader.RETRY_AFTER, String.valueOf(retryAfter.toSeconds()));
          exchange.say(503, reason);
        }
        case Unavailable(var fault, var reason) -> unavailable(exchange, path, fault, reason);
      }
    } catch (IOException e) {
      LOG.warn("disk failed path={} reason={}", LogText.of("/" + path), LogText.of(e.toString()));
      exchange.fail("/" + path + " cannot be read: the disk of this server failed.", e);
    } catch (RuntimeException e) {
      LOG.error("bug path={}", LogText.of("/" + path), e);
      exchange.fail("This server made a mistake; its log says which.", e);
    }
  }

  /// Whatever it says now, the response stands.
  private static void close(Content content) {
    try {
      content.close();
    } catch (IOException e) {
      LOG.debug("cannot close a file reason={}", LogText.of(e.toString()));
    }
  }

  private static void unavailable(
      Exchange exchange, BootPath path, ContentSource.Fault fault, String reason) {
    switch (fault) {
      case BACKEND -> {
        exchange.header(HttpHeader.RETRY_AFTER, String.valueOf(RETRY_AFTER.toSeconds()));
        exchange.say(503, reason);
      }
      case DISK -> {
        LOG.warn("disk failed path={} reason={}", LogText.of("/" + path), LogText.of(reason));
        exchange.say(500, reason);
      }
      case UPSTREAM -> exchange.say(502, reason);
      case UPSTREAM_SILENT -> exchange.say(504, reason);
    }
  }

  private void send(Exchange exchange, BootPath path, Content content) throws IOException {
    switch (content) {
      case Content.OpenFile file -> send(exchange, path, file);
      case Content.Written(var bytes, var mediaType) -> {
        // it may be another text for the next machine, or the next time
        exchange.header(HttpHeader.CACHE_CONTROL, "no-store");
        exchange.request().setAttribute(Exchange.GENERATED, true);
        exchange.whole(200, mediaType, bytes);
      }
      case Content.Streamed stream -> send(exchange, path, stream);
    }
  }

  private void send(Exchange exchange, BootPath path, Content.OpenFile open) throws IOException {
    Optional<Content.OpenFile> packed = siblings.open(path, open, exchange.asker());
    if (packed.isEmpty()) {
      send(exchange, path, open, Representation.Coding.ONLY);
      return;
    }
    try {
      if (Accepted.gzip(exchange.request().getHeaders())) {
        send(exchange, path, packed.get(), Representation.Coding.GZIP);
      } else {
        send(exchange, path, open, Representation.Coding.IDENTITY);
      }
    } finally {
      close(packed.get());
    }
  }

  private void send(
      Exchange exchange, BootPath path, Content.OpenFile open, Representation.Coding coding)
      throws IOException {
    Representation file =
        Representation.of(open.version(), MediaTypes.of(path), coding, clock.instant());
    Answer answer = answer(exchange, file);
    if (diskFirst && answer instanceof Answer.Whole && coding != Representation.Coding.GZIP) {
      small.keep(path, disk.locate(path), open, file);
    }
    List<Piece> pieces = FileResponse.begin(exchange, file, answer);
    if (!pieces.isEmpty()) {
      transfer.send(exchange, open, pieces);
    }
  }

  private void send(Exchange exchange, BootPath path, Content.Streamed stream) {
    String mediaType =
        stream.mediaType().equals(Content.BYTES) ? MediaTypes.of(path) : stream.mediaType();
    Representation file = Representation.ofStream(mediaType, stream.size(), stream.version());
    Answer answer = answer(exchange, file);
    if (!file.hasLength()) {
      if (FileResponse.beginUnsized(exchange, file, answer)) {
        transfer.sendAll(exchange, stream);
      }
      return;
    }
    List<Piece> pieces = FileResponse.begin(exchange, file, answer);
    if (!pieces.isEmpty()) {
      transfer.send(exchange, stream, pieces);
    }
  }
}
