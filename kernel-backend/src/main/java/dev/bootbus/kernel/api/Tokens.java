package dev.bootbus.kernel.api;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of tokens, read again when it changes. While it cannot be used, those that were read
/// before count.
final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final long MAX_SIZE = 256 << 10;

  private final Path file;
  private FileVersion read;
  private volatile List<TokenLine> lines;

  /// @throws IllegalArgumentException if the file cannot be used
  Tokens(Path file) {
    this.file = file;
    this.read = FileVersion.of(file);
    this.lines = read();
  }

  /// Empty where nobody has this token.
  Optional<Caller> callerOf(String token) {
    byte[] hash = TokenLine.hash(token);
    Caller caller = null;
    for (TokenLine line : lines) { // all of them, so that nobody can tell how near a guess is
      if (line.is(hash)) {
        caller = line.caller();
      }
    }
    return Optional.ofNullable(caller);
  }

  /// Looks whether the file has changed. One thread at a time.
  void look() {
    FileVersion now = FileVersion.of(file);
    if (now.equals(read) || !now.isSettled()) {
      return;
    }
    read = now;
    try {
      lines = read();
      LOG.info("api tokens read file={} tokens={}", file, lines.size());
    } catch (IllegalArgumentException e) {
      LOG.warn("api tokens kept as they were: {}", e.getMessage());
    }
  }

  private List<TokenLine> read() {
    try {
      if (Files.size(file) > MAX_SIZE) {
        throw new IllegalArgumentException("it is larger than " + MAX_SIZE + " bytes");
      }
      List<TokenLine> now = TokenLine.read(Files.readAllLines(file));
      warnIfOpen();
      return now;
    } catch (NoSuchFileException e) {
      throw complaint("there is no such file");
    } catch (CharacterCodingException e) {
      throw complaint("it is not UTF-8");
    } catch (IOException e) {
      throw complaint("it cannot be read: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw complaint(String.valueOf(e.getMessage()));
    }
  }

  private IllegalArgumentException complaint(String why) {
    return new IllegalArgumentException("--api-tokens: " + file + ": " + why);
  }

  private void warnIfOpen() throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return; // no such file system
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)
        || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
      LOG.warn("api tokens may be read or changed by others: chmod 640 {}", file);
    }
  }
}
