package dev.bootbus.kernel.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What tells that a file was changed, without reading it: a link that leads elsewhere, another
/// file in its place, another size or time.
///
/// @param files by path, those that are not there as well
record Fingerprint(Map<Path, String> files) {
  static final Fingerprint NONE = new Fingerprint(Map.of());

  private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime";

  /// @param templates that the catalogue has asked for
  static Fingerprint of(Path catalogue, Set<Path> templates) {
    Collection<Path> paths = new TreeSet<>(templates);
    Map<Path, String> files = new TreeMap<>();
    try {
      paths.addAll(CatalogueFolder.files(catalogue));
    } catch (CatalogueException e) {
      files.put(catalogue, String.valueOf(e.getMessage()));
    }
    paths.forEach(path -> files.put(path, look(path)));
    return new Fingerprint(files);
  }

  private static String look(Path path) {
    try {
      return new TreeMap<>(Files.readAttributes(path, ATTRIBUTES)).toString();
    } catch (UnsupportedOperationException e) {
      return basic(path);
    } catch (IOException e) {
      return "absent";
    }
  }

  private static String basic(Path path) {
    try {
      return new TreeMap<>(Files.readAttributes(path, "size,lastModifiedTime,fileKey")).toString();
    } catch (IOException e) {
      return "absent";
    }
  }
}
