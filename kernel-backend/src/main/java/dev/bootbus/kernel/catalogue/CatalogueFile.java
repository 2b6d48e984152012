package dev.bootbus.kernel.catalogue;

import dev.bootbus.runtime.yaml.Yaml;
import dev.bootbus.runtime.yaml.YamlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a [Catalogue] from YAML, and refuses whatever it does not understand:
///
/// ```yaml
/// kernels:
///   - name: alpine
///     arch: x86_64
///     kernel: alpine/vmlinuz-lts
///     initrd: alpine/initramfs-lts
///     cmdline: console=ttyS0
/// default: alpine
/// rules:
///   - {subnet: 10.1.0.0/16, kernel: debian}
/// nodes:
///   - mac: 52:54:00:12:34:56
///     hostname: storage-1
///     address: 192.168.77.50
/// ```
///
/// Several files are read as one; what one names may stand in another.
public final class CatalogueFile {
  private static final List<String> FIELDS =
      List.of("kernels", "menu", "default", "rules", "nodes", "subnets");

  private final Map<String, Kernel> kernels = new LinkedHashMap<>();
  private final Map<String, Origin> origins = new HashMap<>();

  private final TemplateFiles templates;

  private CatalogueFile(Catalogue below, TemplateFiles templates) {
    this.templates = templates;
    kernels.putAll(below.kernels());
    origins.putAll(below.origins().kernels());
  }

  /// One of the files.
  ///
  /// @param file its name in complaints; templates are beside it
  public record Document(String file, String text) {}

  /// @param path of a file, or of a folder of them
  public static Catalogue read(Path path) throws CatalogueException {
    return read(CatalogueFolder.read(path), Catalogue.EMPTY, new TemplateFiles());
  }

  /// @param file its name in complaints
  public static Catalogue read(String file, String text) throws CatalogueException {
    return read(List.of(new Document(file, text)), Catalogue.EMPTY, new TemplateFiles());
  }

  /// @param below whose kernels may be named, and go after those of the files
  static Catalogue read(List<Document> documents, Catalogue below, TemplateFiles templates)
      throws CatalogueException {
    CatalogueFile reading = new CatalogueFile(below, templates);
    List<Section> roots = new ArrayList<>();
    for (Document document : documents) {
      Yaml yaml = tree(document.file(), document.text());
      roots.add(Section.of(document.file(), "", yaml, FIELDS));
    }
    for (Section root : roots) {
      for (Section kernel : root.sections("kernels", KernelSection.FIELDS)) {
        reading.kernel(kernel);
      }
    }
    for (Section root : roots) {
      MenuSection.read(root, reading.kernels, reading.origins);
    }
    DefaultSection defaults = new DefaultSection(reading.kernels);
    NodeSection nodes = new NodeSection(reading.kernels, templates);
    SubnetsSection subnets = new SubnetsSection();
    for (Section root : roots) {
      defaults.read(root);
      nodes.read(root);
      subnets.read(root);
    }
    return new Catalogue(
        reading.kernels,
        defaults.defaults(),
        nodes.nodes(),
        new Origins(reading.origins, nodes.origins()),
        subnets.subnets());
  }

  private void kernel(Section section) throws CatalogueException {
    List<CatalogueException> complaints = new ArrayList<>();
    Kernel kernel = KernelSection.read(section, templates, complaints);
    if (!complaints.isEmpty()) {
      throw complaints.getFirst();
    }
    String name = kernel.name();
    if (origins.get(name) instanceof Origin.File first) {
      throw section.complaint("name", "there is another kernel " + name + ", " + first);
    }
    kernels.put(name, kernel.versioned());
    origins.put(name, section.origin("name"));
  }

  /// A kernel that a file names.
  static Kernel existing(Map<String, Kernel> kernels, Section section, String field, String name)
      throws CatalogueException {
    Kernel kernel = kernels.get(name);
    if (kernel == null) {
      throw section.complaint(
          field, "there is no kernel " + name + Guess.of(name, kernels.keySet()));
    }
    return kernel;
  }

  /// @param file its name in complaints
  public static Yaml tree(String file, String text) throws CatalogueException {
    try {
      return Yaml.read(text);
    } catch (YamlException e) {
      throw CatalogueException.at(file, e.line(), e.fault());
    }
  }
}
