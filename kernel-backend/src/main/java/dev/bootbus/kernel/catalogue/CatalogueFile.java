package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.boot.IpxeScript;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.node.HostNames;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
/// nodes:
///   - mac: 52:54:00:12:34:56
///     hostname: storage-1
///     address: 192.168.77.50
/// ```
public final class CatalogueFile {
  private static final long MAX_SIZE = 16 << 20;
  private static final List<String> FIELDS = List.of("kernels", "menu", "default", "nodes");
  private static final List<String> KERNEL_FIELDS =
      List.of("name", "arch", "kernel", "initrd", "cmdline", "config", "ssh-keys", "apkovl");
  private static final List<String> NODE_FIELDS =
      List.of("mac", "hostname", "address", "kernel", "netboot", "config", "ssh-keys", "apkovl");

  private final String file;
  private final Map<String, Kernel> kernels = new LinkedHashMap<>();
  private final Map<Architecture, String> defaults = new HashMap<>();
  private final Map<MacAddress, Declared> nodes = new LinkedHashMap<>();
  private final Set<Inet4Address> addresses = new HashSet<>();
  private final Set<String> hostnames = new HashSet<>();

  private CatalogueFile(String file) {
    this.file = file;
  }

  public static Catalogue read(Path path) throws CatalogueException {
    try {
      if (Files.size(path) > MAX_SIZE) {
        throw new CatalogueException(path + ": larger than " + MAX_SIZE + " bytes");
      }
      return read(path.toString(), Files.readString(path));
    } catch (NoSuchFileException e) {
      throw new CatalogueException(path + ": no such file");
    } catch (CharacterCodingException e) {
      throw new CatalogueException(path + ": not UTF-8");
    } catch (IOException e) {
      throw new CatalogueException(path + ": cannot be read: " + e.getMessage());
    }
  }

  /// @param file its name in complaints
  public static Catalogue read(String file, String text) throws CatalogueException {
    Section root = Section.of(file, "", Yaml.read(file, text), FIELDS);
    CatalogueFile reading = new CatalogueFile(file);
    for (Section kernel : root.sections("kernels", KERNEL_FIELDS)) {
      reading.kernel(kernel);
    }
    MenuSection.read(root, reading.kernels);
    reading.defaults(root);
    for (Section node : root.sections("nodes", NODE_FIELDS)) {
      reading.node(node);
    }
    return new Catalogue(reading.kernels, reading.defaults, reading.nodes);
  }

  private void kernel(Section section) throws CatalogueException {
    String name = section.required("name");
    if (!Kernel.isName(name)) {
      throw section.complaint("name", "letters, digits, '.', '_' and '-' only: " + name);
    }
    String arch = section.text("arch");
    List<String> initrds = new ArrayList<>();
    for (String initrd : section.texts("initrd")) {
      initrds.add(section.parse("initrd", initrd, CatalogueFile::location));
    }
    Kernel kernel =
        new Kernel(
            name,
            section.parse("arch", arch.isEmpty() ? "any" : arch, CatalogueFile::architecture),
            section.parse("kernel", section.required("kernel"), CatalogueFile::location),
            initrds,
            section.parse("cmdline", section.text("cmdline"), IpxeScript::checkCmdline),
            ProvisionSection.read(section));
    if (kernels.putIfAbsent(name, kernel) != null) {
      throw section.complaint("name", "there is another kernel " + name);
    }
  }

  private void defaults(Section root) throws CatalogueException {
    Yaml.Field field = root.yaml().fields().get("default");
    if (field == null || !(field.value() instanceof Yaml.Fields fields)) {
      String name = root.text("default");
      if (!name.isEmpty()) {
        defaults.put(Architecture.ANY, existing(root, "default", name).name());
      }
      return;
    }
    List<String> known = List.of("x86_64", "aarch64", "any");
    Section section = Section.of(file, "default", fields, known);
    for (String arch : fields.fields().keySet()) {
      Kernel kernel = existing(section, arch, section.required(arch));
      if (!kernel.arch().isCompatible(new Architecture(arch))) {
        throw section.complaint(arch, kernel.name() + " is for " + kernel.arch());
      }
      defaults.put(new Architecture(arch), kernel.name());
    }
  }

  private void node(Section section) throws CatalogueException {
    MacAddress mac = section.parse("mac", section.required("mac"), CatalogueFile::mac);
    String kernel = section.text("kernel");
    Declared node =
        new Declared(
            mac,
            hostname(section),
            address(section),
            kernel.isEmpty() ? "" : existing(section, "kernel", kernel).name(),
            netboot(section),
            ProvisionSection.read(section));
    if (nodes.putIfAbsent(mac, node) != null) {
      throw section.complaint("mac", "there is another node " + mac);
    }
  }

  private Kernel existing(Section section, String field, String name) throws CatalogueException {
    Kernel kernel = kernels.get(name);
    if (kernel == null) {
      throw section.complaint(field, "there is no kernel " + name);
    }
    return kernel;
  }

  private String hostname(Section section) throws CatalogueException {
    String hostname = section.text("hostname");
    if (hostname.isEmpty()) {
      return "";
    }
    if (!HostNames.isValid(hostname)) {
      throw section.complaint("hostname", "not a host name: " + hostname);
    }
    if (!hostnames.add(hostname)) {
      throw section.complaint("hostname", "another node is called " + hostname);
    }
    return hostname;
  }

  private @Nullable Inet4Address address(Section section) throws CatalogueException {
    String text = section.text("address");
    if (text.isEmpty()) {
      return null;
    }
    Inet4Address address = section.parse("address", text, Ipv4::parse);
    if (!addresses.add(address)) {
      throw section.complaint("address", "another node has " + text);
    }
    return address;
  }

  private static boolean netboot(Section section) throws CatalogueException {
    return switch (section.text("netboot")) {
      case "true", "" -> true;
      case "false" -> false;
      default -> throw section.complaint("netboot", "neither true nor false");
    };
  }

  private static MacAddress mac(String text) {
    MacAddress mac = MacAddress.parse(text);
    if (mac.isNone()) {
      throw new IllegalArgumentException("not a hardware address: " + text);
    }
    return mac;
  }

  private static Architecture architecture(String text) {
    Architecture arch = new Architecture(text);
    if (!Architecture.KNOWN.contains(arch)) {
      throw new IllegalArgumentException("not x86_64, aarch64 or any: " + text);
    }
    return arch;
  }

  /// A URL, or a path below the boot URL: one word in an iPXE script.
  static String location(String text) {
    if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("has a space in it, write it as %20: " + text);
    }
    return text;
  }
}
