package dev.bootbus.http;

import dev.bootbus.content.BootPath;
import java.util.Locale;
import java.util.Map;

/// The Content-Type of a file, by its name. EDK2 boots what is `application/efi`; kernels and
/// initial RAM disks, which seldom have an extension, are plain bytes.
final class MediaTypes {
  static final String TEXT = "text/plain";
  private static final String BYTES = "application/octet-stream";
  private static final Map<String, String> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("efi", "application/efi"),
          Map.entry("ipxe", TEXT),
          Map.entry("cfg", TEXT),
          Map.entry("conf", TEXT),
          Map.entry("ks", TEXT),
          Map.entry("lst", TEXT),
          Map.entry("txt", TEXT),
          Map.entry("gz", "application/gzip"),
          Map.entry("json", "application/json"),
          Map.entry("ign", "application/vnd.coreos.ignition+json"),
          Map.entry("xml", "application/xml"),
          Map.entry("yaml", "application/yaml"),
          Map.entry("yml", "application/yaml"));

  private MediaTypes() {}

  static String of(BootPath path) {
    String name = path.segments().isEmpty() ? "" : path.segments().getLast();
    int dot = name.lastIndexOf('.');
    return dot < 0
        ? BYTES
        : BY_EXTENSION.getOrDefault(name.substring(dot + 1).toLowerCase(Locale.ROOT), BYTES);
  }
}
