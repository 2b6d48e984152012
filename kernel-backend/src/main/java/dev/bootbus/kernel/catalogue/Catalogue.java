package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.lease.DeclaredSubnet;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the operator declares: kernels, which of them is the default, and machines.
///
/// @param defaults name of a kernel by the architecture it is for
public record Catalogue(
    Map<String, Kernel> kernels,
    Map<Architecture, String> defaults,
    Map<MacAddress, Declared> nodes,
    List<DeclaredSubnet> subnets) {
  public static final Catalogue EMPTY = new Catalogue(Map.of(), Map.of(), Map.of());

  public Catalogue {
    kernels = Map.copyOf(kernels);
    defaults = Map.copyOf(defaults);
    nodes = Map.copyOf(nodes);
    subnets = List.copyOf(subnets);
  }

  public Catalogue(
      Map<String, Kernel> kernels,
      Map<Architecture, String> defaults,
      Map<MacAddress, Declared> nodes) {
    this(kernels, defaults, nodes, List.of());
  }

  /// The kernel that a machine boots, or why there is none.
  public sealed interface Choice {
    record Boot(Kernel kernel) implements Choice {}

    /// @param reason one sentence that says how to give it one
    record None(String reason) implements Choice {}
  }

  public Choice choose(Machine machine) {
    String name = machine.kernel().isEmpty() ? defaultFor(machine.arch()) : machine.kernel();
    if (name == null) {
      return new Choice.None(
          "no kernel for %s: name one for %s under nodes, or under default, in the catalogue"
              .formatted(machine.hostname(), machine.mac()));
    }
    Kernel kernel = kernels.get(name);
    if (kernel == null) {
      return new Choice.None(
          "the kernel of " + machine.hostname() + " is not in the catalogue: " + name);
    }
    if (!kernel.arch().isCompatible(machine.arch())) {
      return new Choice.None(
          "the kernel %s is for %s, and %s is %s"
              .formatted(name, kernel.arch(), machine.hostname(), machine.arch()));
    }
    return new Choice.Boot(kernel);
  }

  private @Nullable String defaultFor(Architecture arch) {
    String own = defaults.get(arch);
    return own == null ? defaults.get(Architecture.ANY) : own;
  }

  public Set<Inet4Address> fixedAddresses() {
    return nodes.values().stream()
        .map(Declared::address)
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The machine that an address is declared for.
  public Optional<MacAddress> nodeAt(InetAddress address) {
    return nodes.values().stream()
        .filter(node -> address.equals(node.address()))
        .map(Declared::mac)
        .findFirst();
  }
}
