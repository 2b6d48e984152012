package dev.bootbus.kernel.catalogue;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Reads the menu of a catalogue, which becomes the kernel `menu`:
///
/// ```yaml
/// menu: {timeout: 10, kernels: [alpine, memtest], default: alpine}
/// ```
final class MenuSection {
  /// Seconds.
  private static final int MAX_TIMEOUT = 3600;

  private static final int MAX_KERNELS = 32;
  private static final List<String> FIELDS = List.of("timeout", "kernels", "default");

  private MenuSection() {}

  /// @param kernels those of the catalogue so far; the menu is added
  /// @param origins of the kernels; so is the menu's
  static void read(Section root, Map<String, Kernel> kernels, Map<String, Origin> origins)
      throws CatalogueException {
    if (!root.has(Menu.NAME)) {
      return;
    }
    Section section = root.section(Menu.NAME, FIELDS);
    List<String> names = section.texts("kernels");
    if (names.isEmpty() || names.size() > MAX_KERNELS) {
      throw section.complaint("kernels", "name 1 to " + MAX_KERNELS + " kernels");
    }
    for (String name : names) {
      CatalogueFile.existing(kernels, section, "kernels", name);
    }
    String preset = section.text("default").isEmpty() ? names.getFirst() : section.text("default");
    if (!names.contains(preset)) {
      throw section.complaint("default", "not one of the menu's kernels: " + preset);
    }
    String timeout = section.text("timeout");
    Menu menu =
        new Menu(
            names,
            preset,
            section.parse("timeout", timeout.isEmpty() ? "10" : timeout, MenuSection::seconds));
    if (origins.get(Menu.NAME) instanceof Origin.File first) {
      throw root.complaint(Menu.NAME, "there is another kernel " + Menu.NAME + ", " + first);
    }
    kernels.put(Menu.NAME, menu.kernel(Menu.NAME));
    origins.put(Menu.NAME, root.origin(Menu.NAME));
  }

  private static Duration seconds(String text) {
    if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > MAX_TIMEOUT) {
      throw new IllegalArgumentException("seconds, 0 (for ever) to " + MAX_TIMEOUT + ": " + text);
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }
}
