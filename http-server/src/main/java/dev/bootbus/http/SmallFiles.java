package dev.bootbus.http;

import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.FileVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Small files, kept in memory for as long as the disk says that they are the same. One look at the
/// file's attributes takes the place of following links, opening, reading and closing, which makes
/// a request cost a third.
final class SmallFiles {
  /// A file as it was when it was read, ready to be sent.
  record Kept(Path file, FileVersion version, Representation representation, ByteBuffer content) {}

  static final int MAX_FILE = 64 * 1024;
  static final long MAX_TOTAL = 8 << 20;
  private static final int MAX_FILES = 4096;

  private final Map<BootPath, Kept> kept = new ConcurrentHashMap<>();
  private long total; // guarded by this

  /// The file, if it is kept and did not change on disk since.
  Optional<Kept> get(BootPath path) {
    Kept file = kept.get(path);
    if (file == null) {
      return Optional.empty();
    }
    if (isCurrent(file)) {
      return Optional.of(file);
    }
    drop(path, file);
    return Optional.empty();
  }

  private static boolean isCurrent(Kept file) {
    try {
      return file.version.isStill(file.file);
    } catch (IOException e) {
      return false;
    }
  }

  /// Keeps a file that was just opened, unless it is large, or so new that it could change unseen.
  ///
  /// @param located where the path leads, links not followed
  void keep(BootPath path, Path located, Content.OpenFile file, Representation representation)
      throws IOException {
    FileVersion version = file.version();
    if (version.size() > MAX_FILE || representation.isWeak()) {
      return;
    }
    ByteBuffer content = read(file.channel(), (int) version.size());
    if (!content.hasRemaining()) {
      put(path, new Kept(located, version, representation, content.flip().asReadOnlyBuffer()));
    }
  }

  /// @return with room left if the file has become shorter
  private static ByteBuffer read(FileChannel channel, int size) throws IOException {
    ByteBuffer content = ByteBuffer.allocateDirect(size);
    while (content.hasRemaining() && channel.read(content, content.position()) > 0) {}
    return content;
  }

  /// When there are too many, all are forgotten: they come back as they are asked for.
  private synchronized void put(BootPath path, Kept file) {
    if (kept.size() >= MAX_FILES || total + file.version.size() > MAX_TOTAL) {
      kept.clear();
      total = 0;
    }
    Kept former = kept.put(path, file);
    total += file.version.size() - (former == null ? 0 : former.version.size());
  }

  private synchronized void drop(BootPath path, Kept file) {
    if (kept.remove(path, file)) {
      total -= file.version.size();
    }
  }
}
