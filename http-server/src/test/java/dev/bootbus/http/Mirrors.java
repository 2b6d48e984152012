package dev.bootbus.http;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.SourceFlags;
import dev.bootbus.content.SourceOrder;
import dev.bootbus.content.Upstream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// An upstream, with or without a mirror, as options say.
record Mirrors(Mirroring mirroring, SourceOrder.Opened opened) implements AutoCloseable {
  @Command
  private static final class Flags {
    @Mixin private SourceFlags sources = new SourceFlags();
    @Mixin private MirrorFlags mirror = new MirrorFlags();
  }

  static Mirrors of(URI url, String... more) {
    List<String> options = new ArrayList<>(List.of("--upstream", url.toString()));
    options.addAll(List.of(more));
    Flags flags = new Flags();
    new CommandLine(flags).parseArgs(options.toArray(String[]::new));
    SourceOrder order = flags.sources.order();
    Mirroring mirroring = flags.mirror.of(order);
    Upstream upstream = Upstream.of(order.upstreams().getFirst().what());
    ContentSource source = mirroring.through(upstream);
    List<AutoCloseable> parts =
        source instanceof AutoCloseable mirror && source != upstream
            ? List.of(mirror, upstream)
            : List.of(upstream);
    return new Mirrors(mirroring, new SourceOrder.Opened(source, parts));
  }

  ContentSource source() {
    return opened.source();
  }

  @Override
  public void close() {
    opened.close();
  }
}
