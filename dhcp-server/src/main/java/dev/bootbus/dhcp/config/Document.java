package dev.bootbus.dhcp.config;

import dev.bootbus.runtime.yaml.Yaml;
import dev.bootbus.runtime.yaml.YamlException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A file of ours or of another server, as a tree.
final class Document {
  /// Room for a list of ten thousand machines.
  static final int MAX_SIZE = 2 << 20;

  private interface Format {
    Yaml read(String text) throws YamlException;
  }

  private Document() {}

  static Yaml read(Path path) throws ConfigException {
    return read(path, Yaml::read);
  }

  static Yaml readJson(Path path) throws ConfigException {
    return read(path, Yaml::readJson);
  }

  private static Yaml read(Path path, Format format) throws ConfigException {
    try {
      return format.read(text(path));
    } catch (YamlException e) {
      throw ConfigException.at(path.toString(), e.line(), e.fault());
    }
  }

  private static String text(Path path) throws ConfigException {
    try {
      if (Files.size(path) > MAX_SIZE) {
        throw ConfigException.of(path + ": larger than " + MAX_SIZE + " bytes");
      }
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw ConfigException.of(path + ": no such file");
    } catch (CharacterCodingException e) {
      throw ConfigException.of(path + ": not UTF-8");
    } catch (IOException e) {
      throw ConfigException.of(path + ": cannot be read: " + e.getMessage());
    }
  }
}
