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

/// What there is to boot, for whom by default, and the machines that the operator declares.
///
/// @param defaults which kernel a machine boots that has none of its own
public record Catalogue(
    Map<String, Kernel> kernels,
    Defaults defaults,
    Map<MacAddress, Declared> nodes,
    Origins origins,
    List<DeclaredSubnet> subnets) {
  public static final Catalogue EMPTY =
      new Catalogue(Map.of(), Defaults.NONE, Map.of(), Origins.NONE, List.of());

  public Catalogue {
    kernels = Map.copyOf(kernels);
    nodes = Map.copyOf(nodes);
    subnets = List.copyOf(subnets);
  }

  /// The kernel that a machine boots, or why there is none.
  public sealed interface Choice {
    record Boot(Kernel kernel) implements Choice {}

    /// @param reason one sentence that says how to give it one
    record None(String reason) implements Choice {}
  }

  /// @param setting name of the default kernel by the live setting, which goes before `default` and
  ///     after the rules; or empty
  /// @param byArch name of a kernel by the architecture it is for
  public record Defaults(
      List<DefaultRule> rules, String setting, Map<Architecture, String> byArch) {
    public static final Defaults NONE = new Defaults(List.of(), "", Map.of());

    public Defaults {
      rules = List.copyOf(rules);
      byArch = Map.copyOf(byArch);
    }

    Defaults withSetting(String other) {
      return new Defaults(rules, other, byArch);
    }
  }

  public Choice choose(Machine machine) {
    Optional<String> named =
        machine.kernel().isEmpty() ? defaultFor(machine) : Optional.of(machine.kernel());
    if (named.isEmpty()) {
      return new Choice.None(
          "no kernel for %s: name one for %s under nodes, or under default, in the catalogue"
              .formatted(machine.hostname(), machine.mac()));
    }
    String name = named.get();
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

  /// By the first rule, else by the setting, else by `default`. A rule or a setting for a kernel
  /// of another architecture is for other machines.
  private Optional<String> defaultFor(Machine machine) {
    return defaults.rules().stream()
        .filter(rule -> rule.matches(machine))
        .map(DefaultRule::kernel)
        .filter(name -> mayBoot(name, machine))
        .findFirst()
        .or(
            () ->
                Optional.of(defaults.setting())
                    .filter(name -> !name.isEmpty() && mayBoot(name, machine)))
        .or(() -> Optional.ofNullable(defaults.byArch().get(machine.arch())))
        .or(() -> Optional.ofNullable(defaults.byArch().get(Architecture.ANY)));
  }

  private boolean mayBoot(String name, Machine machine) {
    Kernel kernel = kernels.get(name);
    return kernel == null || kernel.arch().isCompatible(machine.arch());
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
