package dev.bootbus.http;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The regular files below one directory. A symbolic link counts as what it points to, and is
/// refused if that lies outside. What is refused is looked at first and opened then, so whoever may
/// write below the root is trusted not to swap one for the other in between.
final class DiskRoot {
  /// What the disk says of a path; each reason is one sentence for the machine's console and the
  /// log.
  sealed interface Lookup {
    /// Whoever takes the file closes it.
    record Found(OpenFile file) implements Lookup {}

    record Missing(String reason) implements Lookup {}

    record Denied(String reason) implements Lookup {}
  }

  private static final int ATTEMPTS = 3;

  private final Path root;

  private DiskRoot(Path root) {
    this.root = root;
  }

  /// @throws IOException if there is no such directory
  static DiskRoot at(Path directory) throws IOException {
    if (!Files.isDirectory(directory.toRealPath())) {
      throw new NotDirectoryException(directory.toString());
    }
    return new DiskRoot(directory.toAbsolutePath());
  }

  Path path() {
    return root;
  }

  /// Where a path would lie, links not followed.
  ///
  /// @throws InvalidPathException if no file can have that name
  Path locate(BootPath path) {
    Path file = root;
    for (String segment : path.segments()) {
      file = file.resolve(segment);
    }
    return file;
  }

  /// @throws IOException if the disk fails
  Lookup open(BootPath path) throws IOException {
    try {
      Path real = real(path);
      // each time anew: a root that is a link may be switched to the next release under way
      return real.startsWith(root.toRealPath())
          ? open(path, real)
          : new Lookup.Denied("/" + path + " is a symbolic link that leads out of the root.");
    } catch (InvalidPathException | NoSuchFileException e) {
      return missing(path);
    } catch (AccessDeniedException e) {
      return new Lookup.Denied("/" + path + " may not be read by this server: permission denied.");
    }
  }

  /// Follows all links. Only here do a file on the way that should be a directory, a name that is
  /// too long and a loop of links show, for which Java has no exceptions of their own.
  private Path real(BootPath path) throws IOException {
    try {
      return locate(path).toRealPath();
    } catch (AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      throw new NoSuchFileException(e.getFile(), null, e.getReason());
    }
  }

  private static Lookup open(BootPath path, Path real) throws IOException {
    for (int attempt = 1; ; attempt++) {
      FileVersion before = FileVersion.of(real, LinkOption.NOFOLLOW_LINKS);
      switch (before.kind()) {
        case DIRECTORY -> {
          return new Lookup.Missing("/" + path + " is a directory, not a file.");
        }
        // not opened: opening a FIFO waits for a writer
        case OTHER -> {
          return new Lookup.Denied("/" + path + " is not a regular file.");
        }
        case REGULAR -> {}
      }
      if (path.directory()) {
        return new Lookup.Missing("/" + path + " is a file, not a directory.");
      }
      FileChannel channel =
          FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      FileVersion version = versionOf(channel, real);
      // replaced between the look and the opening
      if (version.equals(before) || attempt == ATTEMPTS) {
        return new Lookup.Found(new OpenFile(channel, version));
      }
      channel.close();
    }
  }

  private static FileVersion versionOf(FileChannel channel, Path real) throws IOException {
    try {
      return FileVersion.of(real, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  static Lookup.Missing missing(BootPath path) {
    return new Lookup.Missing("/" + path + " is not here: there is no such file below the root.");
  }
}
