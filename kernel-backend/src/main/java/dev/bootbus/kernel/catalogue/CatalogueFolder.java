package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.catalogue.CatalogueFile.Document;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The files of a catalogue: one, or each `*.yaml` of a folder in the order of their names.
///
/// What begins with a dot is none of them: Kubernetes keeps the versions of a ConfigMap so.
final class CatalogueFolder {
  private static final int MAX_FILES = 1024;
  private static final long MAX_SIZE = 16 << 20;

  private CatalogueFolder() {}

  /// @param path of a file, or of a folder of them
  static List<Document> read(Path path) throws CatalogueException {
    List<Document> documents = new ArrayList<>();
    long left = MAX_SIZE;
    for (Path file : files(path)) {
      String text = text(path, file, left);
      left -= text.length();
      documents.add(new Document(file.toString(), text));
    }
    return documents;
  }

  /// Those that there are now; the path itself where it is no folder.
  static List<Path> files(Path path) throws CatalogueException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      List<Path> files =
          entries.filter(CatalogueFolder::isYaml).limit(MAX_FILES + 1).sorted().toList();
      if (files.size() > MAX_FILES) {
        throw new CatalogueException(path + ": more than " + MAX_FILES + " files");
      }
      return files;
    } catch (IOException e) {
      throw new CatalogueException(path + ": cannot be read: " + e.getMessage());
    }
  }

  private static boolean isYaml(Path file) {
    String name = String.valueOf(file.getFileName());
    return !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml"))
        && !Files.isDirectory(file);
  }

  private static String text(Path all, Path file, long left) throws CatalogueException {
    try {
      if (Files.size(file) > left) {
        throw new CatalogueException(all + ": larger than " + MAX_SIZE + " bytes");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new CatalogueException(file + ": no such file");
    } catch (CharacterCodingException e) {
      throw new CatalogueException(file + ": not UTF-8");
    } catch (IOException e) {
      throw new CatalogueException(file + ": cannot be read: " + e.getMessage());
    }
  }
}
