package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.runtime.LogText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lists the directories below the root: what could be had of them under its name, but for names
/// that begin with a dot. Blocks, so each call wants a virtual thread.
final class Directories {
  static final int MAX_ENTRIES = 10_000;

  /// Characters of all names of a listing. With what HTML makes of them, a few megabytes.
  private static final int MAX_NAMES = 1 << 19;

  /// Names looked at, be they listed or not.
  private static final int MAX_LOOKS = 100_000;

  private static final int MAX_AT_ONCE = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger("http-server");

  private final DiskRoot disk;
  private final FileTransfer transfer;
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE);

  Directories(DiskRoot disk, FileTransfer transfer) {
    this.disk = disk;
    this.transfer = transfer;
  }

  /// @param folder where the directory lies, all links followed
  void serve(Exchange exchange, BootPath path, Path folder) throws IOException {
    if (!path.directory()) {
      redirect(exchange, path);
      return;
    }
    if (!takeTurn()) {
      exchange.header(HttpHeader.RETRY_AFTER, "2");
      exchange.say(503, "Too many directories are being listed.");
      return;
    }
    try {
      send(exchange, list(path, folder));
    } catch (AccessDeniedException e) {
      exchange.say(403, "/" + path + " may not be listed by this server: permission denied.");
    } finally {
      turns.release();
    }
  }

  private boolean takeTurn() {
    try {
      return turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// FreeBSD's loader takes this for a failure, and asks with the slash, as it should.
  private static void redirect(Exchange exchange, BootPath path) {
    String query = exchange.request().getHttpURI().getQuery();
    String to =
        path.segments().stream()
            .map(Listing::percentEncoded)
            .collect(Collectors.joining("/", "/", "/"));
    exchange.header(HttpHeader.LOCATION, query == null ? to : to + "?" + query);
    exchange.say(301, "/" + path + " is a directory: its name ends in a slash.");
  }

  private void send(Exchange exchange, Listing listing) {
    boolean json = Accepted.json(exchange.request().getHeaders());
    byte[] text = (json ? listing.json() : listing.html()).getBytes(UTF_8);
    exchange.listed(listing);
    exchange.header(HttpHeader.CACHE_CONTROL, "no-cache");
    exchange.header(HttpHeader.VARY, "Accept");
    exchange.header(HttpHeader.CONTENT_TYPE, json ? "application/json" : "text/html;charset=utf-8");
    exchange.begin(200, text.length);
    if (exchange.isHead()) {
      exchange.sendNothing();
      return;
    }
    Piece all = new Piece.Bytes(new ByteRange(0, text.length - 1));
    transfer.send(exchange, new Content.Written(text, ""), List.of(all));
  }

  private Listing list(BootPath path, Path folder) throws IOException {
    Path root = disk.path().orElseThrow().toRealPath();
    List<Listing.Entry> entries = new ArrayList<>();
    int looks = 0;
    int characters = 0;
    boolean complete = true;
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
      for (Path file : names) {
        Optional<Listing.Entry> entry = entry(root, file);
        characters += entry.map(e -> e.name().length()).orElse(0);
        boolean room = entries.size() < MAX_ENTRIES && characters <= MAX_NAMES;
        if (++looks > MAX_LOOKS || (entry.isPresent() && !room)) {
          complete = false;
          break;
        }
        entry.ifPresent(entries::add);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    String url = path.segments().isEmpty() ? "/" : "/" + path + "/";
    return new Listing(url, entries, complete);
  }

  /// Empty for what [DiskRoot] would not serve, and for what is gone meanwhile.
  private static Optional<Listing.Entry> entry(Path root, Path file) {
    String name = file.getFileName().toString();
    if (name.startsWith(".") || !canBeAskedFor(name)) {
      return Optional.empty();
    }
    try {
      BasicFileAttributes is = attributes(root, file);
      boolean directory = is.isDirectory();
      if (!directory && !is.isRegularFile()) {
        return Optional.empty();
      }
      return Optional.of(
          new Listing.Entry(
              name,
              directory,
              directory ? 0 : is.size(),
              is.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS)));
    } catch (IOException e) {
      LOG.debug("not listed name={} reason={}", LogText.of(name), LogText.of(e.toString()));
      return Optional.empty();
    }
  }

  /// No URL leads to a backslash or a control character, nor to what is no UTF-8.
  private static boolean canBeAskedFor(String name) {
    return name.chars().noneMatch(c -> Character.isISOControl(c) || c == '\\' || c == '\uFFFD');
  }

  /// Of the link itself if it leads out of the root.
  private static BasicFileAttributes attributes(Path root, Path file) throws IOException {
    BasicFileAttributes own =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return own.isSymbolicLink() && file.toRealPath().startsWith(root)
        ? Files.readAttributes(file, BasicFileAttributes.class)
        : own;
  }
}
