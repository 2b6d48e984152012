package dev.bootbus.http.mirror;

import dev.bootbus.content.Asker;
import dev.bootbus.content.BootPath;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.Fetched;
import dev.bootbus.content.Upstream;
import dev.bootbus.http.mirror.Arrival.Stage;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files of an upstream, each fetched once: it is sent on while it arrives, kept on disk, and
/// served from there.
public final class Mirror implements ContentSource, AutoCloseable {
  /// @param directory created if it is not there; used by nobody else
  /// @param maxBytes of all files on disk
  /// @param maxAge since the last use, until a file is deleted
  /// @param fresh for how long upstream is not asked whether a file is current
  /// @param patience of who reads what is arriving, until something does; more than the timeout of
  ///     upstream
  public record Settings(
      Path directory, long maxBytes, Duration maxAge, Duration fresh, Duration patience) {

    public Settings in(String folder) {
      return new Settings(directory.resolve(folder), maxBytes, maxAge, fresh, patience);
    }
  }

  /// How a question for a file went on; the key of a metric.
  public enum Turnout {
    /// It was on disk, and current.
    HIT,
    /// A download of it was under way.
    SHARED,
    /// Upstream was asked for it, or whether it is current.
    MISS;

    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One file, for people.
  ///
  /// @param state `kept`, or `arriving`
  /// @param arrived bytes
  /// @param size if it is known
  /// @param sha256 empty while it is arriving
  /// @param age since upstream last said that it is current, or since the download began
  /// @param unused since the last request; zero while it is arriving
  /// @param hits requests served from disk since this process began
  /// @param readers now; 0 or 1 of those that are kept: whether there are any
  public record Entry(
      String path,
      String state,
      long arrived,
      OptionalLong size,
      String sha256,
      Duration age,
      Duration unused,
      long hits,
      int readers) {}

  /// @param kept files, all of them
  /// @param bytes on disk
  /// @param shown arriving ones, then the last used
  public record Listing(int kept, long bytes, long maxBytes, List<Entry> shown) {}

  /// After upstream could not say whether a file is current, it is not asked again for so long.
  private static final Duration RECHECK = Duration.ofSeconds(30);

  private static final Duration ROUND = Duration.ofMinutes(10);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final int ATTEMPTS = 3;

  private final Settings settings;
  private final Upstream upstream;
  private final Pins pins;
  private final InstantSource clock;
  private final Consumer<Note> notes;
  private final Shelf shelf;
  private final Map<BootPath, Download> downloads = new HashMap<>(); // guarded by itself
  private final Map<Turnout, LongAdder> turnouts = new EnumMap<>(Turnout.class);
  private final Thread rounds = Thread.ofVirtual().unstarted(this::goRounds);
  private volatile boolean closed;

  private Mirror(
      Settings settings,
      Upstream upstream,
      Pins pins,
      InstantSource clock,
      Consumer<Note> notes,
      Shelf shelf) {
    this.settings = settings;
    this.upstream = upstream;
    this.pins = pins;
    this.clock = clock;
    this.notes = notes;
    this.shelf = shelf;
    for (Turnout turnout : Turnout.values()) {
      turnouts.put(turnout, new LongAdder());
    }
  }

  /// @param notes hears what happens, on any thread
  /// @throws IOException with one sentence, if the directory cannot be used, or another process has
  ///     it
  public static Mirror open(
      Settings settings, Upstream upstream, Pins pins, InstantSource clock, Consumer<Note> notes)
      throws IOException {
    Shelf.Bounds bounds = new Shelf.Bounds(settings.maxBytes, settings.maxAge);
    Shelf shelf = Shelf.open(settings.directory, bounds, clock, notes);
    Mirror mirror = new Mirror(settings, upstream, pins, clock, notes, shelf);
    mirror.rounds.start();
    return mirror;
  }

  /// Files grow old while nobody asks for anything, too.
  private void goRounds() {
    try {
      while (!closed) {
        Thread.sleep(ROUND);
        evict();
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  void evict() {
    shelf.evict();
  }

  /// What a request goes on with.
  private record Turn(Turnout turnout, Optional<Stored> kept, Optional<Download> download) {}

  @Override
  public Answer open(BootPath path, Asker asker) {
    if (path.directory() || path.segments().isEmpty()) {
      return ContentSource.missing(path);
    }
    boolean factsOnly = asker.wish() == Asker.Wish.FACTS;
    Optional<String> pin = pins.of(path);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Turn turn = turn(path, pin, factsOnly);
      if (attempt == 1) {
        turnouts.get(turn.turnout()).increment();
      }
      if (turn.download.isEmpty() && turn.kept.isEmpty()) {
        return facts(path);
      }
      Optional<Answer> answer =
          turn.download.isPresent()
              ? arriving(turn.download.get(), turn.kept)
              : kept(turn.kept.get());
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return new Answer.Unavailable(Fault.DISK, "/" + path + " vanishes from the cache.");
  }

  private Turn turn(BootPath path, Optional<String> pin, boolean factsOnly) {
    synchronized (downloads) {
      Optional<Stored> kept = shelf.find(path).filter(file -> isAsPinned(file, pin));
      Download running = downloads.get(path);
      if (running != null) {
        return new Turn(Turnout.SHARED, kept, Optional.of(running));
      }
      boolean due =
          kept.isEmpty() || pin.isEmpty() && kept.get().isDue(clock.instant(), settings.fresh);
      if (!due || kept.isEmpty() && factsOnly) {
        Turnout turnout = kept.isPresent() ? Turnout.HIT : Turnout.MISS;
        return new Turn(turnout, kept, Optional.empty());
      }
      return new Turn(Turnout.MISS, kept, Optional.of(begin(path, pin, kept)));
    }
  }

  private boolean isAsPinned(Stored file, Optional<String> pin) {
    boolean right = pin.isEmpty() || pin.get().equals(file.label().sha256());
    if (!right) {
      shelf.lose(file, Note.Loss.UNPINNED);
    }
    return right;
  }

  private Download begin(BootPath path, Optional<String> pin, Optional<Stored> current) {
    Optional<Stored> leftover = current.isPresent() ? Optional.empty() : shelf.takeLeftover(path);
    Download.Task task = new Download.Task(path, current, leftover, pin, clock.instant());
    Download[] self = new Download[1];
    Download download =
        new Download(task, upstream, shelf, ended -> finished(self[0], ended), settings.patience);
    self[0] = download;
    downloads.put(path, download);
    Thread.ofVirtual().name("download").start(download);
    return download;
  }

  private void finished(@Nullable Download download, Note.Ended ended) {
    Optional<Stored> current = download == null ? Optional.empty() : download.task().current();
    switch (ended.end()) {
      case UNCHANGED -> current.ifPresent(this::confirm);
      case FAILED, MISMATCHED, STOPPED, UNKEPT ->
          current.ifPresent(file -> file.postpone(clock.instant().plus(RECHECK)));
      case KEPT, REFUSED -> {}
    }
    synchronized (downloads) {
      downloads.remove(ended.path(), download);
      downloads.notifyAll();
    }
    notes.accept(ended);
  }

  private void confirm(Stored file) {
    try {
      file.relabel(file.label().checked(clock.instant()));
    } catch (IOException e) {
      file.postpone(clock.instant().plus(settings.fresh));
    }
  }

  /// @return empty if it is not on disk as it was left
  private Optional<Answer> kept(Stored file) {
    try {
      return Optional.of(new Answer.Found(file.content(clock.instant())));
    } catch (IOException e) {
      shelf.lose(file, Note.Loss.DAMAGED);
      return Optional.empty();
    }
  }

  private Optional<Answer> arriving(Download download, Optional<Stored> kept) {
    Arrival arrival = download.arrival();
    return switch (arrival.begun()) {
      case Stage.Arriving(Stored file, Label label) -> follow(file, label, arrival);
      case Stage.Kept(Stored file) -> kept(file);
      case Stage.Unchanged _ -> kept.flatMap(this::kept);
      case Stage.Unkept(Label label) -> Optional.of(past(download, label));
      case Stage.Asking _ -> stale(download, kept, silent(download));
      case Stage.Failed(Answer.Unavailable answer) -> stale(download, kept, answer);
      case Stage.Failed(Answer.Missing answer) -> {
        kept.ifPresent(file -> shelf.lose(file, Note.Loss.CHANGED));
        yield Optional.of(answer);
      }
      case Stage.Failed(Answer answer) -> Optional.of(answer);
    };
  }

  /// @return empty if the file was moved or deleted meanwhile
  private Optional<Answer> follow(Stored file, Label label, Arrival arrival) {
    try {
      FileChannel reader = file.open();
      return Optional.of(
          new Answer.Found(new Arriving(reader, arrival, new Passage(upstream, label))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Answer past(Download download, Label label) {
    return download.task().pin().isPresent()
        ? new Answer.Unavailable(
            Fault.DISK,
            "/"
                + label.path()
                + " has a pinned checksum, and there is no room in the cache to verify it.")
        : new Answer.Found(new Passage(upstream, label));
  }

  private Answer.Unavailable silent(Download download) {
    return new Answer.Unavailable(
        Fault.UPSTREAM_SILENT,
        "Upstream sent nothing of /%s for %d ms."
            .formatted(download.task().path(), settings.patience.toMillis()));
  }

  /// A machine that boots an old kernel is better off than one that does not boot (RFC 9111
  /// §4.2.4).
  private Optional<Answer> stale(
      Download download, Optional<Stored> kept, Answer.Unavailable answer) {
    if (kept.isEmpty()) {
      return Optional.of(answer);
    }
    notes.accept(new Note.Stale(download.task().path(), answer.reason()));
    return kept(kept.get());
  }

  /// Nothing is fetched for who only looks. Without a version, as it may have another when it is
  /// fetched.
  private Answer facts(BootPath path) {
    return switch (upstream.look(path)) {
      case Fetched.Facts facts -> {
        Fetched.Facts unsure = new Fetched.Facts(facts.size(), "", facts.mediaType());
        Label label = Label.of(path, unsure, clock.instant(), "");
        yield new Answer.Found(new Passage(upstream, label));
      }
      case Fetched.Refused refused -> refused.answer();
    };
  }

  public long count(Turnout turnout) {
    return turnouts.get(turnout).sum();
  }

  /// Of all files on disk.
  public long bytes() {
    return shelf.used();
  }

  public long maxBytes() {
    return settings.maxBytes;
  }

  public URI upstream() {
    return upstream.base();
  }

  /// @param limit of the files that are shown
  public Listing list(int limit) {
    Instant now = clock.instant();
    List<Download> running;
    synchronized (downloads) {
      running = List.copyOf(downloads.values());
    }
    List<Stored> files = shelf.files();
    List<Entry> shown =
        Stream.concat(
                running.stream().map(Mirror::entry), files.stream().map(file -> entry(file, now)))
            .limit(limit)
            .toList();
    return new Listing(files.size(), shelf.used(), settings.maxBytes, shown);
  }

  private static Entry entry(Download download) {
    Arrival.Progress progress = download.arrival().progress();
    OptionalLong size =
        progress.stage() instanceof Stage.Arriving(_, Label label)
            ? label.size()
            : OptionalLong.empty();
    return new Entry(
        "/" + download.task().path(),
        "arriving",
        progress.arrived(),
        size,
        "",
        download.age(),
        Duration.ZERO,
        0,
        progress.readers());
  }

  private static Entry entry(Stored file, Instant now) {
    Label label = file.label();
    return new Entry(
        "/" + label.path(),
        "kept",
        label.size().orElse(0),
        label.size(),
        label.sha256(),
        Duration.between(label.checked(), now),
        Duration.between(file.used(), now),
        file.hits(),
        file.isRead() ? 1 : 0);
  }

  /// Deletes one file; who reads it from disk reads on. If it is arriving, that ends, for its
  /// readers, too.
  ///
  /// @return whether there was anything
  public boolean delete(BootPath path) {
    Download running;
    synchronized (downloads) {
      running = downloads.get(path);
    }
    if (running != null) {
      running.stop(true);
    }
    Optional<Stored> leftover = shelf.takeLeftover(path);
    leftover.ifPresent(shelf::discard);
    Optional<Stored> kept = shelf.find(path);
    kept.ifPresent(file -> shelf.lose(file, Note.Loss.DELETED));
    return running != null || leftover.isPresent() || kept.isPresent();
  }

  /// Deletes all that is not arriving.
  ///
  /// @return how many files
  public int clear() {
    shelf.discardLeftovers();
    List<Stored> files = shelf.files();
    files.forEach(file -> shelf.lose(file, Note.Loss.DELETED));
    return files.size();
  }

  /// What is arriving is left for the next process to go on with.
  @Override
  public void close() throws IOException {
    closed = true;
    rounds.interrupt();
    List<Download> running;
    synchronized (downloads) {
      running = List.copyOf(downloads.values());
    }
    running.forEach(download -> download.stop(false));
    awaitEnds();
    shelf.close();
  }

  private void awaitEnds() {
    long end = System.nanoTime() + LAST_WORDS.toNanos();
    synchronized (downloads) {
      try {
        while (!downloads.isEmpty() && System.nanoTime() < end) {
          downloads.wait(10);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
