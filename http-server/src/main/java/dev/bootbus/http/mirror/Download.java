package dev.bootbus.http.mirror;

import dev.bootbus.content.BootPath;
import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.content.Fetched;
import dev.bootbus.content.SourceFailedException;
import dev.bootbus.content.Upstream;
import dev.bootbus.http.mirror.Arrival.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One file on its way from upstream to the disk, for all who read it meanwhile. It goes on to the
/// end when they leave: the next machine of the rack will ask for it.
final class Download implements Runnable {
  /// @param current what is on disk; upstream is asked whether it still is the current version
  /// @param leftover what an earlier process has fetched, to go on with
  /// @param pin the SHA-256 that the file must have
  /// @param begun now
  record Task(
      BootPath path,
      Optional<Stored> current,
      Optional<Stored> leftover,
      Optional<String> pin,
      Instant begun) {}

  /// How it ends, if not well.
  private static final class EndedException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Note.End end;
    private final transient Stage stage;

    EndedException(Note.End end, Stage stage) {
      super(null, null, false, false);
      this.end = end;
      this.stage = stage;
    }

    EndedException(Note.End end, Answer answer) {
      this(end, new Stage.Failed(answer));
    }
  }

  /// In a row, without a byte in between.
  private static final int FRUITLESS_ATTEMPTS = 5;

  /// For an upstream that closes after each few bytes.
  private static final int ATTEMPTS = 1000;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final Task task;
  private final Upstream upstream;
  private final Shelf shelf;
  private final Consumer<Note.Ended> finished;
  private final Arrival arrival;
  private final long begunNanos = System.nanoTime();
  private @Nullable Writer writer;
  private boolean announced;
  private volatile boolean stopped;
  private volatile boolean forgotten;
  private volatile @Nullable InputStream open;

  /// @param finished called once, before readers hear of the end
  /// @param patience of readers, while nothing arrives
  Download(
      Task task, Upstream upstream, Shelf shelf, Consumer<Note.Ended> finished, Duration patience) {
    this.task = task;
    this.upstream = upstream;
    this.shelf = shelf;
    this.finished = finished;
    this.arrival = new Arrival(patience, task.pin.isPresent());
  }

  Task task() {
    return task;
  }

  Arrival arrival() {
    return arrival;
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - begunNanos);
  }

  /// Ends it soon, for its readers, too.
  ///
  /// @param forget whether what has arrived is deleted; else a later process goes on with it
  void stop(boolean forget) {
    forgotten = forget;
    stopped = true;
    InputStream stream = open;
    if (stream != null) {
      close(stream);
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // it is not wanted any more
    }
  }

  @Override
  public void run() {
    Note.End end;
    Stage stage;
    try {
      Optional<Stored> kept = fetch();
      end = kept.isPresent() ? Note.End.KEPT : Note.End.UNCHANGED;
      stage = kept.isPresent() ? new Stage.Kept(kept.get()) : new Stage.Unchanged();
    } catch (EndedException e) {
      end = e.end;
      stage = e.stage;
    } catch (RuntimeException e) {
      end = Note.End.FAILED;
      stage = new Stage.Failed(new Answer.Unavailable(Fault.DISK, "The mirror erred: " + e));
    }
    long bytes = length();
    leave(end);
    finished.accept(new Note.Ended(task.path, end, bytes, age(), reason(stage)));
    arrival.enter(stage);
  }

  private void leave(Note.End end) {
    Writer last = writer;
    if (last == null) {
      return;
    }
    switch (end) {
      case KEPT -> {
        last.close();
        if (forgotten) {
          shelf.lose(last.file(), Note.Loss.DELETED);
        }
      }
      case STOPPED -> {
        last.close();
        if (forgotten) {
          shelf.discard(last.file());
        }
      }
      case FAILED, MISMATCHED, REFUSED, UNCHANGED, UNKEPT -> {
        last.close();
        if (announced) {
          shelf.discard(last.file());
        } else {
          shelf.putBack(last.file()); // it was not upstream that had it wrong
        }
      }
    }
  }

  private static String reason(Stage stage) {
    return switch (stage) {
      case Stage.Failed(var answer) -> Arrival.reason(answer);
      case Stage.Unkept _ -> "There is no room for it in the cache.";
      case Stage.Arriving _, Stage.Asking _, Stage.Kept _, Stage.Unchanged _ -> "";
    };
  }

  /// @return empty if what is on disk is current
  private Optional<Stored> fetch() throws EndedException {
    task.leftover.ifPresent(this::resume);
    int fruitless = 0;
    for (int attempt = 1; ; attempt++) {
      long before = length();
      Answer failure;
      switch (upstream.fetch(task.path, before, version())) {
        case Fetched.Body body -> {
          try {
            return Optional.of(take(body));
          } catch (SourceFailedException e) {
            failure = new Answer.Unavailable(e.fault(), String.valueOf(e.getMessage()));
          }
        }
        case Fetched.Unchanged _ -> {
          return Optional.empty();
        }
        case Fetched.Changed _ when announced -> throw changed();
        case Fetched.Changed _ -> {
          discard();
          continue;
        }
        case Fetched.Failed failed when announced -> failure = failed.answer();
        case Fetched.Refused refused -> throw refused(refused.answer());
      }
      fruitless = length() > before ? 0 : fruitless + 1;
      if (!isResumable() || fruitless == FRUITLESS_ATTEMPTS || attempt == ATTEMPTS) {
        throw new EndedException(Note.End.FAILED, failure);
      }
      pause(fruitless);
    }
  }

  private long length() {
    return writer == null ? 0 : writer.length();
  }

  /// What upstream is told that we have.
  private String version() {
    if (writer == null) {
      return task.current.map(file -> file.label().version()).orElse("");
    }
    return writer.length() == 0 ? "" : writer.label().version();
  }

  private boolean isResumable() {
    return writer == null || writer.length() == 0 || !writer.label().version().isEmpty();
  }

  private EndedException changed() {
    return new EndedException(
        Note.End.FAILED,
        new Answer.Unavailable(
            Fault.UPSTREAM, "/" + task.path + " changed upstream while it was fetched."));
  }

  private static EndedException refused(Answer answer) {
    return switch (answer) {
      case Answer.Missing _, Answer.Denied _ -> new EndedException(Note.End.REFUSED, answer);
      case Answer.Directory _, Answer.Found _, Answer.NotReady _, Answer.Unavailable _ ->
          new EndedException(Note.End.FAILED, answer);
    };
  }

  private void pause(int fruitless) throws EndedException {
    try {
      if (fruitless > 0) {
        Thread.sleep(FIRST_PAUSE.multipliedBy(1L << fruitless));
      }
    } catch (InterruptedException e) {
      stopped = true;
    }
    if (stopped) {
      throw stopped();
    }
  }

  private EndedException stopped() {
    return new EndedException(
        Note.End.STOPPED,
        new Answer.Unavailable(Fault.UPSTREAM, "/" + task.path + " was stopped while it arrived."));
  }

  /// What cannot be read is fetched anew.
  private void resume(Stored part) {
    try {
      Writer before = Writer.resume(shelf, part);
      writer = before;
      arrival.arrived(before.length());
    } catch (IOException e) {
      shelf.discard(part);
    }
  }

  private void discard() {
    Writer old = writer;
    if (old != null) {
      old.close();
      shelf.discard(old.file());
      writer = null;
      arrival.arrived(0);
    }
  }

  private Stored take(Fetched.Body body) throws SourceFailedException, EndedException {
    try (body) {
      open = body.stream();
      Writer to = writer(body.facts());
      announce(to);
      copy(body.stream(), to);
      return complete(to);
    } catch (IOException e) {
      if (stopped) {
        throw stopped();
      }
      throw e instanceof SourceFailedException told
          ? told
          : new SourceFailedException(
              Fault.UPSTREAM, "The upstream broke off /" + task.path + ": " + e.getMessage());
    } finally {
      open = null;
    }
  }

  private Writer writer(Fetched.Facts facts) throws EndedException {
    Writer before = writer;
    if (before == null) {
      Label label = Label.of(task.path, facts, task.begun, shelf.boot());
      Writer fresh =
          Writer.begin(shelf, label)
              .orElseThrow(() -> new EndedException(Note.End.UNKEPT, new Stage.Unkept(label)));
      writer = fresh;
      return fresh;
    }
    Label label = before.label();
    if (!facts.version().equals(label.version()) || !facts.size().equals(label.size())) {
      throw changed();
    }
    return before;
  }

  private void announce(Writer to) {
    if (!announced) {
      announced = true;
      arrival.enter(new Stage.Arriving(to.file(), to.label()));
    }
  }

  private void copy(InputStream in, Writer to) throws IOException, EndedException {
    while (!stopped && to.fill(in)) {
      if (!to.write()) {
        throw new EndedException(Note.End.UNKEPT, new Stage.Unkept(to.label()));
      }
      arrival.arrived(to.length());
    }
    if (stopped) {
      throw stopped();
    }
  }

  private Stored complete(Writer to) throws SourceFailedException, EndedException {
    long size = to.label().size().orElse(to.length());
    if (to.length() != size) {
      throw new SourceFailedException(
          Fault.UPSTREAM,
          "The upstream sent %d bytes of /%s instead of %d."
              .formatted(to.length(), task.path, size));
    }
    String sha256 = to.sha256();
    String pinned = task.pin.orElse(sha256);
    if (!sha256.equals(pinned)) {
      throw new EndedException(
          Note.End.MISMATCHED,
          new Answer.Unavailable(
              Fault.UPSTREAM,
              "/%s from upstream is another file than it should be: its SHA-256 is %s, not %s."
                  .formatted(task.path, sha256, pinned)));
    }
    arrival.complete();
    try {
      return to.keep(sha256);
    } catch (IOException e) {
      throw new EndedException(Note.End.UNKEPT, new Stage.Unkept(to.label()));
    }
  }
}
