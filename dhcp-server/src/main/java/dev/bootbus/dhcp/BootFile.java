package dev.bootbus.dhcp;

import dev.bootbus.runtime.LogText;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The name of a boot file, or its URL, and what its text alone tells of it.
record BootFile(String name) {
  /// What option 67 holds in one piece; firmware does not put pieces together.
  static final int MAX_LENGTH = 255;

  private static final String AUTHORITY = "://";
  private static final Set<String> SCHEMES = Set.of("http", "https", "tftp", "ftp", "nfs");
  private static final Set<String> FOR_BIOS = Set.of("0", "pxe", "kpxe", "kkpxe", "kkkpxe", "lkrn");
  private static final Set<String> FOR_EFI = Set.of("efi");

  /// What iPXE's own builds are called; an operator's are mostly named after these. Those for BIOS
  /// may have nothing but the suffix: `.kpxe`, `.kkpxe`, `.kkkpxe`.
  private static final List<String> IPXE = List.of("ipxe", "undionly", "snp");

  /// Asked for each packet, and so without a pattern, as all the rest here.
  boolean isUrl() {
    return !scheme().isEmpty();
  }

  /// Of a URL (RFC 3986 §3.1), in lower case; empty if this is none.
  private String scheme() {
    int end = name.indexOf(AUTHORITY);
    if (end <= 0 || end + AUTHORITY.length() == name.length() || !isLetter(name.charAt(0))) {
      return "";
    }
    for (int i = 1; i < end; i++) {
      char c = name.charAt(i);
      if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '.' && c != '-') {
        return "";
      }
    }
    return name.substring(0, end).toLowerCase(Locale.ROOT);
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /// The same as a URL, for firmware that loads nothing else: a bare name is below `base`,
  /// without empty segments, which servers take for other files than firmware means.
  String url(String base) {
    return isUrl() ? name : base + name.replaceFirst("^/+", "").replaceAll("/{2,}", "/");
  }

  /// Whether it can go into a packet: firmware knows no character set but ASCII, and nothing but
  /// the network to load from.
  boolean isSendable() {
    return !name.isEmpty()
        && name.length() <= MAX_LENGTH
        && LogText.isPrintable(name)
        && (!isUrl() || SCHEMES.contains(scheme()));
  }

  /// Whether this firmware could run it, by the suffixes that loaders usually have.
  boolean isFor(Architecture architecture) {
    String suffix = suffix();
    boolean bios = FOR_BIOS.contains(suffix);
    boolean efi = FOR_EFI.contains(suffix);
    return switch (architecture.platform()) {
      case BIOS -> !efi;
      case EFI, UBOOT -> !bios;
      case RASPBERRY_PI, OTHER -> !bios && !efi;
      case UNKNOWN -> true;
    };
  }

  /// Whether it is iPXE, so that whoever runs it comes back and asks for a script.
  boolean isIpxe() {
    String base = baseName().toLowerCase(Locale.ROOT);
    return IPXE.stream().anyMatch(base::contains) || isKpxe(base);
  }

  private static boolean isKpxe(String base) {
    int dot = base.lastIndexOf('.');
    int end = base.length() - "pxe".length();
    for (int i = dot + 1; i < end; i++) {
      if (base.charAt(i) != 'k') {
        return false;
      }
    }
    return dot >= 0 && dot + 1 < end && base.endsWith("pxe");
  }

  private String suffix() {
    String base = baseName();
    return base.substring(base.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /// The part after the last slash, without a URL's query.
  String baseName() {
    int end = isUrl() ? endOfPath() : name.length();
    return name.substring(name.lastIndexOf('/', end - 1) + 1, end);
  }

  private int endOfPath() {
    int end = 0;
    while (end < name.length() && name.charAt(end) != '?' && name.charAt(end) != '#') {
      end++;
    }
    return end;
  }
}
