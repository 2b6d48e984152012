package dev.bootbus.dhcp;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a boot file, or its URL, and what its text alone tells of it.
record BootFile(String name) {
  /// What option 67 holds in one piece; firmware does not put pieces together.
  private static final int MAX_LENGTH = 255;

  private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.+");
  private static final Set<String> SCHEMES = Set.of("http", "https", "tftp", "ftp", "nfs");
  private static final Set<String> FOR_BIOS = Set.of("0", "pxe", "kpxe", "kkpxe", "kkkpxe", "lkrn");
  private static final Set<String> FOR_EFI = Set.of("efi");

  boolean isUrl() {
    return URL.matcher(name).matches();
  }

  /// The same as a URL, for firmware that loads nothing else: a bare name is below `base`.
  String url(String base) {
    return isUrl() ? name : base + name.replaceFirst("^/+", "");
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
    String suffix = baseName().substring(baseName().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !(architecture.isEfi() && FOR_BIOS.contains(suffix))
        && !(architecture.isBios() && FOR_EFI.contains(suffix));
  }

  /// The part after the last slash, without a URL's query.
  String baseName() {
    String path = isUrl() ? name.replaceFirst("[?#].*", "") : name;
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
