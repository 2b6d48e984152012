package dev.bootbus.kernel.catalogue;

import dev.bootbus.schema.MacAddress;
import java.util.Map;

/// Where the parts of a catalogue come from.
///
/// @param nodes by each of their hardware addresses
public record Origins(Map<String, Origin> kernels, Map<MacAddress, Origin.File> nodes) {
  static final Origins NONE = new Origins(Map.of(), Map.of());

  public Origins {
    kernels = Map.copyOf(kernels);
    nodes = Map.copyOf(nodes);
  }
}
