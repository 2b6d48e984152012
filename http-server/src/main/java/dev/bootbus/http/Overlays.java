package dev.bootbus.http;

import dev.bootbus.content.Asker;
import dev.bootbus.content.BootPath;
import dev.bootbus.content.ContentSource;
import dev.bootbus.schema.MacAddress;
import java.util.List;

/// `/apkovl`, and `/apkovl/` with any name after it: what the machine that asks has stored there
/// last, else the overlay of its kernel.
///
/// @param kept by the MAC as `52-54-00-12-34-56`
/// @param files where the kernel's is
record Overlays(WhoIs whoIs, ContentSource kept, ContentSource files) implements ContentSource {

  /// Tells whether a path is a machine's overlay. Alpine wants a name that ends in
  /// `.apkovl.tar.gz`; whatever it is, it is the same overlay.
  static boolean has(BootPath path) {
    List<String> segments = path.segments();
    return !path.directory()
        && !segments.isEmpty()
        && segments.size() <= 2
        && segments.getFirst().equals(WhoIs.APKOVL);
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    if (!has(path)) {
      return ContentSource.missing(path);
    }
    return switch (whoIs.ask(WhoIs.APKOVL, asker)) {
      case WhoIs.Said.Refused(Answer answer) -> answer;
      case WhoIs.Said.Machine(MacAddress mac, String overlay) -> {
        Answer stored = kept.open(name(mac), asker);
        yield stored instanceof Answer.Missing ? ofKernel(mac, overlay, asker) : stored;
      }
    };
  }

  static BootPath name(MacAddress mac) {
    return new BootPath(List.of(mac.dashed()), false);
  }

  private Answer ofKernel(MacAddress mac, String overlay, Asker asker) {
    if (overlay.isEmpty()) {
      return new Answer.Missing(mac + " has stored no overlay, and its kernel has none");
    }
    try {
      return files.open(BootPath.ofUrl(overlay), asker);
    } catch (BootPath.RefusedException e) {
      return new Answer.Missing("the overlay of the kernel of " + mac + ": " + e.getMessage());
    }
  }
}
