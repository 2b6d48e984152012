package dev.bootbus.schema.testing;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// A configuration of nats-server, with what it refers to.
///
/// @param text address and port are given to the server besides; a `store_dir` without a `/` is a
///     folder of this server's own
/// @param files by name; the text names them without a folder
/// @param environment what `$NAME` in the text stands for
public record NatsConfig(String text, Map<String, byte[]> files, Map<String, String> environment) {
  static final String NAME = "nats-server.conf";

  public NatsConfig {
    files = Map.copyOf(files);
    environment = Map.copyOf(environment);
  }

  public static NatsConfig of(String text) {
    return new NatsConfig(text, Map.of(), Map.of());
  }

  public NatsConfig withFile(String name, String content) {
    Map<String, byte[]> more = new LinkedHashMap<>(files);
    more.put(name, content.getBytes(StandardCharsets.UTF_8));
    return new NatsConfig(text, more, environment);
  }

  public NatsConfig withEnvironment(Map<String, String> variables) {
    return new NatsConfig(text, files, variables);
  }

  /// The files and the text, by name.
  Map<String, byte[]> contents() {
    Map<String, byte[]> all = new LinkedHashMap<>(files);
    all.put(NAME, text.getBytes(StandardCharsets.UTF_8));
    return all;
  }
}
