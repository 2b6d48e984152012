package dev.bootbus.http.mirror;

import dev.bootbus.content.Content;
import dev.bootbus.content.FileVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One file on the [Shelf], arriving (`ID.part`) or whole (`ID.data`), and its `ID.label`. No name
/// on disk is made of anything that a client or an upstream says.
final class Stored {
  static final String LABEL = ".label";
  static final String PART = ".part";
  static final String DATA = ".data";

  /// How exact the time of the last use is on disk.
  private static final Duration USE = Duration.ofMinutes(1);

  private final Path directory;
  private final String id;
  private final List<FileChannel> readers = new ArrayList<>();
  private Label label;
  private boolean whole;
  private Instant used;
  private Instant usedOnDisk;
  private long room;
  private long hits;
  private Instant postponed = Instant.MIN;

  Stored(Path directory, String id, Label label, boolean whole, Instant used) {
    this.directory = directory;
    this.id = id;
    this.label = label;
    this.whole = whole;
    this.used = used;
    this.usedOnDisk = used;
  }

  private Path file(String suffix) {
    return directory.resolve(id + suffix);
  }

  synchronized Label label() {
    return label;
  }

  synchronized Instant used() {
    return used;
  }

  synchronized long hits() {
    return hits;
  }

  /// Bytes that the shelf counts for it.
  synchronized long room() {
    return room;
  }

  synchronized void room(long bytes) {
    room = bytes;
  }

  synchronized boolean isRead() {
    readers.removeIf(reader -> !reader.isOpen());
    return !readers.isEmpty();
  }

  /// For one reader, who closes it; until then the file is not evicted.
  synchronized FileChannel open() throws IOException {
    FileChannel reader = FileChannel.open(file(whole ? DATA : PART), StandardOpenOption.READ);
    readers.removeIf(other -> !other.isOpen());
    readers.add(reader);
    return reader;
  }

  FileChannel append() throws IOException {
    return FileChannel.open(
        file(PART), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /// @throws IOException if it is not on disk as it was left
  synchronized Content.OpenFile content(Instant now) throws IOException {
    FileChannel reader = open();
    try {
      FileVersion found = FileVersion.of(file(DATA));
      if (found.size() != label.size().orElse(-1) || reader.size() != found.size()) {
        throw new IOException("it has " + found.size() + " bytes");
      }
      hits++;
      touch(now);
      // never written to once it is whole, so it needs no time to settle: its ETag is strong at
      // once
      FileVersion version =
          new FileVersion(
              found.kind(),
              found.device(),
              found.inode(),
              found.size(),
              found.modified(),
              found.modified());
      return new Content.OpenFile(reader, version);
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /// Whether upstream should be asked if this is the current version.
  ///
  /// @param fresh for how long it need not
  synchronized boolean isDue(Instant now, Duration fresh) {
    return label.checked().plus(fresh).isBefore(now) && postponed.isBefore(now);
  }

  /// Upstream was asked and could not tell.
  synchronized void postpone(Instant until) {
    postponed = until;
  }

  synchronized void touch(Instant now) throws IOException {
    used = now;
    if (usedOnDisk.plus(USE).isBefore(now)) {
      usedOnDisk = now;
      Files.setLastModifiedTime(file(LABEL), FileTime.from(now));
    }
  }

  synchronized void relabel(Label fresh) throws IOException {
    fresh.write(file(LABEL));
    label = fresh;
  }

  /// From here on it is whole. Its bytes are on disk already.
  synchronized void keep(Label complete) throws IOException {
    relabel(complete);
    long modified = complete.modified().getEpochSecond();
    Files.setLastModifiedTime(file(PART), FileTime.from(modified, TimeUnit.SECONDS));
    Files.move(file(PART), file(DATA), StandardCopyOption.ATOMIC_MOVE);
    whole = true;
  }

  /// Whoever reads it reads on.
  synchronized void delete() throws IOException {
    for (String suffix : List.of(DATA, PART, LABEL)) {
      try {
        Files.delete(file(suffix));
      } catch (NoSuchFileException e) {
        // as it should be
      }
    }
  }
}
