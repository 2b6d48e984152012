package dev.bootbus.kernel.catalogue;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Reads what a kernel or a node of the catalogue gives its machines to read:
///
/// ```yaml
/// config: {user-data: seeds/user-data.yaml, ignition: seeds/worker.ign}   # beside the catalogue
/// ssh-keys: [ssh-ed25519 AAAA… ops@example]
/// apkovl: alpine/default.apkovl.tar.gz
/// ```
public final class ProvisionSection {
  /// So that the answer fits into one message.
  private static final int MAX_SIZE = 256 << 10;

  private static final List<String> NAMES =
      Arrays.stream(ConfigFile.values())
          .filter(file -> file != ConfigFile.SSH_KEYS) // they have a field of their own
          .map(ConfigFile::path)
          .toList();

  private ProvisionSection() {}

  static Provision read(Section section) throws CatalogueException {
    List<String> keys = new ArrayList<>();
    for (String key : section.texts("ssh-keys")) {
      keys.add(section.parse("ssh-keys", key, Provision::checkSshKey));
    }
    return new Provision(
        templates(section),
        keys,
        section.parse("apkovl", section.text("apkovl"), ProvisionSection::path));
  }

  /// The http-server sends it in the place of the machine's own, and no redirect.
  private static String path(String text) {
    if (text.contains("://")) {
      throw new IllegalArgumentException("not a path below the root: " + text);
    }
    return CatalogueFile.location(text);
  }

  private static Map<ConfigFile, String> templates(Section section) throws CatalogueException {
    Map<ConfigFile, String> templates = new EnumMap<>(ConfigFile.class);
    if (section.has("config")) {
      Section config = section.section("config", NAMES);
      for (String name : config.yaml().fields().keySet()) {
        templates.put(ConfigFile.of(name).orElseThrow(), template(config, name));
      }
    }
    return templates;
  }

  private static String template(Section config, String name) throws CatalogueException {
    String file = config.required(name);
    try {
      Path path = Path.of(config.file()).toAbsolutePath().resolveSibling(file);
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
