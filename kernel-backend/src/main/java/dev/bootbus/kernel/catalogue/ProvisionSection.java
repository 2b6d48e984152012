package dev.bootbus.kernel.catalogue;

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
final class ProvisionSection {
  private static final List<String> NAMES =
      Arrays.stream(ConfigFile.values())
          .filter(file -> file != ConfigFile.SSH_KEYS) // they have a field of their own
          .map(ConfigFile::path)
          .toList();

  private ProvisionSection() {}

  static Provision read(Section section, Templates templates) throws CatalogueException {
    List<String> keys = new ArrayList<>();
    for (String key : section.texts("ssh-keys")) {
      keys.add(section.parse("ssh-keys", key, Provision::checkSshKey));
    }
    return new Provision(
        texts(section, templates),
        keys,
        section.parse("apkovl", section.text("apkovl"), ProvisionSection::path));
  }

  /// The http-server sends it in the place of the machine's own, and no redirect.
  private static String path(String text) {
    if (text.contains("://")) {
      throw new IllegalArgumentException("not a path below the root: " + text);
    }
    return KernelSection.location(text);
  }

  private static Map<ConfigFile, String> texts(Section section, Templates templates)
      throws CatalogueException {
    Map<ConfigFile, String> texts = new EnumMap<>(ConfigFile.class);
    if (section.has("config")) {
      Section config = section.section("config", NAMES);
      for (String name : config.yaml().fields().keySet()) {
        texts.put(ConfigFile.of(name).orElseThrow(), templates.text(config, name));
      }
    }
    return texts;
  }
}
