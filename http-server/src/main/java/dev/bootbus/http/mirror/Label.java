package dev.bootbus.http.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.content.BootPath;
import dev.bootbus.content.Fetched;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/// What is known of a file beside its bytes; lies next to it on disk.
///
/// @param version as in [dev.bootbus.content.Fetched.Facts]
/// @param size if upstream told it, or all has arrived
/// @param modified in whole seconds
/// @param checked when upstream last said that this is the current version
/// @param sha256 in lower-case hex; empty until all has arrived
/// @param boot which start of the system wrote it: what it had not yet put on the disk is lost with
///     it, and leaves zeros in a file that is arriving
record Label(
    BootPath path,
    String version,
    OptionalLong size,
    Instant modified,
    Instant checked,
    String sha256,
    String boot) {

  /// Of a file that is about to arrive. Last-Modified is what upstream says where that is its
  /// version, so that replicas agree.
  static Label of(BootPath path, Fetched.Facts facts, Instant now, String boot) {
    return new Label(
        path,
        facts.version(),
        facts.size(),
        date(facts.version()).orElse(now.truncatedTo(ChronoUnit.SECONDS)),
        now,
        "",
        boot);
  }

  private static Optional<Instant> date(String version) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(version)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  Label checked(Instant now) {
    return new Label(path, version, size, modified, now, sha256, boot);
  }

  Label whole(long length, String digest) {
    OptionalLong all = OptionalLong.of(length);
    return new Label(path, version, all, modified, checked, digest, boot);
  }

  /// What a client gets as ETag, arriving or whole: [dev.bootbus.content.FileVersion] leads to the
  /// same. Empty where the size is not known.
  String tag() {
    long nanos = TimeUnit.SECONDS.toNanos(modified.getEpochSecond());
    return size.isEmpty() || version.isEmpty()
        ? ""
        : Long.toHexString(size.getAsLong()) + "-" + Long.toHexString(nanos);
  }

  /// In one step, so that a label is never half written.
  void write(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("path", path.toString());
    properties.setProperty("version", version);
    size.ifPresent(bytes -> properties.setProperty("size", String.valueOf(bytes)));
    properties.setProperty("modified", modified.toString());
    properties.setProperty("checked", checked.toString());
    properties.setProperty("sha256", sha256);
    properties.setProperty("boot", boot);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Empty if it is no label of ours.
  static Optional<Label> read(Path file) {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
      String size = properties.getProperty("size");
      return Optional.of(
          new Label(
              new BootPath(List.of(required(properties, "path").split("/")), false),
              required(properties, "version"),
              size == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(size)),
              Instant.parse(required(properties, "modified")),
              Instant.parse(required(properties, "checked")),
              required(properties, "sha256"),
              required(properties, "boot")));
    } catch (IOException | RuntimeException e) { // whatever somebody else has written there
      return Optional.empty();
    }
  }

  private static String required(Properties properties, String key) throws IOException {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IOException("no " + key);
    }
    return value;
  }
}
