package dev.bootbus.http;

import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Files that a backend writes for the machine that asks. Only the names given are asked for, so a
/// firmware that tries a dozen names does not wait for the bus at each of them.
final class GeneratedFiles {
  private final Bus bus;
  private final Set<BootPath> names;

  /// @param names compared as a whole: `boot.ipxe` is not `x/boot.ipxe`
  GeneratedFiles(Bus bus, Set<BootPath> names) {
    this.bus = bus;
    this.names = Set.copyOf(names);
  }

  boolean covers(BootPath path) {
    return names.contains(path);
  }

  /// Blocks until the backend answers, or for the deadline of the bus.
  FileAnswer ask(BootPath path, InetAddress peer, MacAddress mac, Traceparent trace)
      throws BackendUnavailableException {
    return bus.ask(
        new FileRequest(path.toString(), FileRequest.Protocol.HTTP, peer, mac, trace.toString()));
  }

  /// The first `mac=` of a URL's query. An empty one is none: iPXE writes that for
  /// `${net0/mac}` where there is no such interface.
  ///
  /// @throws IllegalArgumentException if it is no hardware address
  static MacAddress mac(@Nullable String query) {
    Optional<String> value =
        Stream.of(query == null ? new String[0] : query.split("&"))
            .filter(parameter -> parameter.startsWith("mac="))
            .map(parameter -> parameter.substring("mac=".length()))
            .findFirst();
    return value
        .map(text -> MacAddress.parse(URLDecoder.decode(text, StandardCharsets.UTF_8)))
        .orElse(MacAddress.NONE);
  }
}
