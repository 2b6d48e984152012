package dev.bootbus.content;

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
public final class DiskRoot implements ContentSource {
  private static final int ATTEMPTS = 3;

  private final Path root;

  private DiskRoot(Path root) {
    this.root = root;
  }

  /// @throws IOException if there is no such directory
  public static DiskRoot at(Path directory) throws IOException {
    if (!Files.isDirectory(directory.toRealPath())) {
      throw new NotDirectoryException(directory.toString());
    }
    return new DiskRoot(directory.toAbsolutePath());
  }

  public Path path() {
    return root;
  }

  /// Where a path would lie, links not followed.
  ///
  /// @throws InvalidPathException if no file can have that name
  public Path locate(BootPath path) {
    Path file = root;
    for (String segment : path.segments()) {
      file = file.resolve(segment);
    }
    return file;
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    try {
      Path real = real(path);
      // each time anew: a root that is a link may be switched to the next release under way
      return real.startsWith(root.toRealPath())
          ? open(path, real)
          : new Answer.Denied("/" + path + " is a symbolic link that leads out of the root.");
    } catch (InvalidPathException | NoSuchFileException e) {
      return ContentSource.missing(path);
    } catch (AccessDeniedException e) {
      return new Answer.Denied("/" + path + " may not be read by this server: permission denied.");
    } catch (IOException e) {
      return new Answer.Unavailable(
          Fault.DISK, "/" + path + " cannot be read: the disk of this server failed: " + e);
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

  private static Answer open(BootPath path, Path real) throws IOException {
    for (int attempt = 1; ; attempt++) {
      FileVersion before = FileVersion.of(real, LinkOption.NOFOLLOW_LINKS);
      switch (before.kind()) {
        case DIRECTORY -> {
          return new Answer.Directory(real);
        }
        // not opened: opening a FIFO waits for a writer
        case OTHER -> {
          return new Answer.Denied("/" + path + " is not a regular file.");
        }
        case REGULAR -> {}
      }
      if (path.directory()) {
        return new Answer.Missing("/" + path + " is a file, not a directory.");
      }
      FileChannel channel =
          FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      FileVersion version = versionOf(channel, real);
      // replaced between the look and the opening
      if (version.equals(before) || attempt == ATTEMPTS) {
        return new Answer.Found(new Content.OpenFile(channel, version));
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
}
