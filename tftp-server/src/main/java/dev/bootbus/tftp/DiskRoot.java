package dev.bootbus.tftp;

import dev.bootbus.tftp.ContentSource.Answer.Denied;
import dev.bootbus.tftp.ContentSource.Answer.Found;
import dev.bootbus.tftp.ContentSource.Answer.Unavailable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;

/// The regular files below one directory. A symbolic link counts as what it points to, and is
/// refused if that lies outside.
final class DiskRoot implements ContentSource {
  /// Spares a system call for most blocks, and 1,000 transfers at once still need only 16 MiB.
  private static final int READ_AHEAD = 16 * 1024;

  private final Path root;

  private DiskRoot(Path root) {
    this.root = root;
  }

  /// @throws IOException if there is no such directory
  static DiskRoot at(Path directory) throws IOException {
    Path root = directory.toRealPath();
    if (!Files.isDirectory(root)) {
      throw new FileSystemException(directory.toString(), null, "not a directory");
    }
    return new DiskRoot(root);
  }

  Path path() {
    return root;
  }

  @Override
  public Answer open(BootPath path, Call call) {
    try {
      Path file = root;
      for (String segment : path.segments()) {
        file = file.resolve(segment);
      }
      Path real = file.toRealPath();
      if (!real.startsWith(root)) {
        return new Denied("symbolic link leads out of the root: " + path);
      }
      return open(path, real);
    } catch (InvalidPathException | NoSuchFileException e) {
      return ContentSource.missing(path);
    } catch (AccessDeniedException e) {
      return new Denied("permission denied: " + path);
    } catch (FileSystemException e) {
      // not a directory on the way, name too long, loop of links
      return new Answer.Missing("file not found: " + path + " (" + e.getReason() + ")");
    } catch (IOException e) {
      return new Unavailable("cannot open " + path + ": " + e.getMessage());
    }
  }

  private static Answer open(BootPath path, Path real) throws IOException {
    // looked at before it is opened: opening a FIFO would wait for a writer
    BasicFileAttributes file =
        Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (file.isDirectory()) {
      return new Denied("is a directory: " + (path.segments().isEmpty() ? "/" : path));
    }
    if (!file.isRegularFile()) {
      return new Denied("not a regular file: " + path);
    }
    InputStream bytes = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS);
    return new Found(
        new Content(OptionalLong.of(file.size()), new BufferedInputStream(bytes, READ_AHEAD)));
  }
}
