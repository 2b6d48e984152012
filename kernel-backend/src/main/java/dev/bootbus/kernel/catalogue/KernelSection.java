package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.boot.IpxeScript;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Reads one kernel of a catalogue, and checks that it is complete.
final class KernelSection {
  static final List<String> FIELDS =
      List.of(
          "name",
          "version",
          "arch",
          "type",
          "kernel",
          "initrd",
          "modloop",
          "rootfs",
          "iso",
          "archive",
          "repo",
          "apkovl",
          "cmdline",
          "checksums",
          "options",
          "installs",
          "config",
          "ssh-keys");

  private static final int MAX_LOCATION = 2048;
  private static final int MAX_INITRDS = 16;
  private static final int MAX_LINE = 4096;
  private static final Pattern VERSION_FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}");
  private static final Pattern OPTION_FORM = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");

  private interface Reading<T> {
    T read() throws CatalogueException;
  }

  private final Section section;
  private final Templates templates;
  private final List<CatalogueException> complaints;

  private KernelSection(Section section, Templates templates, List<CatalogueException> complaints) {
    this.section = section;
    this.templates = templates;
    this.complaints = complaints;
  }

  /// @param section with no other fields than [#FIELDS]
  /// @param complaints gets everything that is wrong; with one, what is returned is of no use
  static Kernel read(Section section, Templates templates, List<CatalogueException> complaints) {
    int before = complaints.size();
    Kernel kernel = new KernelSection(section, templates, complaints).kernel();
    if (complaints.size() == before) {
      KernelCheck.problems(kernel)
          .forEach(
              problem -> complaints.add(section.complaint(problem.field(), problem.message())));
    }
    return kernel;
  }

  private Kernel kernel() {
    KernelType type = orElse(KernelType.LINUX, () -> parsed("type", KernelSection::type));
    return new Kernel(
        orElse("", this::name),
        orElse("", () -> parsed("version", KernelSection::version)),
        orElse(Architecture.ANY, () -> parsed("arch", KernelSection::architecture)),
        type,
        place("kernel"),
        orElse(List.of(), this::initrds),
        new Kernel.Sources(
            place("modloop"),
            place("rootfs"),
            place("iso"),
            orElse("", () -> parsed("archive", KernelSection::archive)),
            place("repo")),
        orElse("", () -> parsed("cmdline", KernelSection::cmdline)),
        orElse(Map.of(), this::checksums),
        orElse(Map.of(), () -> options(section)),
        orElse(Provision.NONE, () -> ProvisionSection.read(section, templates)),
        orElse(false, () -> section.flag("installs", type.installs())));
  }

  private <T> T orElse(T instead, Reading<T> reading) {
    try {
      return reading.read();
    } catch (CatalogueException e) {
      complaints.add(e);
      return instead;
    }
  }

  private <T> T parsed(String field, Function<String, T> reader) throws CatalogueException {
    return section.parse(field, section.text(field), reader);
  }

  private String place(String field) {
    return orElse("", () -> parsed(field, KernelSection::location));
  }

  private String name() throws CatalogueException {
    String name = section.required("name");
    if (!Kernel.isName(name)) {
      throw section.complaint("name", "letters, digits, '.', '_' and '-' only: " + name);
    }
    return name;
  }

  private List<String> initrds() throws CatalogueException {
    List<String> initrds = section.texts("initrd");
    for (String initrd : initrds) {
      section.parse("initrd", initrd, KernelSection::location);
    }
    if (initrds.size() > MAX_INITRDS) {
      throw section.complaint("initrd", "more than " + MAX_INITRDS);
    }
    return initrds;
  }

  private Map<String, String> checksums() throws CatalogueException {
    Map<String, String> checksums = new LinkedHashMap<>();
    for (Map.Entry<String, String> given : section.textsByName("checksums").entrySet()) {
      if (!SHA_256.matcher(given.getValue()).matches()) {
        throw section.complaint(
            "checksums", "of %s: not 64 hex digits of SHA-256".formatted(given.getKey()));
      }
      checksums.put(given.getKey(), given.getValue().toLowerCase(Locale.ROOT));
    }
    return checksums;
  }

  /// Of a kernel or a node.
  static Map<String, String> options(Section section) throws CatalogueException {
    Map<String, String> options = section.textsByName("options");
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (!OPTION_FORM.matcher(option.getKey()).matches()) {
        throw section.complaint("options", "not a name of an option: " + option.getKey());
      }
      section.parse("options", option.getValue(), KernelSection::line);
    }
    return options;
  }

  private static KernelType type(String text) {
    return KernelType.of(text.isEmpty() ? "linux" : text)
        .orElseThrow(() -> Guess.unknown("type", text, KernelType.keys()));
  }

  private static String version(String text) {
    if (!text.isEmpty() && !VERSION_FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("letters, digits and . _ + ~ - only: " + text);
    }
    return text;
  }

  static Architecture architecture(String text) {
    Architecture arch = text.isEmpty() ? Architecture.ANY : new Architecture(text);
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
    if (text.length() > MAX_LOCATION) {
      throw new IllegalArgumentException("longer than " + MAX_LOCATION);
    }
    return text;
  }

  /// A folder: ends with a slash.
  private static String archive(String text) {
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (text.isEmpty() || http && uri.getHost() != null && !text.matches(".*[?#].*")) {
        return text.isEmpty() || text.endsWith("/") ? text : text + "/";
      }
    } catch (URISyntaxException e) {
      // the same complaint
    }
    throw new IllegalArgumentException("not a URL such as https://mirror.example/alpine/: " + text);
  }

  private static String cmdline(String text) {
    return IpxeScript.checkCmdline(line(text));
  }

  private static String line(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("has a line break or control character in it");
    }
    if (text.length() > MAX_LINE) {
      throw new IllegalArgumentException("longer than " + MAX_LINE);
    }
    return text;
  }
}
