package dev.bootbus.content;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The regular files below one directory. A symbolic link counts as what it points to, and is
/// refused if that lies outside, also if it takes the place of a folder while the file is opened.
/// Whoever may write below the root is trusted not to swap a file for a FIFO at that moment.
public final class DiskRoot implements ContentSource {
  private static final int ATTEMPTS = 3;
  private static final Set<OpenOption> READ_NO_LINK =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final @Nullable Path root;

  private DiskRoot(@Nullable Path root) {
    this.root = root;
  }

  /// @throws IOException if there is no such directory
  public static DiskRoot at(Path directory) throws IOException {
    if (!Files.isDirectory(directory.toRealPath())) {
      throw new NotDirectoryException(directory.toString());
    }
    return new DiskRoot(directory.toAbsolutePath());
  }

  /// Of a server that has no disk: no file has any name.
  public static DiskRoot none() {
    return new DiskRoot(null);
  }

  /// Nothing of a server without a disk.
  public Optional<Path> path() {
    return Optional.ofNullable(root);
  }

  /// Where a path would lie, links not followed.
  ///
  /// @throws InvalidPathException if no file can have that name
  public Path locate(BootPath path) {
    if (root == null) {
      throw new InvalidPathException(path.toString(), "there is no disk");
    }
    Path file = root;
    for (String segment : path.segments()) {
      file = file.resolve(segment);
    }
    return file;
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    if (root == null) {
      return ContentSource.missing(path);
    }
    try {
      Path real = real(path);
      // each time anew: a root that is a link may be switched to the next release under way
      Path top = root.toRealPath();
      return real.startsWith(top)
          ? open(path, top, real)
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

  private static Answer open(BootPath path, Path top, Path real) throws IOException {
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
      FileChannel channel = channel(top, real);
      FileVersion version = versionOf(channel, real);
      // replaced between the look and the opening
      if (version.equals(before) || attempt == ATTEMPTS) {
        return new Answer.Found(new Content.OpenFile(channel, version));
      }
      channel.close();
    }
  }

  /// Opens one folder after the other, and follows no link, so that none that took a folder's place
  /// since it was looked at leads out.
  private static FileChannel channel(Path top, Path real) throws IOException {
    Path below = top.relativize(real);
    DirectoryStream<Path> folder = below.getNameCount() > 1 ? Files.newDirectoryStream(top) : null;
    try {
      for (int i = 0; i < below.getNameCount() - 1; i++) {
        if (!(folder instanceof SecureDirectoryStream<Path> secure)) {
          return FileChannel.open(real, READ_NO_LINK); // not on Linux
        }
        folder = secure.newDirectoryStream(below.getName(i), LinkOption.NOFOLLOW_LINKS);
        secure.close();
      }
      if (folder instanceof SecureDirectoryStream<Path> secure) {
        return (FileChannel) secure.newByteChannel(below.getFileName(), READ_NO_LINK);
      }
      return FileChannel.open(real, READ_NO_LINK);
    } catch (AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      throw new NoSuchFileException(e.getFile(), null, e.getReason());
    } finally {
      if (folder != null) {
        folder.close();
      }
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
