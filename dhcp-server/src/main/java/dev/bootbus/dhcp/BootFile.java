package dev.bootbus.dhcp;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a boot file, or its URL, and what its text alone tells of it.
record BootFile(String name) {
  /// What option 67 holds in one piece; firmware does not put pieces together.
  static final int MAX_LENGTH = 255;

  private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.+");
  private static final Set<String> SCHEMES = Set.of("http", "https", "tftp", "ftp", "nfs");
  private static final Set<String> FOR_BIOS = Set.of("0", "pxe", "kpxe", "kkpxe", "kkkpxe", "lkrn");
  private static final Set<String> FOR_EFI = Set.of("efi");

  /// What iPXE's own builds are called; an operator's are mostly named after these.
  private static final Pattern IPXE = Pattern.compile(".*(ipxe|undionly|snponly|snp).*|.*\\.k+pxe");

  boolean isUrl() {
    return URL.matcher(name).matches();
  }

  /// The same as a URL, for firmware that loads nothing else: a bare name is below `base`,
  /// without empty segments, which servers take for other files than firmware means.
  String url(String base) {
    return isUrl() ? name : base + name.replaceFirst("^/+", "").replaceAll("/{2,}", "/");
  }

  /// Whether it can go into a packet: firmware knows no character set but ASCII, and nothing but
  /// the network to load from.
  boolean isSendable() {
    Matcher url = URL.matcher(name);
    return !name.isEmpty()
        && name.length() <= MAX_LENGTH
        && name.chars().allMatch(c -> c >= ' ' && c <= '~')
        && (!url.matches() || SCHEMES.contains(url.group(1).toLowerCase(Locale.ROOT)));
  }

  /// Whether this firmware could run it, by the suffixes that loaders usually have.
  boolean isFor(Architecture architecture) {
    boolean bios = FOR_BIOS.contains(suffix());
    boolean efi = FOR_EFI.contains(suffix());
    return switch (architecture.platform()) {
      case BIOS -> !efi;
      case EFI, UBOOT -> !bios;
      case RASPBERRY_PI, OTHER -> !bios && !efi;
      case UNKNOWN -> true;
    };
  }

  /// Whether it is iPXE, so that whoever runs it comes back and asks for a script.
  boolean isIpxe() {
    return IPXE.matcher(baseName().toLowerCase(Locale.ROOT)).matches();
  }

  private String suffix() {
    return baseName().substring(baseName().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /// The part after the last slash, without a URL's query.
  String baseName() {
    String path = isUrl() ? name.replaceFirst("[?#].*", "") : name;
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
