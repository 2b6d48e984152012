package dev.bootbus.http;

import dev.bootbus.content.Asker;
import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.content.FileVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A file `initrd.gz` beside `initrd`, sent in its place to clients that unpack it. One that is
/// older than the file itself was forgotten, and does not count.
final class GzipSiblings {
  private static final String SUFFIX = ".gz";

  private final DiskRoot disk;

  GzipSiblings(DiskRoot disk) {
    this.disk = disk;
  }

  /// One look at the disk, as each request of a client that unpacks pays for it.
  boolean exist(BootPath path) {
    return canHave(path) && Files.exists(disk.locate(of(path)));
  }

  /// What is packed already is not packed twice.
  private static boolean canHave(BootPath path) {
    return !path.segments().isEmpty() && !path.segments().getLast().endsWith(SUFFIX);
  }

  private static BootPath of(BootPath path) {
    List<String> segments = new ArrayList<>(path.segments());
    segments.add(segments.removeLast() + SUFFIX);
    return new BootPath(segments, false);
  }

  /// @return open, to be closed by the caller
  Optional<Content.OpenFile> open(BootPath path, Content.OpenFile file, Asker asker)
      throws IOException {
    if (!exist(path) || !isOnDisk(path, file)) {
      return Optional.empty();
    }
    ContentSource.Answer answer = disk.open(of(path), asker);
    if (!(answer instanceof ContentSource.Answer.Found(Content.OpenFile packed))) {
      return Optional.empty();
    }
    if (packed.version().modified().compareTo(file.version().modified()) < 0) {
      packed.close();
      return Optional.empty();
    }
    return Optional.of(packed);
  }

  /// Another source may keep a file of this name elsewhere.
  private boolean isOnDisk(BootPath path, Content.OpenFile file) {
    try {
      return FileVersion.of(disk.locate(path)).equals(file.version());
    } catch (IOException e) {
      return false;
    }
  }
}
