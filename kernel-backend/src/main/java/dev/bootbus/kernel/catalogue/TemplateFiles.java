package dev.bootbus.kernel.catalogue;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// Templates in files beside the catalogue; or in it, where a value has more than one line. It
/// knows which files were asked for, found or not, so that they can be watched.
final class TemplateFiles implements Templates {
  private final Set<Path> asked = new TreeSet<>();

  Set<Path> asked() {
    return asked;
  }

  @Override
  public String text(Section config, String name) throws CatalogueException {
    String value = config.required(name);
    return value.contains("\n") ? Templates.inline(config, name) : file(config, name, value);
  }

  private String file(Section config, String name, String file) throws CatalogueException {
    try {
      Path path = Path.of(config.file()).toAbsolutePath().resolveSibling(file);
      asked.add(path);
      if (Files.size(path) > MAX_SIZE) {
        throw config.complaint(name, path + " is larger than " + MAX_SIZE + " bytes");
      }
      return Files.readString(path);
    } catch (InvalidPathException e) {
      throw config.complaint(name, "not a file name: " + file);
    } catch (CharacterCodingException e) {
      throw config.complaint(name, file + " is not UTF-8");
    } catch (NoSuchFileException e) {
      throw config.complaint(name, file + " cannot be read: no such file");
    } catch (IOException e) {
      throw config.complaint(name, file + " cannot be read: " + e.getMessage());
    }
  }
}
