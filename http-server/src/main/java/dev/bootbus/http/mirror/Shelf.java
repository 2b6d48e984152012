package dev.bootbus.http.mirror;

import dev.bootbus.content.BootPath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of a mirror on disk, in one flat directory that no other process uses meanwhile. What
/// it holds is bounded in bytes, in number and in time since the last use.
final class Shelf implements AutoCloseable {
  /// @param maxBytes of all files together, arriving ones included
  /// @param maxAge since the last use
  record Bounds(long maxBytes, Duration maxAge) {}

  /// The directory is in use by another process.
  static final class InUseException extends IOException {
    private static final long serialVersionUID = 1;

    InUseException(Path directory) {
      super(directory + " is in use by another server");
    }
  }

  /// What a file takes beside its bytes: the label, and the rest of a block.
  static final long OVERHEAD = 8192;

  /// A disk with less is full.
  private static final long NO_ROOM = 1 << 20;

  /// Each takes about 1 KiB of memory.
  static final int MAX_FILES = 100_000;

  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{16})(\\.data|\\.part|\\.label|\\.label\\.new)");

  private final Path directory;
  private final Bounds bounds;
  private final InstantSource clock;
  private final Consumer<Note> notes;
  private final FileChannel lock;
  private final String boot;
  private final Map<BootPath, Stored> whole = new HashMap<>();
  private final Map<BootPath, Stored> leftovers = new HashMap<>();
  private final SecureRandom random = new SecureRandom();
  private long used;

  private Shelf(
      Path directory, Bounds bounds, InstantSource clock, Consumer<Note> notes, FileChannel lock) {
    this.directory = directory;
    this.bounds = bounds;
    this.clock = clock;
    this.notes = notes;
    this.lock = lock;
    this.boot = thisBoot();
  }

  /// Unlike any other where the system does not tell.
  private static String thisBoot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return UUID.randomUUID().toString();
    }
  }

  /// Takes a directory, with what an earlier process left in it.
  ///
  /// @throws InUseException if another process has it
  /// @throws IOException if it cannot be created or written to
  static Shelf open(Path directory, Bounds bounds, InstantSource clock, Consumer<Note> notes)
      throws IOException {
    Files.createDirectories(directory);
    FileChannel lock =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!isLocked(lock)) {
        throw new InUseException(directory);
      }
      Shelf shelf = new Shelf(directory, bounds, clock, notes, lock);
      shelf.load();
      return shelf;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /// What is not as it was left is deleted, and so is the older of two states of one file.
  private synchronized void load() throws IOException {
    Set<String> ids = new HashSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          ids.add(name.group(1));
        }
      }
    }
    for (String id : ids) {
      Files.deleteIfExists(directory.resolve(id + Stored.LABEL + ".new"));
      Optional<Label> label = Label.read(directory.resolve(id + Stored.LABEL));
      if (label.isEmpty() || !load(id, label.get())) {
        for (String suffix : List.of(Stored.DATA, Stored.PART, Stored.LABEL)) {
          Files.deleteIfExists(directory.resolve(id + suffix));
        }
      }
    }
    evict();
  }

  private boolean load(String id, Label label) throws IOException {
    Path data = directory.resolve(id + Stored.DATA);
    Path part = directory.resolve(id + Stored.PART);
    Instant lastUse = Files.getLastModifiedTime(directory.resolve(id + Stored.LABEL)).toInstant();
    if (Files.isRegularFile(data)) {
      return Files.size(data) == label.size().orElse(-1)
          && place(whole, new Stored(directory, id, label, true, lastUse), Files.size(data));
    }
    return Files.isRegularFile(part)
        && label.boot().equals(boot)
        && !label.version().isEmpty()
        && Files.size(part) < label.size().orElse(Long.MAX_VALUE)
        && place(leftovers, new Stored(directory, id, label, false, lastUse), Files.size(part));
  }

  private boolean place(Map<BootPath, Stored> files, Stored stored, long size) throws IOException {
    Stored other = files.get(stored.label().path());
    if (other != null && other.label().checked().isAfter(stored.label().checked())) {
      return false;
    }
    if (other != null) {
      remove(files, other);
    }
    stored.room(size + OVERHEAD);
    used += stored.room();
    files.put(stored.label().path(), stored);
    return true;
  }

  String boot() {
    return boot;
  }

  synchronized Optional<Stored> find(BootPath path) {
    return Optional.ofNullable(whole.get(path));
  }

  /// A file that an earlier process was fetching, to go on with.
  synchronized Optional<Stored> takeLeftover(BootPath path) {
    return Optional.ofNullable(leftovers.remove(path));
  }

  void putBack(Stored leftover) {
    synchronized (this) {
      Stored other = leftovers.putIfAbsent(leftover.label().path(), leftover);
      if (other == null) {
        return;
      }
    }
    discard(leftover);
  }

  synchronized void discardLeftovers() {
    for (Stored leftover : List.copyOf(leftovers.values())) {
      remove(leftovers, leftover);
    }
  }

  /// A new file, empty yet.
  ///
  /// @return empty if there is no room, by our bounds or on the disk
  synchronized Optional<Stored> begin(Label label) {
    String id = HexFormat.of().toHexDigits(random.nextLong());
    Stored stored = new Stored(directory, id, label, false, clock.instant());
    if (!reserve(stored, OVERHEAD + label.size().orElse(0))) {
      return Optional.empty();
    }
    do {
      try {
        stored.relabel(label);
        return Optional.of(stored);
      } catch (IOException e) {
        // no room, or no disk
      }
    } while (isDiskFull() && evictOldest());
    discard(stored);
    return Optional.empty();
  }

  /// Makes sure that a file may have so many bytes, at the expense of those that were not used for
  /// longest.
  synchronized boolean reserve(Stored stored, long bytes) {
    long more = bytes - stored.room();
    if (more <= 0) {
      return true;
    }
    while (used + more > bounds.maxBytes || whole.size() >= MAX_FILES) {
      if (bytes > bounds.maxBytes || !evictOldest()) {
        return false;
      }
    }
    used += more;
    stored.room(bytes);
    return true;
  }

  /// @return false if there is nothing left that nobody reads
  synchronized boolean evictOldest() {
    Optional<Stored> leftover = leftovers.values().stream().findAny();
    if (leftover.isPresent()) {
      lose(leftovers, leftover.get(), Note.Loss.SIZE);
      return true;
    }
    Optional<Stored> oldest =
        whole.values().stream()
            .filter(file -> !file.isRead())
            .min(Comparator.comparing(Stored::used));
    oldest.ifPresent(file -> lose(whole, file, Note.Loss.SIZE));
    return oldest.isPresent();
  }

  /// Whether writing fails because the disk has less room than our bounds say.
  boolean isDiskFull() {
    try {
      return Files.getFileStore(directory).getUsableSpace() < NO_ROOM;
    } catch (IOException e) {
      return false;
    }
  }

  /// Lets go of what was not used for too long.
  synchronized void evict() {
    Instant limit = clock.instant().minus(bounds.maxAge);
    for (Map<BootPath, Stored> files : List.of(whole, leftovers)) {
      for (Stored file : List.copyOf(files.values())) {
        if (file.used().isBefore(limit) && !file.isRead()) {
          lose(files, file, Note.Loss.AGE);
        }
      }
    }
    while (used > bounds.maxBytes && evictOldest()) {}
  }

  /// The bytes are on disk, and become the file.
  void keep(Stored stored, Label complete) throws IOException {
    reserve(stored, OVERHEAD + complete.size().orElseThrow());
    stored.keep(complete);
    try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
      self.force(true);
    }
    synchronized (this) {
      Stored former = whole.put(complete.path(), stored);
      if (former != null) {
        discard(former);
      }
    }
  }

  synchronized void lose(Stored stored, Note.Loss loss) {
    if (whole.get(stored.label().path()) == stored) {
      lose(whole, stored, loss);
    }
  }

  private void lose(Map<BootPath, Stored> files, Stored stored, Note.Loss loss) {
    Label label = stored.label();
    notes.accept(new Note.Lost(label.path(), loss, stored.room() - OVERHEAD));
    remove(files, stored);
  }

  private void remove(Map<BootPath, Stored> files, Stored stored) {
    files.remove(stored.label().path(), stored);
    discard(stored);
  }

  /// Deletes a file that is in no index.
  synchronized void discard(Stored stored) {
    used -= stored.room();
    stored.room(0);
    try {
      stored.delete();
    } catch (IOException e) {
      // the next start finds it
    }
  }

  synchronized long used() {
    return used;
  }

  Bounds bounds() {
    return bounds;
  }

  /// All whole files, the last used first.
  synchronized List<Stored> files() {
    record Use(Stored file, Instant when) {}
    return whole.values().stream()
        .map(file -> new Use(file, file.used())) // which may change while they are sorted
        .sorted(Comparator.comparing(Use::when).reversed())
        .map(Use::file)
        .toList();
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
