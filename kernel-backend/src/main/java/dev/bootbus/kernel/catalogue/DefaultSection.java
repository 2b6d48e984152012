package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.lease.Subnet;
import dev.bootbus.runtime.yaml.Yaml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads which kernel a machine boots that has none of its own:
///
/// ```yaml
/// default: alpine                                     # or {x86_64: alpine, aarch64: debian}
/// rules:                                              # the first that matches, before the default
///   - {vendor-class: PXEClient, subnet: 10.1.0.0/16, kernel: debian}
/// ```
final class DefaultSection {
  private static final List<String> RULE_FIELDS =
      List.of("arch", "vendor-class", "subnet", "circuit", "mac", "group", "kernel");
  private static final List<String> ARCHITECTURES = List.of("x86_64", "aarch64", "any");
  private static final int MAX_RULES = 1024;

  private final Map<String, Kernel> kernels;
  private final List<DefaultRule> rules = new ArrayList<>();
  private final Map<Architecture, String> byArch = new HashMap<>();
  private final Map<Architecture, Origin> origins = new HashMap<>();

  /// @param kernels that may be named
  DefaultSection(Map<String, Kernel> kernels) {
    this.kernels = kernels;
  }

  Catalogue.Defaults defaults() {
    return new Catalogue.Defaults(rules, "", byArch);
  }

  void read(Section root) throws CatalogueException {
    byArch(root);
    for (Section rule : root.sections("rules", RULE_FIELDS)) {
      if (rules.size() == MAX_RULES) {
        throw rule.complaint("kernel", "more than " + MAX_RULES + " rules");
      }
      rules.add(rule(rule));
    }
  }

  private void byArch(Section root) throws CatalogueException {
    Yaml.Field field = root.yaml().fields().get("default");
    if (field == null || !(field.value() instanceof Yaml.Fields fields)) {
      String name = root.text("default");
      if (!name.isEmpty()) {
        put(Architecture.ANY, root, "default", kernel(root, "default", name));
      }
      return;
    }
    Section section = Section.of(root.file(), "default", fields, ARCHITECTURES);
    for (String arch : fields.fields().keySet()) {
      Kernel kernel = kernel(section, arch, section.required(arch));
      if (!kernel.arch().isCompatible(new Architecture(arch))) {
        throw section.complaint(arch, kernel.name() + " is for " + kernel.arch());
      }
      put(new Architecture(arch), section, arch, kernel);
    }
  }

  private void put(Architecture arch, Section section, String field, Kernel kernel)
      throws CatalogueException {
    Origin first = origins.putIfAbsent(arch, section.origin(field));
    if (first != null) {
      throw section.complaint(field, "there is another default, " + first);
    }
    byArch.put(arch, kernel.name());
  }

  private DefaultRule rule(Section section) throws CatalogueException {
    String subnet = section.text("subnet");
    return new DefaultRule(
        section.parse("arch", section.text("arch"), KernelSection::architecture),
        section.text("vendor-class"),
        subnet.isEmpty() ? null : section.parse("subnet", subnet, Subnet::parse),
        section.text("circuit"),
        section.parse("mac", section.text("mac"), DefaultRule::macPrefix),
        section.text("group"),
        kernel(section, "kernel", section.required("kernel")).name());
  }

  private Kernel kernel(Section section, String field, String name) throws CatalogueException {
    return CatalogueFile.existing(kernels, section, field, name);
  }
}
