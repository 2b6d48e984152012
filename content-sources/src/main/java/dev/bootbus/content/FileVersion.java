package dev.bootbus.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// What tells two states of a file on disk apart.
///
/// @param changed of the inode; unlike `modified` nobody can set it back
public record FileVersion(
    Kind kind, long device, long inode, long size, FileTime modified, FileTime changed) {
  public enum Kind {
    REGULAR,
    DIRECTORY,
    OTHER
  }

  /// The clock of a file system ticks in milliseconds (ext4) to seconds (old NFS), so a file that
  /// changed just now can change again and look the same.
  public static final Duration SETTLING = Duration.ofSeconds(2);

  private static final String ATTRIBUTES =
      "unix:isRegularFile,isDirectory,dev,ino,size,lastModifiedTime,ctime";

  private static final String IDENTITY = "unix:dev,ino,ctime";

  public static FileVersion of(Path file, LinkOption... options) throws IOException {
    Map<String, Object> now = Files.readAttributes(file, ATTRIBUTES, options);
    Kind kind =
        (Boolean) now.get("isRegularFile")
            ? Kind.REGULAR
            : (Boolean) now.get("isDirectory") ? Kind.DIRECTORY : Kind.OTHER;
    return new FileVersion(
        kind,
        (Long) now.get("dev"),
        (Long) now.get("ino"),
        (Long) now.get("size"),
        (FileTime) now.get("lastModifiedTime"),
        (FileTime) now.get("ctime"));
  }

  /// Whether the file is still the same. Looks only at what any change shows in, since this is done
  /// for each request of a file in memory.
  public boolean isStill(Path file) throws IOException {
    Map<String, Object> now = Files.readAttributes(file, IDENTITY);
    return now.get("ctime").equals(changed)
        && now.get("ino").equals(inode)
        && now.get("dev").equals(device);
  }

  /// Whether any later change will show.
  public boolean isSettled(Instant now) {
    return changed.toInstant().plus(SETTLING).isBefore(now);
  }
}
