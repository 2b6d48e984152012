package dev.bootbus.packaging;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// The image that all others are built on: libc, folders, the Java runtime and its launchers.
/// It is written here and not by jib, because jib knows no extended attributes, no symbolic
/// links and no mode of four digits.
final class Base {
  private static final int WRITABLE_BY_ALL = 01777;
  private static final int USER = 65532;

  private final Path work;
  private final Instant time;

  /// @param time what every file says of its age
  Base(Path work, Instant time) {
    this.work = work;
    this.time = time;
  }

  /// Writes `base.tar` as `docker save` does.
  ///
  /// @param root the tree of the image without the runtime
  /// @param runtime what jlink made
  /// @param architecture as Go calls it, `amd64`
  Path write(Path root, Path runtime, String inside, String architecture) throws IOException {
    Map<String, String> layers = new TreeMap<>();
    layers.put("1-libc.tar", libc(root));
    layers.put("2-runtime.tar", runtime(runtime, inside));
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    List<String> ids = layers.values().stream().map(hex -> "sha256:" + hex).toList();
    Map<String, Object> config =
        Map.of(
            "architecture", architecture,
            "os", "linux",
            "created", time.toString(),
            "config", Map.of(),
            "rootfs", Map.of("type", "layers", "diff_ids", ids));
    List<Map<String, Object>> manifest =
        List.of(
            Map.of(
                "Config", "config.json",
                "RepoTags", List.of("bootbus/base:local"),
                "Layers", List.copyOf(layers.keySet())));
    Path archive = work.resolve("base.tar");
    try (TarArchiveOutputStream tar = tar(Files.newOutputStream(archive))) {
      bytes(tar, "config.json", json.writeValueAsBytes(config));
      bytes(tar, "manifest.json", json.writeValueAsBytes(manifest));
      for (String layer : layers.keySet()) {
        file(tar, entry(layer, 0644), work.resolve(layer));
      }
    }
    return archive;
  }

  private String libc(Path root) throws IOException {
    return layer("1-libc.tar", tar -> tree(tar, root, ""));
  }

  private String runtime(Path runtime, String inside) throws IOException {
    return layer(
        "2-runtime.tar",
        tar -> {
          tree(tar, runtime, inside.substring(1));
          Map<String, Set<Capability>> launchers = new TreeMap<>();
          for (Image image : Image.ALL) {
            if (!image.capabilities().isEmpty()) {
              launchers.put(image.launcher(), image.capabilities());
            }
          }
          for (Map.Entry<String, Set<Capability>> launcher : launchers.entrySet()) {
            TarArchiveEntry entry = entry(inside.substring(1) + "/bin/" + launcher.getKey(), 0755);
            entry.addPaxHeader(
                "SCHILY.xattr.security.capability", Capability.attribute(launcher.getValue()));
            file(tar, entry, runtime.resolve("bin/java"));
          }
        });
  }

  private interface Content {
    void writeTo(TarArchiveOutputStream tar) throws IOException;
  }

  private String layer(String name, Content content) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    OutputStream file = new BufferedOutputStream(Files.newOutputStream(work.resolve(name)));
    try (TarArchiveOutputStream tar = tar(new DigestOutputStream(file, digest))) {
      content.writeTo(tar);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void tree(TarArchiveOutputStream tar, Path root, String prefix) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (var all = Files.walk(root)) {
      all.filter(path -> !path.equals(root)).sorted().forEach(paths::add);
    }
    for (Path path : paths) {
      String name = (prefix.isEmpty() ? "" : prefix + "/") + root.relativize(path);
      if (Files.isSymbolicLink(path)) {
        TarArchiveEntry link = new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK);
        link.setLinkName(Files.readSymbolicLink(path).toString());
        link.setModTime(time.toEpochMilli());
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      } else if (Files.isDirectory(path)) {
        TarArchiveEntry folder = entry(name + "/", name.equals("tmp") ? WRITABLE_BY_ALL : 0755);
        if (name.equals("var/cache/bootbus")) {
          folder.setIds(USER, USER);
        }
        tar.putArchiveEntry(folder);
        tar.closeArchiveEntry();
      } else {
        file(tar, entry(name, Files.isExecutable(path) ? 0755 : 0644), path);
      }
    }
  }

  private static TarArchiveOutputStream tar(OutputStream out) {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    return tar;
  }

  private TarArchiveEntry entry(String name, int mode) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(mode);
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setModTime(time.toEpochMilli());
    return entry;
  }

  private static void file(TarArchiveOutputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    entry.setSize(Files.size(path));
    tar.putArchiveEntry(entry);
    Files.copy(path, tar);
    tar.closeArchiveEntry();
  }

  private void bytes(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
    TarArchiveEntry entry = entry(name, 0644);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
